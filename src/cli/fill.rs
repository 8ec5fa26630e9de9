//! `impute fill SENTENCE`: the best words for a hole.

use std::collections::BTreeSet;

use impute::model::words::UNK;
use impute::progress::Progress;
use impute::solve::word::fill::FilledWord;
use impute::solve::word::posterior::PARTS;
use impute::solve::{Effort, Solver};
use impute::text::output::Output;
use impute::text::tokens;
use serde_json::json;

use super::args::Fill;
use super::progress::Ui;
use super::{Need, open_model};

/// What stands for the missing word.
const HOLE: &[u8] = b"_";

pub fn run(args: &Fill, ui: &Ui) -> anyhow::Result<()> {
    let sentence = args.sentence.as_bytes();
    let words: Vec<&[u8]> = tokens::split(sentence).collect();
    let mut holes = words.iter().enumerate().filter(|(_, word)| **word == HOLE).map(|hole| hole.0);
    let (Some(hole), None) = (holes.next(), holes.next()) else {
        anyhow::bail!(
            "{:?}: not exactly one hole; write `_` where the word is missing, as in 'the dog _ the cat'",
            args.sentence
        );
    };
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let solver = Solver::new(model)?.with_effort(Effort::Exact);
    let ids = solver.ids(sentence);
    let unknown = words.iter().zip(&ids).filter(|(word, id)| **id == UNK && **word != HOLE);
    for word in unknown.map(|(word, _)| word).collect::<BTreeSet<_>>() {
        ui.note(&format!("the model does not know {:?}", String::from_utf8_lossy(word)));
    }
    let found = solver.worker().fill(&words[..hole], &words[hole + 1..], args.k as usize);
    let text = |word: &FilledWord| String::from_utf8_lossy(solver.word(word.word)).into_owned();
    let mut out = Output::create(None)?;
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
        out.write(format!("{all}\n").as_bytes())?;
    } else {
        for word in &found.words {
            let FilledWord { probability, ngrams, net, .. } = word;
            let net = net.map_or("-".to_owned(), |net| format!("{net:.4}"));
            let text = text(word);
            out.write(format!("{probability:.4}\t{text}\t{ngrams:.4}\t{net}\n").as_bytes())?;
        }
    }
    whole.confirm(ui)?;
    Ok(out.finish()?)
}
