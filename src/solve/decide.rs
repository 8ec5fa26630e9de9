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
//! anything by this measure in a gap with π ≤ 1/2: at most one gap of a sentence is worth a look, and
//! where there is none the sentence stays as it is. (Two gaps beside a doubled word give one string
//! and share its probability; that is not made use of.)

use rapidfuzz::distance::levenshtein::BatchComparator;

use super::posterior::{GapPosterior, Posterior};
use super::stand_in;
use crate::model::vocabulary::Vocabulary;

/// How many of the last candidates stand for all words beyond them.
const TAIL: usize = 16;

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
    let unchanged = Decision { insert: None, is_word: false, expected: posterior.unchanged };
    let Some(gap) = posterior.best.first().filter(|gap| gap.probability > 0.5) else {
        return unchanged;
    };
    let gains = Gains::new(gap, words);
    let mut best = (gains.of(""), String::new());
    let mut is_word = false;
    for word in &gains.words {
        if let Some(gain) = gains.above(&word.text, best.0) {
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
    Decision { insert: Some((gap.gap, best.1)), is_word, expected: posterior.unchanged - best.0 }
}

/// The expected gain of strings in one gap.
pub struct Gains {
    /// Probability of the gap.
    pub probability: f64,
    /// The candidates, likeliest first.
    pub words: Vec<Word>,
}

/// A candidate with what the gain needs of it.
pub struct Word {
    /// Its text.
    pub text: String,
    /// Its probability given the gap, the share of the rest that it stands for included.
    pub probability: f64,
    /// Its length in characters.
    pub chars: f64,
    /// A bit for every character, those of several characters the same.
    pub set: u64,
}

/// A bit for every character of a text.
pub fn set(text: &str) -> u64 {
    text.chars().fold(0, |set, c| set | 1 << (c as u32 % 64))
}

impl Gains {
    /// Prepares a gap.
    pub fn new(gap: &GapPosterior, vocabulary: &Vocabulary<'_>) -> Self {
        let tail = gap.words.len().min(TAIL);
        let first_of_tail = gap.words.len() - tail;
        let share = gap.rest / tail.max(1) as f64;
        let words = gap.words.iter().enumerate().map(|(i, &(id, probability, chars))| Word {
            text: String::from_utf8_lossy(vocabulary.word(id)).into_owned(),
            probability: probability + if i >= first_of_tail { share } else { 0.0 },
            chars: chars as f64,
            set: 0,
        });
        let mut words: Vec<Word> = words.collect();
        words.iter_mut().for_each(|word| word.set = set(&word.text));
        Gains { probability: gap.probability, words }
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

    /// The expected gain of `text`, not empty, if it is above `least`.
    ///
    /// Two strings are at least as far apart as their lengths are, and as one has characters that the
    /// other lacks. With these distances the gain is too high; the true ones are put in for one word
    /// after the other, the likeliest first, until it is no longer above.
    pub fn above(&self, text: &str, least: f64) -> Option<f64> {
        let (chars, own) = (text.chars().count() as f64, set(text));
        let nearest = |word: &Word| {
            let lacking = (own & !word.set).count_ones().max((word.set & !own).count_ones());
            (chars - word.chars).abs().max(lacking.into())
        };
        let wrong_gap = (1.0 - self.probability) * (chars + 1.0);
        let saved = |word: &Word, distance: f64| word.probability * (word.chars + 1.0 - distance);
        let most: f64 = self.words.iter().map(|word| saved(word, nearest(word))).sum();
        // Rounding makes no difference that matters.
        let mut spare = self.probability * most - wrong_gap - least + 1e-9;
        if spare <= 0.0 {
            return None;
        }
        let distance = BatchComparator::new(text.chars());
        let mut sum = 0.0;
        for word in &self.words {
            let true_distance = distance.distance(word.text.chars()) as f64;
            sum += saved(word, true_distance);
            spare -= self.probability * word.probability * (true_distance - nearest(word));
            if spare <= 0.0 {
                return None;
            }
        }
        Some(self.probability * sum - wrong_gap).filter(|&gain| gain > least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rapidfuzz::distance::levenshtein;

    /// A vocabulary and a posterior of one likely gap with these words and weights.
    fn posterior(
        words: &[(String, f64)],
        rest: f64,
        probability: f64,
    ) -> (Vec<u8>, Vec<u64>, Posterior) {
        let (mut bytes, mut offsets) = (Vec::new(), vec![0]);
        for (word, _) in words {
            bytes.extend_from_slice(word.as_bytes());
            offsets.push(bytes.len() as u64);
        }
        let sum: f64 = words.iter().map(|word| word.1).sum::<f64>() / (1.0 - rest);
        let entries = words.iter().enumerate();
        let gap = GapPosterior {
            gap: 3,
            probability,
            words: entries.map(|(i, (w, p))| (i as u32, p / sum, w.chars().count())).collect(),
            rest,
            rest_chars: 6.0,
        };
        let unchanged = 1.0 + gap.mean_chars();
        (bytes, offsets, Posterior { gaps: vec![], best: vec![gap], unchanged })
    }

    proptest! {
        /// Against the expected distance spelled out, with every candidate, a space and nothing.
        #[test]
        fn no_candidate_is_better_than_the_decision(
            words in proptest::collection::vec(("[a-c]{1,4}", 0.01f64..1.0), 1..8),
            probability in 0.3f64..1.0,
        ) {
            let (bytes, offsets, posterior) = posterior(&words, 0.0, probability);
            let vocabulary = Vocabulary { bytes: &bytes, offsets: &offsets, table: &[] };
            let decision = decide(&posterior, &vocabulary);
            let gap = &posterior.best[0];
            let change = |text: &str| -> f64 {
                let here = gap.words.iter().map(|&(id, p, chars)| {
                    let word = std::str::from_utf8(vocabulary.word(id)).unwrap();
                    let distance = levenshtein::distance(text.chars(), word.chars());
                    p * (distance as f64 - chars as f64 - 1.0)
                });
                let elsewhere = (1.0 - probability) * (text.chars().count() as f64 + 1.0);
                probability * here.sum::<f64>() + elsewhere
            };
            let least = words.iter().map(|word| change(&word.0)).fold(change("").min(0.0), f64::min);
            prop_assert!(decision.expected <= posterior.unchanged + least + 1e-9);
            let own = decision.insert.as_ref().map_or(0.0, |(_, text)| change(text));
            prop_assert!((decision.expected - posterior.unchanged - own).abs() < 1e-9);
            let is_word = decision.insert.is_some_and(|(_, text)| words.iter().any(|w| w.0 == text));
            prop_assert_eq!(decision.is_word, is_word);
        }
    }

    fn decide_on(words: &[(&str, f64)], rest: f64, probability: f64) -> Option<String> {
        let words: Vec<_> = words.iter().map(|&(word, p)| (word.to_owned(), p)).collect();
        let (bytes, offsets, posterior) = posterior(&words, rest, probability);
        let vocabulary = Vocabulary { bytes: &bytes, offsets: &offsets, table: &[] };
        decide(&posterior, &vocabulary).insert.map(|(_, text)| text)
    }

    #[test]
    fn an_unsure_gap_is_left_alone() {
        assert_eq!(decide_on(&[("the", 1.0)], 0.0, 0.5), None);
    }

    #[test]
    fn a_sure_gap_gets_the_sure_word() {
        assert_eq!(decide_on(&[("the", 0.9), ("a", 0.1)], 0.0, 0.95).as_deref(), Some("the"));
    }

    #[test]
    fn a_sure_gap_with_unsure_words_gets_a_space() {
        let words = [("us", 0.25), ("the", 0.25), ("big", 0.25), ("own", 0.25)];
        assert_eq!(decide_on(&words, 0.0, 0.6).as_deref(), Some(""));
    }

    #[test]
    fn words_with_a_common_stem_get_the_stem() {
        let words = [("walk", 0.1), ("walked", 0.3), ("walking", 0.3), ("walkers", 0.3)];
        assert_eq!(decide_on(&words, 0.0, 0.7).as_deref(), Some("walke"));
    }
}
