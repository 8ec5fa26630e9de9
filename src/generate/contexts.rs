//! What sampling asks of a model, and the only file here that depends on how a model is laid out.
//!
//! An interpolated model is a mixture. With `share(w|h)` the part of P(w|h) that is the context's own
//! and `gamma(h)` its backoff weight,
//!
//! ```text
//! P(w|h) = share(w|h) + gamma(h) P(w|h')        sum_w share(w|h) + gamma(h) = 1
//! ```
//!
//! where h' is h without its first word, and only words of stored n-grams h w have a share. A context that is
//! not stored, or that nothing follows, has gamma 1. A model from an ARPA file need not be interpolated: it has
//! probabilities in place of shares.

use crate::model::core::walk::Chain;
use crate::model::core::{Core, State};
use crate::model::view::View;
use crate::model::words::BOS;

/// A model as contexts with shares.
#[derive(Debug)]
pub struct Contexts<'m> {
    view: &'m View<'m>,
    /// (words) probabilities of single words; 0 for `<s>`.
    unigrams: Vec<f64>,
}

/// A number that no other context has; the highest bit is free.
pub fn key(chain: &Chain<'_, '_>, length: usize) -> u64 {
    (length as u64) << 56 | chain.node(length) as u64
}

impl<'m> Contexts<'m> {
    /// Reads the probabilities of single words.
    pub fn new(view: &'m View<'m>) -> Self {
        let words = 0..view.core.words as u32;
        let mut unigrams: Vec<f64> = words.map(|word| possible(view.core.unigram(word))).collect();
        if let Some(p) = unigrams.get_mut(BOS as usize) {
            *p = 0.0;
        }
        Contexts { view, unigrams }
    }

    /// The n-grams.
    pub fn core(&self) -> &Core<'m> {
        &self.view.core
    }

    /// Whether the model is a mixture of non-negative shares.
    pub fn is_interpolated(&self) -> bool {
        !self.view.core.logs
    }

    /// The model's highest order.
    pub fn order(&self) -> usize {
        self.view.order
    }

    /// The id of a token of a text.
    pub fn id(&self, token: &[u8]) -> u32 {
        self.view.vocabulary.id_of_token(token)
    }

    /// The word with this id.
    pub fn word(&self, id: u32) -> &'m [u8] {
        self.view.vocabulary.word(id)
    }

    /// (words) the probabilities of single words; 0 for `<s>`.
    pub fn unigrams(&self) -> &[f64] {
        &self.unigrams
    }

    /// Replaces `words` by the words that follow a history, ordered by id, and `shares` by their shares, or by
    /// their probabilities if the model is not a mixture; returns gamma.
    ///
    /// # Complexity
    /// O(m) for m words.
    pub fn shares(&self, state: &State, words: &mut Vec<u32>, shares: &mut Vec<f64>) -> f64 {
        let expansion = self.view.core.expand(state);
        let gamma = possible(expansion.backoff());
        words.clear();
        shares.clear();
        for i in 0..expansion.len() {
            let child = expansion.child(i);
            words.push(child.word);
            shares.push(match self.is_interpolated() {
                true => possible(child.p - gamma * child.lower_p),
                false => possible(child.p),
            });
        }
        gamma
    }
}

/// A number in [0, 1], whatever a damaged file holds.
fn possible(p: f64) -> f64 {
    if p > 0.0 { p.min(1.0) } else { 0.0 }
}
