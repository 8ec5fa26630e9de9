//! `impute repair TEXT --measure`.

use impute::evaluate::repairs::{self, SHORTEST};
use impute::model::Whole;
use impute::progress::Progress;
use impute::repair::Repairer;
use impute::text::ordinary::Sentence;
use impute::text::ordinary::blocks::Blocks;
use impute::text::output::Output;

use crate::cli::args::Repair;
use crate::cli::progress::Ui;
use crate::cli::{counted, pretty};

pub fn run(
    args: &Repair,
    repairer: &Repairer,
    mut blocks: Blocks,
    mut out: Output,
    whole: Whole,
    ui: &Ui,
) -> anyhow::Result<()> {
    let mut all: Vec<Sentence> = Vec::new();
    while let Some(block) = blocks.next_block()? {
        all.append(&mut block.sentences());
    }
    let left_out = all.iter().filter(|sentence| sentence.tokens.len() < SHORTEST).count();
    if left_out == all.len() {
        anyhow::bail!(
            "{}: no sentence of {SHORTEST} words and marks or more; give it text to measure on",
            blocks.name()
        );
    }
    let rows = repairs::measure(repairer, &all, args.seed, ui);
    whole.confirm(ui)?;
    ui.clear();
    if left_out > 0 {
        let sentences = counted(left_out as u64, "sentence");
        ui.note(&format!("{sentences} under {SHORTEST} words and marks left out"));
    }
    let text = match args.json {
        true => pretty(&rows)?,
        false => repairs::to_text(&rows),
    };
    out.write(text.as_bytes())?;
    Ok(out.finish()?)
}
