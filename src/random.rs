//! Random numbers that are the same on every machine: ChaCha8 and an unbiased range.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A seeded source of random numbers.
#[derive(Debug, Clone)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// A source that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Random(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of the streams of a seed, which do not overlap and are independent of each other.
    pub fn stream(seed: u64, index: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(index);
        Random(random)
    }

    /// A number below `bound`, all equally likely (Lemire, *Fast Random Integer Generation in an
    /// Interval*, 2019); 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let reject = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            if product as u64 >= reject {
                return (product >> 64) as usize;
            }
        }
    }

    /// How many of `n` fair coins show heads.
    pub fn heads(&mut self, n: u64) -> u64 {
        let whole: u64 = (0..n / 64).map(|_| u64::from(self.0.next_u64().count_ones())).sum();
        match n % 64 {
            0 => whole,
            rest => whole + u64::from((self.0.next_u64() >> (64 - rest)).count_ones()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_everywhere() {
        let mut random = Random::new(1);
        let numbers: Vec<usize> = (0..8).map(|_| random.below(100)).collect();
        assert_eq!(numbers, [40, 8, 59, 21, 28, 71, 46, 15]);
    }

    #[test]
    fn the_streams_of_a_seed_differ_and_the_first_is_the_seeds_own() {
        let numbers = |mut random: Random| [(); 8].map(|()| random.below(100));
        assert_eq!(numbers(Random::stream(1, 0)), numbers(Random::new(1)));
        assert_eq!(numbers(Random::stream(1, 5)), numbers(Random::stream(1, 5)));
        assert_ne!(numbers(Random::stream(1, 5)), numbers(Random::stream(1, 6)));
    }

    #[test]
    fn all_numbers_below_the_bound_are_equally_likely() {
        let (mut random, mut counts) = (Random::new(7), [0; 5]);
        (0..50_000).for_each(|_| counts[random.below(5)] += 1);
        assert!(counts.iter().all(|&count| (9_600..10_400).contains(&count)), "{counts:?}");
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn half_of_the_coins_show_heads() {
        let mut random = Random::new(7);
        for n in [1u64, 63, 64, 65, 1000] {
            let heads: Vec<f64> = (0..4000).map(|_| random.heads(n) as f64).collect();
            let mean = heads.iter().sum::<f64>() / 4000.0;
            let variance = heads.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4000.0;
            let n = n as f64;
            assert!((mean - n / 2.0).abs() < 0.04 * n.sqrt(), "{n}: {mean}");
            assert!((variance / (n / 4.0) - 1.0).abs() < 0.1, "{n}: {variance}");
        }
        assert_eq!(random.heads(0), 0);
    }
}
