//! `impute repair TEXT --measure`.

use impute::evaluate::repairs::{self, SHORTEST};
use impute::kinds::language::Filter;
use impute::model::Whole;
use impute::progress::Progress;
use impute::repair::Repairer;
use impute::text::ordinary::Sentence;
use impute::text::ordinary::blocks::Blocks;
use impute::text::output::Output;

use super::own::own;
use crate::cli::args::Repair;
use crate::cli::language::told;
use crate::cli::progress::Ui;
use crate::cli::{counted, pretty};

pub fn run(
    args: &Repair,
    filter: Option<&Filter>,
    repairer: &Repairer,
    mut blocks: Blocks,
    mut out: Output,
    whole: Whole,
    ui: &Ui,
) -> anyhow::Result<()> {
    let mut all: Vec<Sentence> = Vec::new();
    let (mut sieve, mut foreign) = (filter.map(Filter::sieve), 0);
    while let Some(block) = blocks.next_block()? {
        let (mut sentences, others) = own(&block, sieve.as_mut());
        all.append(&mut sentences);
        foreign += others;
    }
    let left_out = all.iter().filter(|sentence| sentence.tokens.len() < SHORTEST).count();
    if left_out == all.len() {
        anyhow::bail!(
            "{}: no sentence of {SHORTEST} words and marks or more; give it text to measure on",
            blocks.name()
        );
    }
    let rows = repairs::measure(repairer, &all, args.seed, ui)?;
    whole.confirm(ui)?;
    ui.clear();
    if left_out > 0 {
        let sentences = counted(left_out as u64, "sentence");
        ui.note(&format!("{sentences} under {SHORTEST} words and marks left out"));
    }
    if let Some(filter) = filter {
        ui.note(&told(foreign as u64, "sentence", filter.label(), "left out"));
    }
    let text = match args.json {
        true => pretty(&rows)?,
        false => repairs::to_text(&rows),
    };
    out.write(text.as_bytes())?;
    Ok(out.finish()?)
}
