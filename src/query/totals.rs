//! Sums over sentences.

use super::scorer::{SentenceScore, WordScore};

/// Sums over sentences.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Sentences.
    pub sentences: u64,
    /// Words, and one for the end of each sentence.
    pub tokens: u64,
    /// Unknown words.
    pub unknown: u64,
    /// log10 of the probability of all sentences.
    pub log10: f64,
    /// The part of it that unknown words contribute.
    pub log10_unknown: f64,
}

impl Totals {
    /// Adds a sentence.
    pub fn add(&mut self, sentence: &SentenceScore<'_>) {
        self.sentences += 1;
        sentence.words.iter().for_each(|word| self.add_word(word));
    }

    pub(super) fn add_word(&mut self, word: &WordScore<'_>) {
        self.tokens += 1;
        self.log10 += word.log10_p;
        if word.is_unknown() {
            self.unknown += 1;
            self.log10_unknown += word.log10_p;
        }
    }

    /// Perplexity per token. NaN without a sentence.
    pub fn perplexity(&self) -> f64 {
        libm::exp10(-self.log10 / self.tokens as f64)
    }

    /// Perplexity per token, unknown words left out. NaN without a sentence.
    pub fn perplexity_of_known(&self) -> f64 {
        let known = self.tokens - self.unknown;
        libm::exp10(-(self.log10 - self.log10_unknown) / known as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::{EOS, UNK};

    #[test]
    fn totals_are_sums_of_what_was_added() {
        let word = |id, log10_p| WordScore { word: b"x", id, matched: 1, log10_p };
        let mut totals = Totals::default();
        totals.add(&SentenceScore { words: vec![word(5, -1.0), word(UNK, -4.0), word(EOS, -1.0)] });
        totals.add(&SentenceScore { words: vec![word(EOS, -2.0)] });
        assert_eq!((totals.sentences, totals.tokens, totals.unknown), (2, 4, 1));
        assert!((totals.perplexity() - 100.0).abs() < 1e-9);
        assert!((totals.perplexity_of_known() - 10f64.powf(4.0 / 3.0)).abs() < 1e-9);
    }
}
