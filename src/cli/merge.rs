//! `impute merge COUNTS... -o COUNTS`: counts of parts become counts of the whole.

use impute::make;
use impute::progress::Progress;

use super::args::Merge;
use super::progress::Ui;
use super::{counted, refuse_reading_twice, refuse_replacing, refuse_terminal, warn_of_doubles};

pub fn run(args: &Merge, ui: &Ui) -> anyhow::Result<()> {
    for input in &args.counts {
        refuse_replacing(args.output.as_deref(), Some(input))?;
    }
    refuse_reading_twice(args.counts.iter())?;
    refuse_terminal(args.output.as_deref())?;
    warn_of_doubles(args.counts.iter(), ui);
    let summary = make::merge(&args.counts, args.output.as_deref(), ui)?;
    ui.clear();
    let (lines, tokens) = (counted(summary.lines, "sentence"), counted(summary.tokens, "token"));
    ui.note(&format!("{lines}, {tokens}"));
    Ok(())
}
