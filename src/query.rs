//! What probability does a model give to every word of a sentence?
//!
//! Input: a model and a sentence of tokens. Output: per token, and for the end of the sentence, log10
//! P(w | h) and how much of the context counted; perplexities over many sentences. A sentence begins
//! with `<s>` as context; where the text itself has `<s>` and `</s>`, they are passed over, as in training.
//! Unknown words count as `<unk>`. The figures are those of KenLM's `query` (`tests/peer`).

use crate::model::Model;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};
use crate::text::tokens;

/// Scores sentences; borrows the model and may be shared by threads.
#[derive(Debug, Clone, Copy)]
pub struct Scorer<'m> {
    view: &'m View<'m>,
}

/// One word in its context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordScore<'s> {
    /// The word as it stands in the sentence; `</s>` for the end.
    pub word: &'s [u8],
    /// Its id in the model.
    pub id: u32,
    /// Length of the longest stored n-gram that ends with the word: 1 where no context counted.
    pub matched: usize,
    /// log10 P(word | context).
    pub log10_p: f64,
}

impl WordScore<'_> {
    /// Whether the word is unknown to the model.
    pub fn is_unknown(&self) -> bool {
        self.id == UNK
    }
}

/// A scored sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceScore<'s> {
    /// One for every word, and one for the end.
    pub words: Vec<WordScore<'s>>,
}

impl SentenceScore<'_> {
    /// log10 of the probability of the sentence with its end.
    pub fn log10_total(&self) -> f64 {
        self.words.iter().map(|word| word.log10_p).sum()
    }

    /// Number of unknown words.
    pub fn unknown(&self) -> usize {
        self.words.iter().filter(|word| word.is_unknown()).count()
    }
}

impl<'m> Scorer<'m> {
    /// Scores with this model.
    pub fn new(model: &'m Model) -> Self {
        Scorer { view: model.view() }
    }

    /// Scores a sentence: tokens separated by spaces or tabs.
    ///
    /// ```
    /// use impute::{model::Model, query::Scorer};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let good = scorer.score(b"He said that it was a mistake .");
    /// let bad = scorer.score(b"mistake a was it that said He .");
    /// assert_eq!(good.words.len(), 9); // eight words and </s>
    /// assert!(good.log10_total() > bad.log10_total() + 5.0);
    /// assert_eq!(scorer.score(b"the xqzzy").unknown(), 1);
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A search per word and order; the searches of a sentence do not wait for each other.
    pub fn score<'s>(&self, sentence: &'s [u8]) -> SentenceScore<'s> {
        let words =
            tokens::words(sentence).map(|word| (word, self.view.vocabulary.id_of_token(word)));
        let words: Vec<(&[u8], u32)> = words.chain([(&b"</s>"[..], EOS)]).collect();
        let text: Vec<u32> = std::iter::once(BOS).chain(words.iter().map(|word| word.1)).collect();
        let mut scores = Vec::new();
        self.view.core.score(&text, &mut scores);
        let scored = words.iter().zip(&scores[1..]).map(|(&(word, id), score)| {
            let log10_p = score.ln_p / std::f64::consts::LN_10;
            WordScore { word, id, matched: score.matched, log10_p }
        });
        SentenceScore { words: scored.collect() }
    }
}

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
        for word in &sentence.words {
            self.tokens += 1;
            self.log10 += word.log10_p;
            if word.is_unknown() {
                self.unknown += 1;
                self.log10_unknown += word.log10_p;
            }
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
