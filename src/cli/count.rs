//! `impute count TEXT... -o COUNTS`: counts a part of the text for `impute train --counts`.

use impute::make::{self, count};
use impute::progress::Progress;

use super::args::Count;
use super::progress::Ui;
use super::resources::resources;
use super::{refuse_reading_twice, refuse_replacing};

pub fn run(args: &Count, ui: &Ui) -> anyhow::Result<()> {
    for text in &args.texts {
        refuse_replacing(args.output.as_deref(), Some(text))?;
    }
    refuse_reading_twice(args.texts.iter())?;
    let mut wanted = make::Count::new(args.texts.clone());
    wanted.config = args.counting.config();
    wanted.resources = resources(&args.means);
    let summary = count(&wanted, args.output.as_deref(), ui)?;
    ui.clear();
    ui.note(&format!("{} sentences, {} tokens", summary.lines, summary.tokens));
    Ok(())
}
