//! `impute count TEXT... -o COUNTS`: counts a part of the text for `impute train --counts`.

use impute::make::{self, count};
use impute::progress::Progress;

use super::args::Count;
use super::language::{filter, told};
use super::progress::Ui;
use super::resources::resources;
use super::{counted, refuse_reading_twice, refuse_replacing, refuse_terminal, warn_of_doubles};

pub fn run(args: &Count, ui: &Ui) -> anyhow::Result<()> {
    let language = &args.counting.language;
    for text in args.texts.iter().chain(&language.classifier) {
        refuse_replacing(args.output.as_deref(), Some(text))?;
    }
    refuse_reading_twice(args.texts.iter())?;
    refuse_terminal(args.output.as_deref())?;
    warn_of_doubles(args.texts.iter(), ui);
    let mut wanted = make::Count::new(args.texts.clone());
    wanted.config = args.counting.config();
    wanted.config.language = filter(language)?;
    wanted.resources = resources(&args.means);
    let summary = count(&wanted, args.output.as_deref(), ui)?;
    ui.clear();
    let (lines, tokens) = (counted(summary.lines, "sentence"), counted(summary.tokens, "token"));
    ui.note(&format!("{lines}, {tokens}"));
    if let Some(label) = &language.language {
        ui.note(&told(summary.foreign, "line", label, "passed over"));
    }
    Ok(())
}
