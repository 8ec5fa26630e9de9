//! Reads sentences and writes their explanations.

use std::collections::BTreeSet;
use std::path::Path;

use impute::model::words::UNK;
use impute::progress::{Progress, Unit};
use impute::solve::{Solver, Worker};
use impute::text::output::Output;
use impute::text::printable::{printable, quoted};
use impute::text::rows::{Format, RowReader};
use impute::text::{input, tokens};

use super::explained::Explained;
use super::{json, paint, text};
use crate::cli::args::{Explain, InsertArg};
use crate::cli::progress::Ui;
use crate::cli::{Need, effort, open_model};

/// How many words of a gap are shown.
const WORDS: usize = 5;

pub fn run(args: &Explain, ui: &Ui) -> anyhow::Result<()> {
    let from_input = args.sentence == "-";
    if !from_input && tokens::split(args.sentence.as_bytes()).count() < 3 {
        anyhow::bail!(
            "{}: under three words; give it a sentence, quoted, as 'the dog the cat'",
            quoted(&args.sentence)
        );
    }
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let solver = Solver::new(model)?.with_effort(effort(args.exact));
    let may_go_in = |format| InsertArg::or_by_form(args.insert, format);
    let mut out = Output::create(None)?;
    if !from_input {
        let solver = solver.with_inserts(may_go_in(Format::Text));
        let mut worker = solver.worker();
        if let Some(told) = tell(&mut worker, args.sentence.as_bytes(), args.json, ui) {
            out.write(&told)?;
        }
        whole.confirm(ui)?;
        return Ok(out.finish()?);
    }
    let input = input::open(Path::new("-"))?;
    ui.stage("explain", Unit::Bytes, input.size);
    let mut rows = RowReader::new(input, None, args.lossy)?;
    let solver = solver.with_inserts(may_go_in(rows.format()));
    let mut worker = solver.worker();
    let mut first = true;
    while let Some(row) = rows.next_row()? {
        match tell(&mut worker, &row.sentence, args.json, ui) {
            Some(text) => {
                // A blank line between two sentences.
                if !args.json && !std::mem::take(&mut first) {
                    out.write(b"\n")?;
                }
                out.write(&text)?;
                out.flush()?; // for a user who types the sentences
            }
            None => ui.note(&format!("line {}: under three words, left out", row.line)),
        }
        ui.advance(rows.advanced());
    }
    whole.confirm(ui)?;
    Ok(out.finish()?)
}

/// What is printed for a sentence; nothing for one under three words.
fn tell(worker: &mut Worker<'_>, sentence: &[u8], json: bool, ui: &Ui) -> Option<Vec<u8>> {
    let solver = worker.solver();
    let (ids, known) = (solver.ids(sentence), worker.explain(sentence, WORDS));
    let words: Vec<String> =
        tokens::split(sentence).map(|word| printable(&String::from_utf8_lossy(word))).collect();
    let explained = Explained { solver, sentence, words, known: known? };
    let unknown = explained.words.iter().zip(&ids).filter(|(_, id)| **id == UNK);
    for word in unknown.map(|(word, _)| word).collect::<BTreeSet<_>>() {
        ui.note(&format!("the model does not know \"{word}\""));
    }
    if explained.words.iter().any(|word| word == "_") {
        ui.note("`_` is read as a word; for a hole that you know, use `impute fill`");
    }
    Some(match json {
        true => json::of(&explained),
        false => paint::for_stdout(text::of(&explained)).into_bytes(),
    })
}
