//! What sampling asks of a model, and the only file of this room that knows how a model is laid out.
//!
//! An interpolated model is a mixture. With `share(w|h)` the part of P(w|h) that is the context's own
//! and `gamma(h)` its backoff weight,
//!
//! ```text
//! P(w|h) = share(w|h) + gamma(h) P(w|h')        sum_w share(w|h) + gamma(h) = 1
//! ```
//!
//! where h' is h without its first word, and only the words of stored n-grams h w have a share. A
//! context that is not stored, or that nothing follows, has gamma 1.

use crate::model::ngrams::gallop;
use crate::model::view::{Level, View};
use crate::model::words::BOS;

/// A stored history of one word or more, which at least one word follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Its number of words.
    pub length: usize,
    /// Its index among the n-grams of that order.
    at: usize,
}

impl Context {
    /// A number that no other context has; the highest bit is free.
    pub fn key(self) -> u64 {
        (self.length as u64) << 56 | self.at as u64
    }
}

/// A model as contexts with shares.
#[derive(Debug)]
pub struct Contexts<'m> {
    view: View<'m>,
    /// (words) probabilities of single words; 0 for `<s>`.
    unigrams: Vec<f64>,
}

impl<'m> Contexts<'m> {
    /// Reads the probabilities of all single words.
    pub fn new(view: View<'m>) -> Self {
        let mut unigrams: Vec<f64> = view.levels[0].ln_p.iter().map(|&ln| exp(ln)).collect();
        if let Some(p) = unigrams.get_mut(BOS as usize) {
            *p = 0.0;
        }
        Contexts { view, unigrams }
    }

    /// The model's highest order.
    pub fn order(&self) -> usize {
        self.view.order
    }

    /// The id of a word.
    pub fn id(&self, word: &[u8]) -> u32 {
        self.view.vocabulary.id(word)
    }

    /// The word with this id.
    pub fn word(&self, id: u32) -> &'m [u8] {
        self.view.vocabulary.word(id)
    }

    /// (words) the probabilities of single words; 0 for `<s>`.
    pub fn unigrams(&self) -> &[f64] {
        &self.unigrams
    }

    /// The context of a history of one word or more, if it is stored and something follows it.
    pub fn node(&self, history: &[u32]) -> Option<Context> {
        let context = Context { length: history.len(), at: self.view.find(history)? };
        (self.children(context) > 0).then_some(context)
    }

    /// How many words have a share.
    pub fn children(&self, context: Context) -> usize {
        self.list(context).0.len()
    }

    /// gamma, not its log.
    pub fn backoff(&self, context: Context) -> f64 {
        let level = &self.view.levels[context.length - 1];
        level.ln_backoff.get(context.at).map_or(1.0, |&ln| exp(ln))
    }

    /// Replaces `words` by the words that follow the context, sorted by id, and `shares` by their
    /// shares. `history` is the context's own.
    ///
    /// # Complexity
    /// O(m log n) for m words of the context and n words of the one shorter by a word.
    pub fn shares(
        &self,
        history: &[u32],
        context: Context,
        words: &mut Vec<u32>,
        shares: &mut Vec<f64>,
    ) {
        let (children, ln_p) = self.list(context);
        let gamma = self.backoff(context);
        words.clear();
        words.extend_from_slice(children);
        shares.clear();
        // Rounding may leave less than nothing of a small share.
        let share = |ln_p: f32, lower: f64| (exp(ln_p) - gamma * lower).max(0.0);
        if context.length == 1 {
            let lower = |&word: &u32| self.unigrams.get(word as usize).copied().unwrap_or(0.0);
            shares.extend(children.iter().zip(ln_p).map(|(word, &ln)| share(ln, lower(word))));
            return;
        }
        let shorter = self.view.find(&history[1..]);
        let shorter = shorter.map(|at| self.list(Context { length: context.length - 1, at }));
        let (mut lower_words, mut lower_ln_p) = shorter.unwrap_or_default();
        for (&word, &ln) in children.iter().zip(ln_p) {
            let at = gallop(lower_words, word, 1);
            (lower_words, lower_ln_p) = (&lower_words[at..], &lower_ln_p[at..]);
            let lower = match lower_words.first() == Some(&word) {
                true => exp(lower_ln_p[0]),
                false => exp(self.view.ln_probability(&history[1..], word) as f32),
            };
            shares.push(share(ln, lower));
        }
    }

    /// The words behind a context and the logs of their probabilities, both of one length.
    fn list(&self, context: Context) -> (&'m [u32], &'m [f32]) {
        let Some(Level { offsets, words, ln_p, .. }) = self.view.levels.get(context.length) else {
            return (&[], &[]);
        };
        let range = match offsets.get(context.at..) {
            Some(&[start, end, ..]) if start <= end => start as usize..end as usize,
            _ => 0..0,
        };
        match (words.get(range.clone()), ln_p.get(range)) {
            (Some(words), Some(ln_p)) => (words, ln_p),
            _ => (&[], &[]),
        }
    }
}

/// The exponential of a log-probability; a number of [0, 1] whatever a damaged file holds.
fn exp(ln: f32) -> f64 {
    let p = f64::from(libm::expf(ln));
    if p > 0.0 { p.min(1.0) } else { 0.0 }
}
