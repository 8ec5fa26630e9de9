//! Latencies: an exact list of them, in microseconds, as long as it is not too long.
//!
//! In: durations. Out: percentiles by nearest rank: the least value that so large a share of all does not exceed.
//! Above [`MOST`] durations, a random sample of that size takes the place of the list (Vitter's reservoir, seeded);
//! the greatest is exact always. Memory: 4 bytes a duration, 40 MB at most.

use std::time::Duration;

use impute::random::Random;
use serde::Serialize;

/// How many durations are kept.
pub const MOST: usize = 10_000_000;

/// What is kept of the durations.
pub struct Latencies {
    samples: Vec<u32>, // microseconds, in order of arrival until there are `most`
    most: usize,
    seen: u64,
    greatest: u32,
    random: Random,
}

/// What is told of them, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    pub p50: u32,
    pub p90: u32,
    pub p99: u32,
    pub max: u32,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies::keeping(MOST)
    }
}

impl Latencies {
    /// None yet, and never more than so many.
    pub fn keeping(most: usize) -> Self {
        Latencies { samples: Vec::new(), most, seen: 0, greatest: 0, random: Random::new(1) }
    }

    /// Takes one in; what is longer than 71 minutes counts as that.
    pub fn add(&mut self, latency: Duration) {
        let latency = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX);
        self.seen += 1;
        self.greatest = self.greatest.max(latency);
        if self.samples.len() < self.most {
            self.samples.push(latency);
        } else if let Some(sample) = self.samples.get_mut(self.random.below(self.seen as usize)) {
            *sample = latency;
        }
    }

    /// How many there were.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// How many of them are known exactly.
    pub fn kept(&self) -> u64 {
        self.samples.len() as u64
    }

    /// `None` if there were none.
    pub fn percentiles(&mut self) -> Option<Percentiles> {
        let mut percentiles = percentiles(&mut self.samples)?;
        percentiles.max = self.greatest;
        Some(percentiles)
    }
}

/// Those of a list, which is sorted by it; `None` for an empty one.
pub fn percentiles(samples: &mut [u32]) -> Option<Percentiles> {
    samples.sort_unstable();
    let at = |percent: usize| {
        let rank = (samples.len() * percent).div_ceil(100).max(1);
        samples.get(rank - 1).copied()
    };
    Some(Percentiles { p50: at(50)?, p90: at(90)?, p99: at(99)?, max: at(100)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word by word.
    fn slow(samples: &[u32], percent: usize) -> u32 {
        let covers = |value: u32| {
            let covered = samples.iter().filter(|sample| **sample <= value).count();
            covered * 100 >= samples.len() * percent
        };
        samples.iter().copied().filter(|&value| covers(value)).min().unwrap()
    }

    #[test]
    fn percentiles_are_those_of_the_definition() {
        let mut random = Random::new(7);
        for n in 1..200 {
            let mut samples: Vec<u32> = (0..n).map(|_| random.below(300) as u32).collect();
            let expected = [50, 90, 99, 100].map(|percent| slow(&samples, percent));
            let Percentiles { p50, p90, p99, max } = percentiles(&mut samples).unwrap();
            assert_eq!([p50, p90, p99, max], expected, "{samples:?}");
        }
        assert_eq!(percentiles(&mut []), None);
        assert_eq!(Latencies::default().percentiles(), None);
    }

    #[test]
    fn a_sample_stands_for_a_long_list() {
        let mut latencies = Latencies::keeping(1000);
        for i in 0..100_000 {
            latencies.add(Duration::from_micros(i));
        }
        assert_eq!((latencies.seen(), latencies.kept()), (100_000, 1000));
        let Percentiles { p50, p90, max, .. } = latencies.percentiles().unwrap();
        assert!((44_000..56_000).contains(&p50), "{p50}");
        assert!((86_000..94_000).contains(&p90), "{p90}");
        assert_eq!(max, 99_999);
        latencies.add(Duration::from_secs(10_000));
        assert_eq!(latencies.percentiles().unwrap().max, u32::MAX);
    }
}
