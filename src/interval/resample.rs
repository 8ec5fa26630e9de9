//! Resamples of values of which many are equal: how often each one is drawn.
//!
//! A resample draws n of n values with replacement. Where equal values are one group, all that matters is
//! how often each group is drawn: a multinomial distribution, of which the following is a sample. Every
//! group owns a part of [0, 1) as long as its share of the values, and n points fall there at random. Of m
//! points in an interval, Binomial(m, 1/2) fall into its left half: the heads of m fair coins. So intervals
//! are halved, beginning with [0, 1), until each has no point in it or lies within one group. No point is
//! looked at more closely than the groups demand: n coins, a sixty-fourth of n random numbers, for each
//! doubling of the number of groups, where drawing the values one by one takes n numbers and as many
//! look-ups in a long table. (Splitting counts by halves is Devroye's, *Non-Uniform Random Variate
//! Generation*, 1986.) All numbers are whole, so that a seed gives the same counts everywhere; the ends of
//! the groups are rounded to 2^-64.
//!
//! Where most values differ, drawing them one by one is faster, and is what is done.

use rayon::prelude::*;

use crate::random::Random;

/// With fewer values per group than this, they are drawn one by one.
const FEW: usize = 4;

/// Values of which equal ones are together.
#[derive(Debug)]
pub(crate) struct Groups<T> {
    values: Vec<T>,
    /// How many values there are in all.
    n: usize,
    draw: Draw,
}

#[derive(Debug)]
enum Draw {
    /// (groups - 1) where the part of each group but the first begins, in units of 2^-64.
    Halving(Vec<u64>),
    /// (n) the group of every value.
    Singly(Vec<u32>),
}

impl<T: Copy + Sync> Groups<T> {
    /// Joins neighbours that are equal by `same`.
    pub fn of_sorted(sorted: &[T], same: impl FnMut(&T, &T) -> bool) -> Self {
        Self::new(sorted.chunk_by(same).map(|chunk| (chunk[0], chunk.len())))
    }

    /// From values that differ and how many there are of each, at least one; the draws depend on their order.
    pub fn new(counted: impl Iterator<Item = (T, usize)>) -> Self {
        let (values, counts): (Vec<T>, Vec<usize>) = counted.unzip();
        let n = counts.iter().sum::<usize>();
        let draw = if n < FEW.saturating_mul(values.len()) {
            let groups = (0..).zip(&counts);
            Draw::Singly(groups.flat_map(|(at, &count)| std::iter::repeat_n(at, count)).collect())
        } else {
            let mut before = 0;
            let begin = |count: &usize| {
                before += *count as u128;
                (before << 64).div_ceil(n as u128) as u64
            };
            Draw::Halving(
                counts.split_last().map_or(&[][..], |(_, all)| all).iter().map(begin).collect(),
            )
        };
        Groups { values, n, draw }
    }

    /// The statistic of each of so many resamples, given every value and how often it was drawn. Resample i
    /// has the i-th stream of the seed, so that threads change nothing.
    ///
    /// # Complexity
    /// A resample of n values in k groups takes O(n log(k) / 64 + k log(n / k)), or O(n) where most differ.
    pub fn resample<S: Send>(
        &self,
        resamples: u32,
        seed: u64,
        statistic: impl Fn(&mut dyn Iterator<Item = (T, u64)>) -> S + Sync,
    ) -> Vec<S> {
        let resample = |counts: &mut Vec<u64>, stream: u32| {
            counts.clear();
            counts.resize(self.values.len(), 0);
            self.draw.counts(self.n, Random::stream(seed, stream.into()), counts);
            statistic(&mut self.values.iter().copied().zip(counts.iter().copied()))
        };
        (0..resamples).into_par_iter().map_init(Vec::new, resample).collect()
    }
}

