//! The random numbers of one sentence: ChaCha8 with a stream of its own.
//!
//! The seed gives the key, the sentence's index the stream. Streams do not overlap and are independent, so
//! that a sentence depends on (seed, index) and not on the sentences before it or the thread that draws it. A
//! number costs about 5 ns.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What the streams of all sentences have in common.
#[derive(Debug, Clone)]
pub struct Seed(ChaCha8Rng);

impl Seed {
    /// A seed from a number.
    pub fn new(seed: u64) -> Self {
        Seed(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The stream of the sentence with this index.
    pub fn stream(&self, index: u64) -> Stream {
        let mut random = self.0.clone();
        random.set_stream(index);
        Stream(random)
    }
}

/// The random numbers of one sentence.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// A number in [0, 1), a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_and_index_alone() {
        let first = |seed, index| Seed::new(seed).stream(index).uniform();
        let mut used = Seed::new(7).stream(3);
        assert_eq!(used.uniform(), first(7, 3));
        assert_ne!(used.uniform(), first(7, 3));
        assert_ne!(first(7, 3), first(7, 4));
        assert_ne!(first(7, 3), first(8, 3));
    }

    #[test]
    fn numbers_are_spread_evenly() {
        let (base, mut counts) = (Seed::new(1), [0; 10]);
        for index in 0..20_000 {
            let mut stream = base.stream(index);
            (0..5).for_each(|_| counts[(stream.uniform() * 10.0) as usize] += 1);
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }
}
