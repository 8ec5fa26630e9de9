//! The n-grams of all orders.

use super::level::Level;
use super::table::{Parts, Table};

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
    /// Whether all orders above the first have tables.
    pub(crate) tabled: bool,
    /// `levels[n - 2]` holds the n-grams of order n; empty beyond the order.
    pub levels: [Level<'a>; MAX_ORDER - 1],
}

impl<'a> Core<'a> {
    /// Puts a table beside the n-grams of an order; `None` if it does not fit them.
    pub(crate) fn put_table(&mut self, order: usize, parts: Parts<'a>) -> Option<()> {
        let constants = if self.logs { 0 } else { self.contexts_of(order) };
        let fit = parts.constants.len() == constants;
        let table = Table::new(parts, self.has_indices(order)).filter(|_| fit)?;
        self.levels.get_mut(order.wrapping_sub(2))?.table = table;
        let levels = self.levels.get(..self.order.wrapping_sub(1))?;
        self.tabled = levels.iter().all(|level| !level.table.is_empty());
        Some(())
    }
}

impl Core<'_> {
    /// Whether the table of an order has indices: its n-grams are contexts, or their values lie elsewhere.
    pub(super) fn has_indices(&self, order: usize) -> bool {
        order < self.order || self.logs
    }

    /// How many contexts n-grams of `order`, from 2, can have: the n-grams of the order below.
    pub(super) fn contexts_of(&self, order: usize) -> usize {
        if order == 2 { self.words } else { self.levels[order - 3].ngrams() }
    }

    /// The probability of a word without a history.
    pub fn unigram(&self, word: u32) -> f64 {
        let stored = self.unigrams.get(word as usize).copied().unwrap_or_default();
        if self.logs { exp10(stored) } else { stored.into() }
    }
}

/// What takes the place of log10 0, for `<s>`, as in SRILM.
pub(crate) const LOG10_ZERO: f32 = -99.0;

/// log10 as it is stored.
pub(crate) fn log10(p: f64) -> f32 {
    if p > 0.0 { (libm::log10(p) as f32).max(LOG10_ZERO) } else { LOG10_ZERO }
}

/// 10 to the power of a stored logarithm.
pub(crate) fn exp10(log10: f32) -> f64 {
    libm::exp(f64::from(log10) * std::f64::consts::LN_10)
}