impl Draw {
    /// Adds how often each group is drawn to `counts`.
    fn counts(&self, n: usize, random: Random, counts: &mut [u64]) {
        match self {
            Draw::Halving(begins) => {
                Halving { begins, random, counts }.fall(n as u64, 0, u64::BITS, 0..begins.len());
            }
            Draw::Singly(groups) => {
                let mut random = random;
                (0..n).for_each(|_| counts[groups[random.below(n)] as usize] += 1);
            }
        }
    }
}

/// A resample being drawn.
struct Halving<'a> {
    begins: &'a [u64],
    random: Random,
    counts: &'a mut [u64],
}

impl Halving<'_> {
    /// Lets `points` fall into the interval of 2^`bits` units from `start`, in which the groups after those
    /// in `inner` begin.
    fn fall(&mut self, points: u64, start: u64, bits: u32, inner: std::ops::Range<usize>) {
        if points == 0 {
            return;
        }
        if inner.is_empty() {
            self.counts[inner.start] += points;
            return;
        }
        let middle = start + (1 << (bits - 1));
        let begins = &self.begins[inner.clone()];
        let left = inner.start + begins.partition_point(|&begin| begin < middle);
        let right = inner.start + begins.partition_point(|&begin| begin <= middle);
        let heads = self.random.heads(points);
        self.fall(heads, start, bits - 1, inner.start..left);
        self.fall(points - heads, middle, bits - 1, right..inner.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means and covariances of how often groups of these sizes are drawn.
    fn moments(sizes: &[usize]) -> (Vec<f64>, Vec<Vec<f64>>) {
        const RESAMPLES: u32 = 20_000;
        let groups = Groups::new(sizes.iter().copied().enumerate());
        let drawn = groups.resample(RESAMPLES, 5, |counts| {
            let counts: Vec<f64> = counts.map(|(_, count)| count as f64).collect();
            assert_eq!(counts.iter().sum::<f64>(), sizes.iter().sum::<usize>() as f64);
            counts
        });
        let mean = |of: &dyn Fn(&[f64]) -> f64| {
            drawn.iter().map(|counts| of(counts)).sum::<f64>() / f64::from(RESAMPLES)
        };
        let means: Vec<f64> = (0..sizes.len()).map(|i| mean(&|counts| counts[i])).collect();
        let covariance = |i: usize, j: usize| mean(&|c| (c[i] - means[i]) * (c[j] - means[j]));
        let row = |i| (0..sizes.len()).map(|j| covariance(i, j)).collect();
        let covariances = (0..sizes.len()).map(row).collect();
        (means, covariances)
    }

    #[test]
    fn counts_are_multinomial() {
        // The first are drawn by halves, the last one by one.
        for sizes in [&[40, 1, 7, 100, 2, 50][..], &[512, 256, 256], &[9], &[1, 2, 1, 1, 3]] {
            let n = sizes.iter().sum::<usize>() as f64;
            let (means, covariances) = moments(sizes);
            for (i, &a) in sizes.iter().enumerate() {
                let a = a as f64;
                // The mean of 20,000 has 1 / 141 of the deviation of one.
                assert!((means[i] - a).abs() < 0.03 * a.sqrt(), "{sizes:?}: {}", means[i]);
                for (j, &b) in sizes.iter().enumerate() {
                    let b = b as f64;
                    let expected = if i == j { a * (1.0 - a / n) } else { -a * b / n };
                    let close = 0.04 * (a * b).sqrt();
                    let found = covariances[i][j];
                    assert!(
                        (found - expected).abs() < close,
                        "{sizes:?} {i} {j}: {found} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn threads_change_nothing_and_the_seed_does() {
        let groups = Groups::of_sorted(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3], |a, b| a == b);
        let with = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let counts = |c: &mut dyn Iterator<Item = (i32, u64)>| c.collect::<Vec<_>>();
            pool.install(|| groups.resample(50, seed, counts))
        };
        assert_eq!(with(1, 9), with(3, 9));
        assert_ne!(with(1, 9), with(1, 10));
    }
}
