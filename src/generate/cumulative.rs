//! Draws an index by its weight: running sums, with a guide if there are many.
//!
//! For weights w_0 ... w_(m-1), `sums[i]` = w_0 + ... + w_i. The index of a number t in [0, total) is the
//! first i with `sums[i]` > t, which is i with probability w_i / total; an item of weight 0 is never found. A
//! guide (Chen & Asau, *On generating random variates from an empirical distribution*, 1974) cuts [0, total)
//! into one piece for every four items and records where each begins, so that the search takes O(1) expected
//! steps. The answer is the same with and without a guide.

/// Items per entry of a guide.
const ITEMS: usize = 4;

/// Running sums of weights.
#[derive(Debug, Clone, Default)]
pub struct Cumulative {
    /// (items) sum of the weights up to and including each.
    sums: Vec<f64>,
    /// (pieces + 1) the first index of each piece; empty without a guide.
    guide: Vec<u32>,
}

impl Cumulative {
    /// Replaces all weights; drops the guide.
    pub fn set(&mut self, weights: impl Iterator<Item = f64>) {
        let mut sum = 0.0;
        self.guide.clear();
        self.sums.clear();
        self.sums.extend(weights.map(|weight| {
            sum += weight;
            sum
        }));
    }

    /// Weights with a guide.
    pub fn guided(weights: impl Iterator<Item = f64>) -> Self {
        let mut all = Self::default();
        all.set(weights);
        all.add_guide();
        all
    }

    /// Makes the guide.
    pub fn add_guide(&mut self) {
        let pieces = (self.sums.len() / ITEMS).max(1);
        let width = self.total() / pieces as f64;
        self.guide.clear();
        let mut at = 0;
        for piece in 0..=pieces {
            let begin = piece as f64 * width;
            while self.sums.get(at).is_some_and(|&sum| sum <= begin) {
                at += 1;
            }
            self.guide.push(at as u32);
        }
    }

    /// The sum of all weights.
    pub fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    /// Bytes of memory.
    pub fn size(&self) -> usize {
        self.sums.len() * size_of::<f64>() + self.guide.len() * size_of::<u32>()
    }

    /// The index of `target`; the last one for a target beyond the total.
    pub fn find(&self, target: f64) -> usize {
        let (mut start, mut end) = (0, self.sums.len());
        if let Some(pieces) = self.guide.len().checked_sub(1).filter(|&pieces| pieces > 0) {
            let piece = (target / self.total() * pieces as f64) as usize;
            let piece = piece.min(pieces - 1);
            let (low, high) = (self.guide[piece] as usize, self.guide[piece + 1] as usize);
            // Rounding may have led to a neighbour of the right piece.
            let fits = |at: usize| at == 0 || self.sums[at - 1] <= target;
            if fits(low) {
                start = low;
                if self.sums.get(high).is_some_and(|&sum| sum > target) {
                    end = high + 1;
                }
            }
        }
        let at = start + self.sums[start..end].partition_point(|&sum| sum <= target);
        at.min(self.sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_the_same_with_and_without_a_guide(
            weights in proptest::collection::vec(prop_oneof![Just(0.0), 0.0..1e-6, 0.0..1.0], 1..90),
            targets in proptest::collection::vec(0.0..1.0, 1..40),
        ) {
            let mut plain = Cumulative::default();
            plain.set(weights.iter().copied());
            prop_assume!(plain.total() > 0.0);
            let guided = Cumulative::guided(weights.iter().copied());
            let ends = plain.sums.iter().copied().filter(|&sum| sum < plain.total());
            let targets: Vec<f64> =
                targets.iter().map(|t| t * plain.total()).chain(ends).collect();
            for target in targets {
                let slow = plain.sums.iter().position(|&sum| sum > target).unwrap();
                prop_assert_eq!(plain.find(target), slow);
                prop_assert_eq!(guided.find(target), slow);
                prop_assert!(weights[slow] > 0.0);
            }
        }
    }

    #[test]
    fn nothing_to_find_does_not_panic() {
        assert_eq!(Cumulative::guided(std::iter::empty()).find(0.0), 0);
        assert_eq!(Cumulative::guided([0.0, 0.0].into_iter()).find(0.0), 1);
    }
}
