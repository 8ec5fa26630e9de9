//! How well can new lines be told from old ones?

use serde::Serialize;

use super::level::Level;
use super::verdict::Verdict;
use crate::interval::wilson;

/// How well new lines can be told from old ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// What was made equal before.
    pub level: Level,
    /// The share of lines that are assigned to the right text, from 0 to 1; what could be either counts a half.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson).
    pub interval: [f64; 2],
    /// The probability that of a new and an old line the new one looks newer, from 0 to 1; equal ones count a half.
    pub auc: f64,
    /// What that is called.
    pub verdict: Verdict,
}

impl Measure {
    /// From the log-odds of every line, of which neither side is empty.
    pub(super) fn of(level: Level, log_odds: &[f32], is_new: &[bool]) -> Self {
        let halves = log_odds.iter().zip(is_new).map(|(&score, &new)| match score {
            0.0 => 1,
            _ => 2 * usize::from((score > 0.0) == new),
        });
        let accuracy = halves.sum::<usize>() as f64 / 2.0 / is_new.len() as f64;
        let interval = wilson::interval(accuracy, is_new.len());
        let verdict = Verdict::of(interval[0]);
        Measure { level, accuracy, interval, auc: auc(log_odds, is_new), verdict }
    }
}

/// The area under the curve, by ranks (Mann, Whitney 1947).
fn auc(log_odds: &[f32], is_new: &[bool]) -> f64 {
    let mut all: Vec<(f32, bool)> = log_odds.iter().copied().zip(is_new.iter().copied()).collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    // In halves: twice the old lines before each new one, and those beside it.
    let (mut before, mut halves) = (0u64, 0u64);
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let new = equal.iter().filter(|(_, new)| *new).count() as u64;
        let old = equal.len() as u64 - new;
        halves += new * (2 * before + old);
        before += old;
    }
    let new = all.len() as u64 - before;
    halves as f64 / (2 * new * before) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_in_the_right_order(
            old in proptest::collection::vec(-3i8..3, 1..20), new in proptest::collection::vec(-3i8..3, 1..20)
        ) {
            let scores: Vec<f32> = old.iter().chain(&new).map(|&x| f32::from(x)).collect();
            let is_new: Vec<bool> = (0..scores.len()).map(|at| at >= old.len()).collect();
            let mut share = 0.0;
            for x in &old {
                share += new.iter().map(|y| if y > x { 1.0 } else if y == x { 0.5 } else { 0.0 }).sum::<f64>();
            }
            share /= (old.len() * new.len()) as f64;
            prop_assert!((auc(&scores, &is_new) - share).abs() < 1e-12);
        }
    }

    #[test]
    fn what_could_be_either_counts_a_half() {
        let measure =
            Measure::of(Level::Nothing, &[-1.0, 0.0, 1.0, -1.0], &[false, false, true, true]);
        assert_eq!((measure.accuracy, measure.auc), (0.625, 0.625));
        assert_eq!(measure.verdict, Verdict::None);
        let is_new: Vec<bool> = (0..1000).map(|at| at % 2 == 0).collect();
        let log_odds: Vec<f32> = is_new.iter().map(|&new| if new { 2.0 } else { -2.0 }).collect();
        let measure = Measure::of(Level::Nothing, &log_odds, &is_new);
        assert_eq!((measure.accuracy, measure.auc), (1.0, 1.0));
        assert_eq!(measure.verdict, Verdict::Strong);
    }
}
