//! `impute fill SENTENCE`: the best words for a hole.

use std::collections::{BTreeSet, HashMap};

use impute::model::words::UNK;
use impute::progress::Progress;
use impute::solve::word::posterior::{Features, PARTS};
use impute::solve::word::sentence::WORDS;
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
    let solver = Solver::new(&model)?.with_effort(Effort::Exact);
    let ids = solver.ids(sentence);
    let unknown = words.iter().zip(&ids).filter(|(word, id)| **id == UNK && **word != HOLE);
    for word in unknown.map(|(word, _)| word).collect::<BTreeSet<_>>() {
        ui.note(&format!("the model does not know {:?}", String::from_utf8_lossy(word)));
    }
    // The posterior is that of as many candidates as it was fitted with; what is left to all others is
    // shared out by the n-grams where more are asked for.
    let (k, mut worker) = (args.k as usize, solver.worker());
    let (left, right) = (&words[..hole], &words[hole + 1..]);
    let mut found = worker.hole(left, right, WORDS);
    let mut posterior = solver.words(&found);
    if k > posterior.words.len() {
        let more = worker.hole(left, right, k);
        posterior.share_rest(&found, &more, &solver.view());
        found = more;
    }
    let features = Features::new(&found, &solver.view());
    let parts = features.contributions(&solver.calibration());
    let places = found.words.iter().enumerate().map(|(at, candidate)| (candidate.word, at));
    let places: HashMap<u32, usize> = places.collect();
    let best = posterior.words.iter().take(k).filter_map(|&(word, probability, _)| {
        let at = *places.get(&word)?;
        let text = String::from_utf8_lossy(solver.word(word)).into_owned();
        let net = solver.net().map(|_| libm::exp(found.sources[at][0]));
        Some((text, probability, found.words[at].probability, net, parts[at]))
    });
    let mut out = Output::create(None)?;
    if args.json {
        let words = best.map(|(word, probability, ngrams, net, parts)| {
            let parts: serde_json::Map<String, serde_json::Value> =
                PARTS.iter().map(|part| part.to_string()).zip(parts.map(Into::into)).collect();
            json!({
                "word": word, "probability": probability, "ngrams": ngrams, "net": net, "nats": parts,
            })
        });
        let words: Vec<_> = words.collect();
        let all = json!({ "words": words, "ln_evidence": found.score.ln_evidence });
        out.write(format!("{all}\n").as_bytes())?;
    } else {
        for (word, probability, ngrams, net, _) in best {
            let net = net.map_or("-".to_owned(), |net| format!("{net:.4}"));
            out.write(format!("{probability:.4}\t{word}\t{ngrams:.4}\t{net}\n").as_bytes())?;
        }
    }
    whole.confirm(ui)?;
    Ok(out.finish()?)
}
