//! Probabilities of words and sentences: P(w | h) with backoff.

use super::view::View;
use super::words::{BOS, EOS, UNK};

impl View<'_> {
    /// The index of an n-gram among those of its order, if it is stored.
    pub fn find(&self, ngram: &[u32]) -> Option<usize> {
        self.core.find(ngram)
    }

    /// The natural log of the backoff weight of a context; 0 where it is not stored.
    pub fn ln_backoff(&self, context: &[u32]) -> f64 {
        self.core.ln_backoff(context)
    }

    /// The natural log of P(word | context). Of a context longer than the order allows, the last
    /// words count. For many words in a row, [`super::core::Core::step`] is faster, and for a whole text
    /// [`super::core::Core::score`].
    ///
    /// ```
    /// # let model = impute::model::Model::shipped()?;
    /// let view = model.view();
    /// let [the, market] = ["the", "market"].map(|word| view.vocabulary.id(word.as_bytes()));
    /// let log10_probability = view.ln_probability(&[the], market) / std::f64::consts::LN_10;
    /// assert!((-5.0..-1.0).contains(&log10_probability));
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn ln_probability(&self, context: &[u32], word: u32) -> f64 {
        self.core.step(&self.core.state(context), word).ln_p
    }

    /// The natural log of the probability of a whole sentence, `</s>` included, and its number of
    /// unknown words.
    pub fn ln_sentence(&self, words: &[u32]) -> (f64, usize) {
        let text: Vec<u32> = [&[BOS], words, &[EOS]].concat();
        let mut scores = Vec::new();
        self.core.score(&text, &mut scores);
        let ln_total = scores.iter().map(|score| score.ln_p).sum();
        (ln_total, words.iter().filter(|&&word| word == UNK).count())
    }
}
