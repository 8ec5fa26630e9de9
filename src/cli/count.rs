//! `impute count TEXT... -o COUNTS`: counts a part of the text for `impute train --counts`.

use impute::progress::Progress;
use impute::text::output::Output;
use impute::train::{self, Sources};

use super::args::Count;
use super::progress::Ui;
use super::resources::{Work, resources};
use super::{refuse_reading_twice, refuse_replacing};

pub fn run(args: &Count, ui: &Ui) -> anyhow::Result<()> {
    for text in &args.texts {
        refuse_replacing(args.output.as_deref(), Some(text))?;
    }
    refuse_reading_twice(args.texts.iter())?;
    let config = args.config();
    let sources = Sources::new(&args.texts, &[]);
    let resources = resources(&args.means, &sources, &config, Work::Counting)?;
    let mut out = Output::create(args.output.as_deref())?;
    let summary = train::count(sources, &config, &resources, ui, &mut |bytes| out.write(bytes))?;
    out.finish()?;
    ui.clear();
    ui.note(&format!("{} sentences, {} tokens", summary.lines, summary.tokens));
    Ok(())
}
