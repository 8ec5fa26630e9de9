//! An explanation for programs: one object, on a line of its own.
//!
//! Gaps are named as in [`crate::cli::jsonl`]: by the tokens and by the bytes before them. The `terms` of a
//! word are those of its score by the n-grams, in nats, and add up with `constant` to the log of the
//! product of the probabilities of the word and of what follows it; `nats` is what each part of the mixture
//! adds, and the sums of two words differ as the logs of their probabilities do.

use impute::solve::decide::decision::Change;
use impute::solve::explain::{ExplainedWord, LikelyGap};
use impute::solve::gap::terms::NAMES;
use impute::solve::word::posterior::PARTS;
use serde::Serialize;
use serde_json::{Map, Value};

use super::explained::{Explained, SHARING};
use crate::cli::jsonl::{Inserted, Place, line};

#[derive(Serialize)]
struct Object<'a> {
    sentence: &'a str,
    gaps: Vec<Gap>,
    likely: Vec<Likely>,
    /// What the terms are multiplied by to give the nats of the n-grams.
    ngram_weight: f64,
    answer: &'a str,
    inserted: Option<Inserted<'a>>,
    expected: Option<f64>,
    unchanged: f64,
    gain: Option<f64>,
    /// The best change that was found, whether it gains or loses.
    best_change: Option<Alternative<'a>>,
    /// What would go in if it need not be a word.
    cheaper: Option<Alternative<'a>>,
    /// The words that share letters with `cheaper`, or else with `best_change`, if that is no word.
    shared_by: Vec<String>,
}

#[derive(Serialize)]
struct Gap {
    #[serde(flatten)]
    place: Place,
    left: String,
    right: String,
    probability: f64,
    ngrams: f64,
    net: Option<f64>,
}

#[derive(Serialize)]
struct Likely {
    #[serde(flatten)]
    place: Place,
    probability: f64,
    words: Vec<Word>,
    /// Probability of all words not among these.
    others: f64,
}

#[derive(Serialize)]
struct Word {
    word: String,
    probability: f64,
    ngrams: f64,
    net: Option<f64>,
    constant: f64,
    terms: Map<String, Value>,
    nats: Map<String, Value>,
}

#[derive(Serialize)]
struct Alternative<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
    gain: f64,
}

pub fn of(explained: &Explained<'_>) -> Vec<u8> {
    let known = &explained.known;
    let answer = &known.answer;
    let place = |gap| Place::of(explained.sentence, gap);
    let inserted = answer.insert.as_ref().map(|insert| Inserted {
        text: &insert.text,
        place: place(insert.gap),
        is_word: answer.is_word,
        gap_probability: Some(known.gaps[insert.gap].probability),
        word_probability: known.word_probability,
    });
    line(&Object {
        sentence: &String::from_utf8_lossy(explained.sentence),
        gaps: gaps(explained),
        likely: known.likely.iter().map(|gap| likely(explained, gap)).collect(),
        ngram_weight: known.ngram_weight,
        answer: &String::from_utf8_lossy(&answer.sentence),
        inserted,
        expected: answer.expected,
        unchanged: known.unchanged,
        gain: answer.gain,
        best_change: known.change.as_ref().map(|found| alternative(explained, found)),
        cheaper: known.cheaper.as_ref().map(|found| alternative(explained, found)),
        shared_by: known.shared_by.iter().take(SHARING).map(|&id| text(explained, id)).collect(),
    })
}

fn alternative<'a>(explained: &Explained<'_>, found: &'a Change) -> Alternative<'a> {
    let place = Place::of(explained.sentence, found.insert.gap);
    Alternative { place, text: &found.insert.text, gain: found.gain }
}

fn text(explained: &Explained<'_>, word: u32) -> String {
    String::from_utf8_lossy(explained.solver.word(word)).into_owned()
}

fn gaps(explained: &Explained<'_>) -> Vec<Gap> {
    let tokens: Vec<_> = impute::text::tokens::split(explained.sentence).collect();
    let token = |at: usize| String::from_utf8_lossy(tokens[at]).into_owned();
    let gaps = explained.known.gaps.iter().enumerate();
    gaps.map(|(gap, share)| Gap {
        place: Place::of(explained.sentence, gap),
        left: token(gap),
        right: token(gap + 1),
        probability: share.probability,
        ngrams: share.ngrams,
        net: share.net,
    })
    .collect()
}

fn likely(explained: &Explained<'_>, gap: &LikelyGap) -> Likely {
    let named = |names: &[&str], nats: &[f64]| {
        let pairs = names.iter().zip(nats);
        pairs.map(|(name, nats)| ((*name).to_owned(), (*nats).into())).collect()
    };
    let word = |word: &ExplainedWord| Word {
        word: text(explained, word.known.word),
        probability: word.known.probability,
        ngrams: word.known.ngrams,
        net: word.known.net,
        constant: word.terms.constant,
        terms: named(&NAMES, &word.terms.terms),
        nats: named(&PARTS, &word.known.parts),
    };
    Likely {
        place: Place::of(explained.sentence, gap.gap),
        probability: gap.probability,
        words: gap.words.iter().map(word).collect(),
        others: gap.others,
    }
}
