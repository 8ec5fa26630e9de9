//! `impute fill SENTENCE`: the best words for a hole.

use std::collections::BTreeSet;

use impute::model::words::UNK;
use impute::progress::Progress;
use impute::solve::{Candidate, Effort, Solver};
use impute::text::output::Output;
use impute::text::tokens;
use serde_json::json;

use super::args::Fill;
use super::progress::Ui;
use super::{Need, open_model};

/// How many words are weighed exactly, whatever is asked for.
const WEIGHED: usize = 256;
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
    let model = open_model(&args.model, Need::Lists)?;
    let solver = Solver::new(&model)?.with_effort(Effort::Exact);
    let ids = solver.ids(sentence);
    let (left, right) = (&ids[..hole], &ids[hole + 1..]);
    let unknown = words.iter().zip(&ids).filter(|(word, id)| **id == UNK && **word != HOLE);
    for word in unknown.map(|(word, _)| word).collect::<BTreeSet<_>>() {
        ui.note(&format!("the model does not know {:?}", String::from_utf8_lossy(word)));
    }
    let mut best: Vec<Candidate> = Vec::new();
    // The probabilities should hardly depend on how many words are asked for.
    let k = args.k as usize;
    let score = solver.worker().fill(left, right, k.max(WEIGHED), &mut best);
    best.truncate(k);
    let text =
        |candidate: &Candidate| String::from_utf8_lossy(solver.word(candidate.word)).into_owned();
    let mut out = Output::create(None)?;
    if args.json {
        let words: Vec<_> =
            best.iter().map(|c| json!({ "word": text(c), "probability": c.probability })).collect();
        let all = json!({ "words": words, "ln_evidence": score.ln_evidence });
        out.write(format!("{all}\n").as_bytes())?;
    } else {
        for candidate in &best {
            let line = format!("{:.4}\t{}\n", candidate.probability, text(candidate));
            out.write(line.as_bytes())?;
        }
    }
    Ok(out.finish()?)
}
