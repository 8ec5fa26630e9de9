//! Looking up n-grams: P(w | h) with backoff, by binary search in the trie.

use super::view::{View, range};
use super::words::{BOS, EOS};

impl View<'_> {
    /// The index of an n-gram among those of its order, if it is stored.
    ///
    /// # Complexity
    /// O(n log m) for m children of a context.
    pub fn find(&self, ngram: &[u32]) -> Option<usize> {
        let (&first, rest) = ngram.split_first()?;
        let mut at = first as usize;
        if at >= self.vocabulary.len() || ngram.len() > self.order {
            return None;
        }
        for (level, &word) in self.levels[1..].iter().zip(rest) {
            let children = range(level.offsets, at);
            at = children.start + level.words.get(children)?.binary_search(&word).ok()?;
        }
        Some(at)
    }

    /// The index of a pair a _ b of words with one word between them, if such a trigram is stored.
    pub fn find_pair(&self, a: u32, b: u32) -> Option<usize> {
        let pairs = range(self.lists.pair_offsets, a as usize);
        Some(pairs.start + self.lists.pair_words.get(pairs)?.binary_search(&b).ok()?)
    }

    /// The natural log of the backoff weight of a context; 0 where it is not stored.
    pub fn ln_backoff(&self, context: &[u32]) -> f64 {
        let weight = |at: usize| self.levels.get(context.len() - 1)?.ln_backoff.get(at).copied();
        match context {
            [] => 0.0,
            _ => self.find(context).and_then(weight).map_or(0.0, f64::from),
        }
    }

    /// The natural log of P(word | context). Of a context longer than the order allows, the last
    /// words count.
    ///
    /// P(w|h) is the stored probability of h w, or bow(h) P(w|h') where it is not stored.
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
        let mut context = &context[context.len().saturating_sub(self.order - 1)..];
        let mut ln_backoffs = 0.0;
        loop {
            let stored = match self.find(context) {
                None if !context.is_empty() => None,
                at => self.child(context.len(), at, word),
            };
            match (stored, context.split_first()) {
                (Some(ln_p), _) => return ln_backoffs + f64::from(ln_p),
                (None, None) => return ln_backoffs, // cannot: every id is a stored unigram
                (None, Some((_, shorter))) => {
                    ln_backoffs += self.ln_backoff(context);
                    context = shorter;
                }
            }
        }
    }

    /// The stored log-probability of `word` behind the `at`-th context of `length` words.
    fn child(&self, length: usize, at: Option<usize>, word: u32) -> Option<f32> {
        let level = self.levels.get(length)?;
        let Some(at) = at else {
            return level.ln_p.get(word as usize).copied();
        };
        let children = range(level.offsets, at);
        let found = level.words.get(children.clone())?.binary_search(&word).ok()?;
        level.ln_p.get(children.start + found).copied()
    }

    /// The natural log of the probability of a whole sentence, `</s>` included, and its number of
    /// unknown words.
    pub fn ln_sentence(&self, words: &[u32]) -> (f64, usize) {
        let mut context = vec![BOS];
        let mut ln_total = 0.0;
        for &word in words.iter().chain([&EOS]) {
            ln_total += self.ln_probability(&context, word);
            context.push(word);
        }
        (ln_total, words.iter().filter(|&&word| word == super::words::UNK).count())
    }
}
