//! The n-grams of one order as one list of ids: the form in which they are gathered and sorted.

use rayon::prelude::*;

/// n-grams of one order n ≥ 2.
pub(super) struct Flat {
    order: usize,
    /// (n-grams × n)
    ids: Vec<u32>,
    /// (n-grams) NaN for an n-gram that the file left out.
    pub log10_p: Vec<f32>,
    /// (n-grams)
    pub log10_backoff: Vec<f32>,
}

impl Flat {
    pub fn new(order: usize) -> Self {
        Flat { order, ids: Vec::new(), log10_p: Vec::new(), log10_backoff: Vec::new() }
    }

    pub fn order(&self) -> usize {
        self.order
    }

    pub fn len(&self) -> usize {
        self.ids.len() / self.order
    }

    pub fn push(&mut self, ids: &[u32], log10_p: f32, log10_backoff: f32) {
        self.ids.extend_from_slice(&ids[..self.order]);
        self.log10_p.push(log10_p);
        self.log10_backoff.push(log10_backoff);
    }

    pub fn get(&self, i: usize) -> &[u32] {
        &self.ids[i * self.order..(i + 1) * self.order]
    }

    /// Sorts by ids. An n-gram that occurs twice is an error: its last place before sorting.
    pub fn sort(&mut self) -> Result<(), usize> {
        let mut places: Vec<u32> = (0..self.len() as u32).collect();
        places.par_sort_unstable_by_key(|&place| (self.get(place as usize), place));
        let doubled = |pair: &&[u32]| self.get(pair[0] as usize) == self.get(pair[1] as usize);
        if let Some(pair) = places.windows(2).find(doubled) {
            return Err(pair[1] as usize);
        }
        let mut ids = Vec::with_capacity(self.ids.len());
        for &place in &places {
            ids.extend_from_slice(self.get(place as usize));
        }
        self.ids = ids;
        let sorted = |values: &[f32]| places.iter().map(|&place| values[place as usize]).collect();
        (self.log10_p, self.log10_backoff) = (sorted(&self.log10_p), sorted(&self.log10_backoff));
        Ok(())
    }

    /// The first place from `from` on whose n-gram is not below `ids`, once sorted: a search in strides
    /// that double.
    pub fn seek(&self, from: usize, ids: &[u32]) -> usize {
        let (mut start, mut step) = (from, 1);
        while start + step < self.len() && self.get(start + step) < ids {
            start += step;
            step *= 2;
        }
        let mut end = (start + step).min(self.len());
        while start < end {
            let middle = start + (end - start) / 2;
            if self.get(middle) < ids {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }

    /// Whether the n-gram at a place is `ids`.
    pub fn is_at(&self, place: usize, ids: &[u32]) -> bool {
        place < self.len() && self.get(place) == ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn seeking_equals_a_plain_search(
            pairs in proptest::collection::btree_set((0u32..6, 0u32..6), 0..30),
            target in (0u32..7, 0u32..7),
            from in 0usize..30,
        ) {
            let mut flat = Flat::new(2);
            for &(a, b) in pairs.iter().rev() {
                flat.push(&[a, b], -1.0, 0.0);
            }
            flat.sort().unwrap();
            let sorted: Vec<(u32, u32)> = pairs.into_iter().collect();
            let from = from.min(sorted.len());
            let expected = from + sorted[from..].partition_point(|&pair| pair < target);
            prop_assert_eq!(flat.seek(from, &[target.0, target.1]), expected);
        }
    }

    #[test]
    fn a_repeated_ngram_is_reported_by_its_last_place() {
        let mut flat = Flat::new(2);
        for ids in [[4, 1], [3, 1], [4, 1], [2, 1]] {
            flat.push(&ids, -1.0, 0.0);
        }
        assert_eq!(flat.sort(), Err(2));
    }
}
