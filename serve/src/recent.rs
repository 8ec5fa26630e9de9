//! What happened lately: how many texts were finished, and how long single jobs took, for the status page.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many latencies are remembered.
const LATENCIES: usize = 4096;
/// Seconds of an hour, each with its count.
const SECONDS: usize = 3600;

/// Counts by second, and the last latencies.
#[derive(Debug)]
pub struct Recent {
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    /// (3600) texts finished in each second of the last hour, at the second modulo its length.
    counts: Vec<u64>,
    /// The last second that was counted.
    second: i64,
    /// When each ended, in milliseconds since 1970, and how long it took, in milliseconds.
    latencies: VecDeque<(i64, u32)>,
}

/// What happened lately.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Summary {
    /// Texts finished in the last 60 seconds.
    pub minute: u64,
    /// Texts finished in the last hour.
    pub hour: u64,
    /// Half, 90 % and 99 % of the jobs finished in the last five minutes, the last 4,096 of them, took no longer than this
    /// from their acceptance to their result, in milliseconds.
    pub latency: Option<[u32; 3]>,
}

impl Default for Recent {
    fn default() -> Self {
        let inside = Inside { counts: vec![0; SECONDS], second: 0, latencies: VecDeque::new() };
        Recent { inside: Mutex::new(inside) }
    }
}

impl Recent {
    /// A job was finished.
    pub fn add(&self, now: i64, latency: u32) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.count(now, 1);
        if inside.latencies.len() == LATENCIES {
            inside.latencies.pop_front();
        }
        inside.latencies.push_back((now, latency));
    }

    /// Rows of a batch were finished.
    pub fn add_many(&self, now: i64, texts: u64) {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).count(now, texts);
    }

    /// What happened lately.
    pub fn summary(&self, now: i64) -> Summary {
        const FIVE_MINUTES: i64 = 300_000;
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.count(now, 0);
        let last = |seconds: i64| {
            (0..seconds).map(|ago| inside.counts[place(inside.second - ago)]).sum::<u64>()
        };
        let since = now - FIVE_MINUTES;
        let lately = inside.latencies.iter().filter(|(at, _)| *at >= since);
        let mut latencies: Vec<u32> = lately.map(|(_, latency)| *latency).collect();
        latencies.sort_unstable();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share).round() as usize];
        let latency = (!latencies.is_empty()).then(|| [0.5, 0.9, 0.99].map(at));
        Summary { minute: last(60), hour: last(SECONDS as i64), latency }
    }
}

fn place(second: i64) -> usize {
    second.rem_euclid(SECONDS as i64) as usize
}

impl Inside {
    fn count(&mut self, now: i64, texts: u64) {
        // A clock that is set back counts in the last second.
        let second = now.div_euclid(1000).max(self.second);
        let passed = (second - self.second).min(SECONDS as i64);
        (0..passed).for_each(|ago| self.counts[place(second - ago)] = 0);
        self.second = second;
        self.counts[place(second)] += texts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_forgotten_after_an_hour() {
        let recent = Recent::default();
        let begin = 1_700_000_000_000;
        (0..100).for_each(|n| recent.add(begin + n, n as u32));
        recent.add_many(begin + 30_000, 900);
        let summary = recent.summary(begin + 59_000);
        assert_eq!((summary.minute, summary.hour), (1000, 1000));
        assert_eq!(summary.latency, Some([50, 89, 98]));
        let summary = recent.summary(begin + 62_000);
        assert_eq!((summary.minute, summary.hour), (900, 1000));
        let summary = recent.summary(begin + 3_610_000);
        assert_eq!((summary.hour, summary.latency), (900, None));
        assert_eq!(recent.summary(begin + 9_000_000), Summary::default());
    }
}
