//! The n-grams of one order, n > 1, in a model file.
//!
//! The n-grams w1 … wn with one context w1 … w(n-1) are its children. The suffix w2 … w(n-1) of the context
//! has wn as a child too, so wn is written as its position among those children: a small number where few
//! words follow the suffix (Pibiri & Venturini 2017), and at the same time the link to the n-gram without
//! its first word. All positions of a context have the same number of bits, so that they are searched where
//! they lie. Below bigrams the suffix is empty and its children are all words.
//!
//! What the n-grams are worth is in [`Values`]: counts, from which the probabilities follow exactly,
//! or the logarithms of an ARPA file.

use std::ops::Range;

use super::bits;
use super::buckets::{BUCKETED, Buckets};
use super::elias_fano::EliasFano;
use super::prefetch::prefetch;
use super::search::partition;
use super::small::Small;
use super::sorted::WordList;
use super::table::Table;

/// A context with more children than this has its constants stored.
pub(super) const HEAVY: usize = 64;

/// Bits of a cache line.
const LINE: u64 = 512;

/// The n-grams of one order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Level<'a> {
    /// (contexts + 1) the children of the i-th context are the n-grams `starts[i]..starts[i + 1]`.
    pub(super) starts: EliasFano<'a>,
    /// (contexts + 1) where the positions of each context begin, in bits; empty for bigrams, whose
    /// positions have one width.
    pub(super) bits: EliasFano<'a>,
    /// Bits of a position of a bigram.
    pub(super) width: u32,
    pub(super) positions: &'a [u64],
    /// Where to look among the children of a context; for bigrams only.
    pub(super) buckets: Buckets<'a>,
    pub(super) values: Values<'a>,
    /// D1, D2 and D3+.
    pub(super) discounts: [f64; 3],
    /// All of them again, for look-ups; may be empty.
    pub(super) table: Table<'a>,
}

/// What is stored with each n-gram.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// Modified Kneser-Ney: p and backoff weight follow from counts.
    Counts {
        /// (n-grams) adjusted counts less 1.
        counts: Small<'a>,
        /// (contexts) sum of the adjusted counts of the children that were pruned; empty where none was.
        pruned: Small<'a>,
        /// Contexts with more than 64 children, rising.
        heavy: &'a [u32],
        /// (heavy) sum of the children's adjusted counts, and gamma.
        heavy_constants: &'a [[f64; 2]],
    },
    /// An ARPA file's own figures.
    Logs {
        /// (n-grams)
        log10_p: &'a [f32],
        /// (contexts)
        log10_backoff: &'a [f32],
    },
}

impl Default for Values<'_> {
    fn default() -> Self {
        Values::Logs { log10_p: &[], log10_backoff: &[] }
    }
}

/// The children of a context.
#[derive(Debug, Clone, Copy, Default)]
pub struct Children {
    /// Index of the first one among the n-grams of their order.
    pub start: usize,
    /// How many there are.
    pub count: usize,
    /// Where their positions begin, in bits.
    bit: u64,
    width: u32,
}

impl Children {
    /// The indices of the children.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.count
    }

    /// Takes the suffix to have `universe` children.
    #[inline]
    pub(super) fn of_universe(&mut self, level: &Level<'_>, universe: usize) {
        self.width = if level.width > 0 { level.width } else { bits::width(universe as u64) };
    }
}

impl<'a> Level<'a> {
    /// Number of n-grams.
    pub fn ngrams(&self) -> usize {
        match self.values {
            Values::Counts { counts, .. } => counts.len(),
            Values::Logs { log10_p, .. } => log10_p.len(),
        }
    }

