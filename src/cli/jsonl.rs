//! `--format jsonl`: what is known about a sentence and its answer, as an object on a line of its own.
//!
//! A gap is named by the number of tokens before it and by its byte in the sentence: the end of the token
//! before it, where a space and the word go. What the method does not state is `null`. What is not UTF-8 is
//! replaced by U+FFFD; bytes are counted in the original sentence.

use impute::solve::Solver;
use impute::solve::k_best::KBest;
use impute::text::kaggle::unquoted;
use impute::text::rows::Row;
use impute::text::tokens;
use serde::Serialize;

#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    answer: &'a str,
    inserted: Option<Inserted<'a>>,
    /// In characters, as all distances and gains.
    expected: Option<f64>,
    unchanged: Option<f64>,
    gain: Option<f64>,
    covered: Option<f64>,
    top: Vec<Pair<'a>>,
}

#[derive(Serialize)]
pub struct Inserted<'a> {
    /// Nothing for an extra space.
    pub text: &'a str,
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is a word of the model, rather than a space or a string that is cheaper than one.
    pub is_word: bool,
    pub gap_probability: Option<f64>,
    pub word_probability: Option<f64>,
}

#[derive(Serialize)]
pub struct Place {
    /// How many tokens come before it.
    pub gap: usize,
    /// How many bytes of the sentence do.
    pub byte: usize,
}

#[derive(Serialize)]
struct Pair<'a> {
    word: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    place: Place,
    /// Of the gap and the word together.
    probability: Option<f64>,
    gap_probability: Option<f64>,
    word_probability: f64,
    gain: Option<f64>,
}

impl Place {
    /// The gap after the token with this index.
    pub fn of(sentence: &[u8], gap: usize) -> Self {
        Place { gap: gap + 1, byte: tokens::gap(sentence, gap) }
    }
}

/// The object of a sentence, with the end of its line.
pub fn object(solver: &Solver, row: &Row, best: &KBest) -> Vec<u8> {
    let answer = &best.answer;
    let place = |gap| Place::of(&row.sentence, gap);
    let inserted = answer.insert.as_ref().map(|insert| Inserted {
        text: &insert.text,
        place: place(insert.gap),
        is_word: answer.is_word,
        gap_probability: best.gap_probability,
        word_probability: best.word_probability,
    });
    let pair = |pair: &impute::solve::k_best::Pair| Pair {
        word: String::from_utf8_lossy(solver.word(pair.word)),
        place: place(pair.gap),
        probability: pair.gap_probability.map(|gap| gap * pair.word_probability),
        gap_probability: pair.gap_probability,
        word_probability: pair.word_probability,
        gain: pair.gain,
    };
    let object = Object {
        id: &String::from_utf8_lossy(unquoted(&row.id)),
        answer: &String::from_utf8_lossy(&answer.sentence),
        inserted,
        expected: answer.expected,
        unchanged: best.unchanged,
        gain: answer.gain,
        covered: best.covered,
        top: best.top.iter().map(pair).collect(),
    };
    line(&object)
}

/// A value on a line of its own.
pub fn line(value: &impl Serialize) -> Vec<u8> {
    // All keys are strings: nothing here can fail.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}
