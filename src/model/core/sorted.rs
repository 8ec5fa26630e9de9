//! Sorted lists of words, bit-packed, in which a word is found in a few steps.

use super::bits;
use super::buckets::{BUCKETED, Buckets, ListBuckets};
use super::elias_fano::EliasFano;
use super::prefetch::prefetch;
use super::search::partition;

/// Sorted lists of words, one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct WordLists<'a> {
    /// (lists + 1) the i-th list is `starts[i]..starts[i + 1]`.
    pub starts: EliasFano<'a>,
    /// Bits of an id.
    pub width: u32,
    /// The ids, end to end.
    pub ids: &'a [u64],
    /// Where to look in the long lists.
    pub buckets: Buckets<'a>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct WordList<'a> {
    /// Index of the first item among those of all lists.
    pub start: usize,
    /// How many items there are.
    pub count: usize,
    ids: &'a [u64],
    width: u32,
    buckets: ListBuckets<'a>,
}

impl<'a> WordLists<'a> {
    /// The `i`-th list; `items` is the number of items in all lists.
    #[inline]
    pub fn list(&self, i: usize, items: usize) -> WordList<'a> {
        // A damaged file may hold any numbers.
        let (start, end) = self.starts.pair(i);
        let (start, end) = (start.min(items as u64) as usize, end.min(items as u64) as usize);
        let count = end.saturating_sub(start);
        WordList::new(start, count, self.ids, self.width, self.buckets.of(i, count))
    }
}

impl<'a> WordList<'a> {
    /// `count` items from the `start`-th one on.
    #[inline]
    pub fn new(
        start: usize,
        count: usize,
        ids: &'a [u64],
        width: u32,
        buckets: ListBuckets<'a>,
    ) -> Self {
        WordList { start, count, ids, width, buckets }
    }

    /// The id of the `i`-th item.
    #[inline]
    pub fn id(&self, i: usize) -> u32 {
        let at = (self.start + i) as u64 * u64::from(self.width);
        bits::read(self.ids, at, self.width) as u32
    }

    /// Asks for what a search for an id reads first: where to look, or all of a short list.
    #[inline]
    pub fn prefetch(&self, id: u32) {
        if self.count >= BUCKETED {
            self.buckets.prefetch(id);
        } else {
            (0..self.count).step_by(self.in_a_line()).for_each(|i| self.prefetch_item(i));
        }
    }

    /// Asks for what that search reads next.
    #[inline]
    pub fn prefetch_items(&self, id: u32) {
        if self.count >= BUCKETED {
            let (start, end) = self.buckets.range(id, self.count);
            (start..end).step_by(self.in_a_line()).take(4).for_each(|i| self.prefetch_item(i));
        }
    }

    /// About how many items a cache line has.
    fn in_a_line(&self) -> usize {
        (512 / self.width.max(1)) as usize
    }

    #[inline]
    fn prefetch_item(&self, i: usize) {
        prefetch(self.ids, ((self.start + i) as u64 * u64::from(self.width) / 64) as usize);
    }

    /// Which item has this id.
    ///
    /// # Complexity
    /// O(log n) for n items; a few steps even in the longest lists.
    #[inline]
    pub fn find(&self, id: u32) -> Option<usize> {
        let (start, end) = self.buckets.range(id, self.count);
        let found = start + partition(end.saturating_sub(start), |i| self.id(start + i) < id);
        (found < end && self.id(found) == id).then_some(found)
    }
}
