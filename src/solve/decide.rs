//! The decision: the string with the lowest expected Levenshtein distance under the posterior.
//!
//! Putting x into gap i saves, where the missing word v was there, `len(v) + 1 - lev(x, v)`
//! characters; where the gap is another one it costs `len(x) + 1` (a bound: strings of neighbouring
//! gaps may overlap). With π the probability of the gap, the expected gain is
//!
//! ```text
//! G(i, x) = π_i sum_v P(v|i) (len(v) + 1 - lev(x, v)) - (1 - π_i) (len(x) + 1)
//! ```
//!
//! An extra space is x = "" and gains 2 π - 1. Because lev(x, v) ≥ len(v) - len(x), no x gains
//! anything in a gap with π ≤ 1/2: at most one gap of a sentence is worth a look, and where there
//! is none the sentence stays as it is.

use rapidfuzz::distance::levenshtein::BatchComparator;

use super::posterior::{GapPosterior, Posterior};
use super::stand_in;
use crate::model::vocabulary::Vocabulary;

/// How many of the last candidates stand for all words beyond them.
const TAIL: usize = 16;
/// No longer string is considered, in characters.
const LONGEST: usize = 40;

/// What to do with a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The gap and what goes into it (nothing: one extra space); `None` to leave the sentence.
    pub insert: Option<(usize, String)>,
    /// Whether what goes in is a candidate word, rather than a space or a stand-in.
    pub is_word: bool,
    /// The Levenshtein distance that the posterior expects of this decision, in characters.
    pub expected: f64,
}

/// Decides.
pub fn decide(posterior: &Posterior, words: &Vocabulary<'_>) -> Decision {
    let unchanged = Decision {
        insert: None,
        is_word: false,
        expected: posterior.unchanged,
    };
    let Some(gap) = posterior.best.first().filter(|gap| gap.probability > 0.5) else {
        return unchanged;
    };
    let gains = Gains::new(gap, words);
    let mut best = (gains.of(""), String::new());
    let mut is_word = false;
    for word in &gains.words {
        let gain = gains.of(&word.text);
        if gain > best.0 {
            best = (gain, word.text.clone());
            is_word = true;
        }
    }
    if let Some(better) = stand_in::improve(&gains, &best) {
        is_word = gains.words.iter().any(|word| word.text == better.1);
        best = better;
    }
    if best.0 <= 0.0 {
        return unchanged;
    }
    Decision {
        insert: Some((gap.gap, best.1)),
        is_word,
        expected: posterior.unchanged - best.0,
    }
}

/// The expected gain of strings in one gap.
pub struct Gains {
    /// Probability of the gap.
    probability: f64,
    /// The candidates, likeliest first.
    pub words: Vec<Word>,
}

/// A candidate with what the gain needs of it.
pub struct Word {
    /// Its text.
    pub text: String,
    /// Its probability given the gap, the share of the rest that it stands for included.
    pub probability: f64,
    chars: f64,
}

impl Gains {
    /// Prepares a gap.
    pub fn new(gap: &GapPosterior, vocabulary: &Vocabulary<'_>) -> Self {
        let tail = gap.words.len().min(TAIL);
        let first_of_tail = gap.words.len() - tail;
        let share = gap.rest / tail.max(1) as f64;
        let words = gap
            .words
            .iter()
            .enumerate()
            .map(|(i, &(id, probability, chars))| Word {
                text: String::from_utf8_lossy(vocabulary.word(id)).into_owned(),
                probability: probability + if i >= first_of_tail { share } else { 0.0 },
                chars: chars as f64,
            });
        let fits = |word: &Word| word.chars <= LONGEST as f64;
        Gains {
            probability: gap.probability,
            words: words.filter(fits).collect(),
        }
    }

    /// The expected gain of `text` in this gap, in characters.
    pub fn of(&self, text: &str) -> f64 {
        let length = text.chars().count() as f64 + 1.0;
        let wrong_gap = (1.0 - self.probability) * length;
        if text.is_empty() {
            return self.probability - wrong_gap;
        }
        let distance = BatchComparator::new(text.chars());
        let saved = |word: &Word| {
            word.probability * (word.chars + 1.0 - distance.distance(word.text.chars()) as f64)
        };
        self.probability * self.words.iter().map(saved).sum::<f64>() - wrong_gap
    }
}
