//! What an answer rests on, from the library's terms to the service's.

use impute::Solver;
use impute::solve::decide::decision::{Change as Weighed, INSERT_FROM};
use impute::solve::explain::{self, Explanation as Known};

use crate::task::{Change, ExplainedGap, ExplainedWord, Explanation, LikelyGap, Place};

/// How many words are named that share letters.
const SHARING: usize = 5;

/// The explanation of a sentence's answer.
pub fn explained(solver: &Solver, sentence: &str, known: &Known) -> Explanation {
    let sentence = sentence.as_bytes();
    let change = |change: &Weighed| Change {
        place: Place::after(sentence, change.insert.gap),
        text: change.insert.text.clone(),
        gain: change.gain,
    };
    Explanation {
        gaps: known
            .gaps
            .iter()
            .enumerate()
            .map(|(at, gap)| ExplainedGap {
                place: Place::after(sentence, at),
                probability: gap.probability,
                ngrams: gap.ngrams,
                net: gap.net,
            })
            .collect(),
        likely: known.likely.iter().map(|gap| likely(solver, sentence, gap)).collect(),
        best_change: known.change.as_ref().map(change),
        cheaper: known.cheaper.as_ref().map(change),
        shared_by: known.shared_by.iter().take(SHARING).map(|&id| word(solver, id)).collect(),
        least_gap: INSERT_FROM,
    }
}

fn likely(solver: &Solver, sentence: &[u8], gap: &explain::LikelyGap) -> LikelyGap {
    let words = gap.words.iter().map(|explained| ExplainedWord {
        word: word(solver, explained.known.word),
        probability: explained.known.probability,
        ngrams: explained.known.ngrams,
        net: explained.known.net,
    });
    LikelyGap {
        place: Place::after(sentence, gap.gap),
        probability: gap.probability,
        words: words.collect(),
        others: gap.others,
    }
}

/// The text of a word.
pub fn word(solver: &Solver, id: u32) -> String {
    String::from_utf8_lossy(solver.word(id)).into_owned()
}
