//! The n-grams of all orders.

use super::level::Level;

/// The highest order that the formats provide for.
pub const MAX_ORDER: usize = 5;

/// The n-grams of a model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Core<'a> {
    /// Highest order.
    pub order: usize,
    /// Number of words, the special ones included.
    pub words: usize,
    /// (words) the probability of each without a history, or its log10 in a model from an ARPA file.
    pub unigrams: &'a [f32],
    /// Whether the figures are logarithms from an ARPA file.
    pub logs: bool,
    /// `levels[n - 2]` holds the n-grams of order n; empty beyond the order.
    pub levels: [Level<'a>; MAX_ORDER - 1],
}

impl Core<'_> {
    /// The probability of a word without a history.
    pub fn unigram(&self, word: u32) -> f64 {
        let stored = self.unigrams.get(word as usize).copied().unwrap_or_default();
        if self.logs { exp10(stored) } else { stored.into() }
    }
}

/// 10 to the power of a stored logarithm.
pub(super) fn exp10(log10: f32) -> f64 {
    libm::exp(f64::from(log10) * std::f64::consts::LN_10)
}
