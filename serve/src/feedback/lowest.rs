//! A random sample in one pass: the items whose names have the lowest hashes.
//!
//! The same seed gives the same sample whatever the order, and a larger one begins with the smaller.

use std::collections::BTreeMap;

use twox_hash::XxHash3_64;

/// The items with the lowest hashes so far.
#[derive(Debug)]
pub struct Lowest<T> {
    most: usize,
    seed: u64,
    kept: BTreeMap<u64, T>,
}

impl<T> Lowest<T> {
    /// None yet, and `most` at most.
    pub fn new(most: usize, seed: u64) -> Self {
        Lowest { most, seed, kept: BTreeMap::new() }
    }

    /// Looks at an item by its name; it is made only if it is kept. One of the same name takes its place.
    pub fn see(&mut self, name: &[u8], item: impl FnOnce() -> T) {
        let hash = XxHash3_64::oneshot_with_seed(self.seed, name);
        let full = self.kept.len() >= self.most;
        if full && self.kept.last_key_value().is_none_or(|(last, _)| hash > *last) {
            return;
        }
        self.kept.insert(hash, item());
        if self.kept.len() > self.most {
            self.kept.pop_last();
        }
    }

    /// The items, the one with the lowest hash first.
    pub fn into_sorted(self) -> impl Iterator<Item = T> {
        self.kept.into_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(names: impl Iterator<Item = u32>, most: usize, seed: u64) -> Vec<u32> {
        let mut lowest = Lowest::new(most, seed);
        names.for_each(|n| lowest.see(&n.to_le_bytes(), || n));
        lowest.into_sorted().collect()
    }

    #[test]
    fn neither_order_nor_doubles_change_a_sample_and_a_larger_one_begins_with_it() {
        let sample = drawn(0..1000, 20, 1);
        assert_eq!(sample.len(), 20);
        assert_eq!(drawn((0..1000).rev().chain(0..1000), 20, 1), sample);
        assert_eq!(drawn(0..1000, 50, 1)[..20], sample);
        assert_ne!(drawn(0..1000, 20, 2), sample);
        assert_eq!(drawn(0..5, 20, 1).len(), 5);
        assert!(drawn(0..5, 0, 1).is_empty());
    }

    #[test]
    fn every_item_is_as_likely_as_any_other() {
        let mut first_half = 0;
        for seed in 0..200 {
            first_half += drawn(0..100, 10, seed).iter().filter(|&&n| n < 50).count();
        }
        // 1,000 of 2,000 expected, with a standard deviation of 21.
        assert!(first_half.abs_diff(1000) < 85, "{first_half}");
    }
}