    /// The adjusted counts of all n-grams, if the probabilities follow from counts.
    pub fn adjusted(&self) -> Option<impl Iterator<Item = u32> + 'a> {
        let Values::Counts { counts, .. } = self.values else { return None };
        Some(counts.range(0..counts.len()).map(|less_one| less_one.saturating_add(1)))
    }

    /// The sum of the adjusted counts of the children that a context has lost.
    pub fn lost(&self, context: usize) -> u32 {
        match self.values {
            Values::Counts { pruned, .. } if !pruned.is_empty() => pruned.get(context),
            _ => 0,
        }
    }

    /// Where the children of each context begin, and the end.
    pub fn starts(&self) -> impl Iterator<Item = u64> + 'a {
        let ngrams = self.ngrams() as u64;
        let mut last = 0;
        // A damaged file may hold any numbers.
        self.starts.iter().map(move |start| {
            last = start.clamp(last, ngrams);
            last
        })
    }

    /// The children of a context whose suffix has `universe` children.
    #[inline]
    pub fn children(&self, context: usize, universe: usize) -> Children {
        // A damaged file may hold any numbers.
        let ngrams = self.ngrams() as u64;
        let (start, end) = self.starts.pair(context);
        let (start, end) = (start.min(ngrams), end.min(ngrams));
        let count = end.saturating_sub(start) as usize;
        let start = start as usize;
        if self.width > 0 {
            let bit = start as u64 * u64::from(self.width);
            return Children { start, count, bit, width: self.width };
        }
        let bit = self.bits.first(context);
        Children { start, count, bit, width: bits::width(universe as u64) }
    }

    /// The `i`-th position among the children.
    #[inline]
    pub fn position(&self, children: &Children, i: usize) -> u32 {
        let at = children.bit.wrapping_add(i as u64 * u64::from(children.width));
        bits::read(self.positions, at, children.width) as u32
    }

    /// Asks for the counts of children.
    #[inline]
    pub(super) fn prefetch_counts(&self, children: &Children) {
        if let Values::Counts { counts, .. } = &self.values {
            counts.prefetch(children.start);
        }
    }

    /// Asks for what a search for a position among the children of a context reads first.
    #[inline]
    pub(super) fn prefetch_positions(&self, context: usize, children: &Children, position: u32) {
        if self.width > 0 && children.count >= BUCKETED {
            self.buckets.of(context, children.count).prefetch(position);
        } else {
            // All of a short list, a line at a time; else what a search looks at first.
            let lines = (children.count as u64 * u64::from(children.width) / LINE + 1).min(8);
            for line in 0..=lines {
                let i = children.count as u64 * line / lines;
                self.prefetch_position(children, i as usize);
            }
        }
    }

    /// Asks for what that search reads next.
    #[inline]
    pub(super) fn prefetch_word(&self, context: usize, children: &Children, position: u32) {
        if self.width > 0 && children.count >= BUCKETED {
            let buckets = self.buckets.of(context, children.count);
            let (start, end) = buckets.range(position, children.count);
            self.prefetch_position(children, start);
            self.prefetch_position(children, usize::midpoint(start, end));
        }
    }

    /// Asks for what the constants of a context are made of, besides its children and the codes of their counts;
    /// returns where they are stored, if they are.
    #[inline]
    pub(super) fn prefetch_constants(&self, context: usize, children: &Children) -> Option<usize> {
        let Values::Counts { counts, heavy_constants, .. } = &self.values else { return None };
        let stored = self.stored(context, children);
        match stored {
            Some(at) => prefetch(heavy_constants, at),
            None => counts.prefetch_large(children.start),
        }
        stored
    }

    /// Where the constants of a context are stored, if they are.
    #[inline]
    fn stored(&self, context: usize, children: &Children) -> Option<usize> {
        match &self.values {
            Values::Counts { heavy, .. } if children.count > HEAVY => {
                heavy.binary_search(&(context as u32)).ok()
            }
            _ => None,
        }
    }

    fn prefetch_position(&self, children: &Children, i: usize) {
        let bit = children.bit.wrapping_add(i as u64 * u64::from(children.width));
        prefetch(self.positions, (bit / 64) as usize);
    }

    /// Which of the children of a context has this position.
    ///
    /// # Complexity
    /// O(log n) for n children.
    #[inline]
    pub fn search(&self, context: usize, children: &Children, position: u32) -> Option<usize> {
        self.search_within(context, children, position, (0, children.count))
    }

    /// The same where [`Self::narrow`] has left the first of so many children.
    #[inline]
    pub(super) fn search_within(
        &self,
        context: usize,
        children: &Children,
        position: u32,
        (start, left): (usize, usize),
    ) -> Option<usize> {
        if self.width > 0 {
            return self.list(context, children).find(position);
        }
        let found = start + partition(left, |i| self.position(children, start + i) < position);
        (found < children.count && self.position(children, found) == position).then_some(found)
    }

    /// One step of a search in a long list, which asks for what the next one reads; returns whether there is one. `within`
    /// is the first of the children that are left, and how many they are.
    #[inline]
    pub(super) fn narrow(
        &self,
        children: &Children,
        position: u32,
        within: &mut (usize, usize),
    ) -> bool {
        let (start, left) = *within;
        if self.width > 0 || left as u64 * u64::from(children.width) <= LINE {
            return false;
        }
        let half = left / 2;
        let below = self.position(children, start + half - 1) < position;
        *within = (start + if below { half } else { 0 }, left - half);
        let (start, left) = *within;
        self.prefetch_position(children, start + (left / 2).saturating_sub(1));
        true
    }

    /// The children of a word, in the level of the bigrams.
    #[inline]
    pub fn words(&self, context: usize) -> WordList<'a> {
        self.list(context, &self.children(context, 0))
    }

    #[inline]
    fn list(&self, context: usize, children: &Children) -> WordList<'a> {
        let buckets = self.buckets.of(context, children.count);
        WordList::new(children.start, children.count, self.positions, self.width, buckets)
    }

    /// The constants of a context, if the probabilities follow from counts: the sum of the adjusted counts
    /// after it, and the weight gamma of the order below. 1 and 1 where nothing was counted.
    #[inline]
    pub fn constants(&self, context: usize, children: &Children) -> [f64; 2] {
        self.constants_of(context, children, self.stored(context, children))
    }

    /// The same, if it is known where they are stored.
    #[inline]
    pub(super) fn constants_of(
        &self,
        context: usize,
        children: &Children,
        stored: Option<usize>,
    ) -> [f64; 2] {
        let Values::Counts { counts, pruned, heavy_constants, .. } = &self.values else {
            return [1.0, 1.0];
        };
        if let Some(at) = stored {
            return heavy_constants.get(at).copied().unwrap_or([1.0, 1.0]);
        }
        let (tally, more) = counts.tally(children.range());
        let pruned = if pruned.is_empty() { 0 } else { pruned.get(context) };
        constants(tally, more + children.count as u64, pruned, &self.discounts)
    }

    /// (a - D(a)) / total for the n-gram with this index, if the probabilities follow from counts.
    #[inline]
    pub fn share(&self, ngram: usize, total: f64) -> f64 {
        match &self.values {
            Values::Counts { counts, .. } => share(counts.get(ngram), total, &self.discounts),
            Values::Logs { .. } => 0.0,
        }
    }

    /// The probability of a word after a context (or its log10), from that of the order below; `ngram` is
    /// both of them together, if it is stored.
    #[inline]
    pub(super) fn take_further(
        &self,
        p: f64,
        context: usize,
        children: &Children,
        ngram: Option<usize>,
    ) -> f64 {
        self.take_further_with(p, context, ngram, || self.constants(context, children))
    }

    /// The same with the constants of the context.
    #[inline]
    pub(super) fn take_further_with(
        &self,
        p: f64,
        context: usize,
        ngram: Option<usize>,
        constants: impl FnOnce() -> [f64; 2],
    ) -> f64 {
        match self.values {
            Values::Counts { .. } => {
                let [total, gamma] = constants();
                p * gamma + ngram.map_or(0.0, |ngram| self.share(ngram, total))
            }
            Values::Logs { log10_p, log10_backoff } => match ngram {
                Some(ngram) => log10_p.get(ngram).copied().unwrap_or_default().into(),
                None => p + f64::from(log10_backoff.get(context).copied().unwrap_or_default()),
            },
        }
    }
}

/// (a - D(a)) / total.
#[inline]
pub(super) fn share(count_less_one: u32, total: f64, discounts: &[f64; 3]) -> f64 {
    let discount = discounts[count_less_one.min(2) as usize];
    (f64::from(count_less_one) + 1.0 - discount) / total
}

/// The total and gamma of a context: `tally` is how many children have an adjusted count of 1, 2,
/// and more, `sum` the sum of these counts, `pruned` the sum of those of the children that are gone.
pub(super) fn constants(tally: [u32; 3], sum: u64, pruned: u32, discounts: &[f64; 3]) -> [f64; 2] {
    let total = sum as f64 + f64::from(pruned);
    if total == 0.0 {
        return [1.0, 1.0];
    }
    let taken: f64 = tally.iter().zip(discounts).map(|(&n, d)| f64::from(n) * d).sum();
    [total, (taken + f64::from(pruned)) / total]
}
