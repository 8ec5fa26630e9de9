//! `impute fill SENTENCE`: the best words for a hole.

use std::collections::BTreeSet;
use std::path::Path;

use impute::model::words::UNK;
use impute::progress::Progress;
use impute::solve::word::fill::FilledWord;
use impute::solve::word::posterior::PARTS;
use impute::solve::{Effort, Solver};
use impute::text::lines::Lines;
use impute::text::output::Output;
use impute::text::printable::quoted;
use impute::text::{input, tokens};
use serde_json::json;

use super::args::Fill;
use super::progress::Ui;
use super::{Need, open_model};

/// What stands for the missing word.
const HOLE: &[u8] = b"_";
const NOT_ONE: &str = "not exactly one hole";
const REMEDY: &str = "write `_` where the word is missing, as in 'the dog _ the cat'";

pub fn run(args: &Fill, ui: &Ui) -> anyhow::Result<()> {
    let typed = Some(&args.sentence).filter(|sentence| *sentence != "-");
    if let Some(sentence) = typed {
        let wrong = || format!("{}: {NOT_ONE}; {REMEDY}", quoted(sentence));
        hole(sentence.as_bytes()).ok_or_else(|| anyhow::anyhow!(wrong()))?;
    }
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let solver = Solver::new(model)?.with_effort(Effort::Exact);
    let mut out = Output::create(None)?;
    if let Some(sentence) = typed {
        out.write(&filled(args, &solver, sentence.as_bytes(), ui))?;
        whole.confirm(ui)?;
        return Ok(out.finish()?);
    }
    let (mut lines, mut line) = (Lines::new(input::open(Path::new("-"))?, false), Vec::new());
    let mut first = true;
    while lines.next_into(&mut line)? {
        if hole(&line).is_none() {
            return Err(lines.error(NOT_ONE, REMEDY).into());
        }
        // A blank line between two lists of words.
        if !std::mem::take(&mut first) && !args.json {
            out.write(b"\n")?;
        }
        out.write(&filled(args, &solver, &line, ui))?;
        out.flush()?; // for a user who types the sentences
    }
    if first {
        anyhow::bail!("{}: empty; {REMEDY}", lines.name());
    }
    whole.confirm(ui)?;
    Ok(out.finish()?)
}

/// Which token is the hole, if there is exactly one.
fn hole(sentence: &[u8]) -> Option<usize> {
    let words = tokens::split(sentence).enumerate();
    let mut holes = words.filter(|(_, word)| *word == HOLE).map(|hole| hole.0);
    holes.next().filter(|_| holes.next().is_none())
}

/// The words for the hole of a sentence, as they are printed.
fn filled(args: &Fill, solver: &Solver, sentence: &[u8], ui: &Ui) -> Vec<u8> {
    let words: Vec<&[u8]> = tokens::split(sentence).collect();
    let Some(hole) = hole(sentence) else {
        return Vec::new();
    };
    let ids = solver.ids(sentence);
    let unknown = words.iter().zip(&ids).filter(|(word, id)| **id == UNK && **word != HOLE);
    for word in unknown.map(|(word, _)| word).collect::<BTreeSet<_>>() {
        let word = quoted(&String::from_utf8_lossy(word));
        ui.note(&format!("the model does not know {word}"));
    }
    let found = solver.worker().fill(&words[..hole], &words[hole + 1..], args.k as usize);
    let text = |word: &FilledWord| String::from_utf8_lossy(solver.word(word.word)).into_owned();
    if args.json {
        let word = |found: &FilledWord| {
            let parts: serde_json::Map<String, serde_json::Value> = PARTS
                .iter()
                .map(|part| part.to_string())
                .zip(found.parts.map(Into::into))
                .collect();
            json!({
                "word": text(found), "probability": found.probability, "ngrams": found.ngrams,
                "net": found.net, "nats": parts,
            })
        };
        let words: Vec<_> = found.words.iter().map(word).collect();
        let all = json!({ "words": words, "ln_evidence": found.ln_evidence });
        return format!("{all}\n").into_bytes();
    }
    let line = |word: &FilledWord| {
        let FilledWord { probability, ngrams, net, .. } = word;
        let net = net.map_or("-".to_owned(), |net| format!("{net:.4}"));
        format!("{probability:.4}\t{}\t{ngrams:.4}\t{net}\n", text(word))
    };
    found.words.iter().map(line).collect::<String>().into_bytes()
}
