//! Is one submission better than another, or was it luck? A paired bootstrap over sentences.
//!
//! Both submissions answer the same sentences, so that what makes a sentence hard is hard for both.
//! Each resample draws as many sentences as there are, with replacement, and takes the difference of both
//! distances of each (Koehn, *Statistical Significance Tests for Machine Translation Evaluation*, 2004).
//! With d, the mean over the sentences of A's distance less B's, and d* the same of a resample:
//!
//! * the 95 % interval of d lies between the percentiles 2.5 and 97.5 of d*;
//! * p is the share of resamples with |d* - d| >= |d|: how often resampling alone moves the difference
//!   at least as far as it is from zero (the test with shifted resamples of Noreen, *Computer-Intensive
//!   Methods for Testing Hypotheses*, 1989). It is two-sided. The difference itself counts as one
//!   more resample, so that p is never below 1 / (resamples + 1).
//!
//! Sentences of the same difference are drawn together ([`crate::interval::resample`]), in the order in
//! which their differences first occur in the solution, and all sums are of whole numbers: results depend
//! neither on threads nor on the order of the submissions' rows, and exchanging A and B negates d exactly.
//! The interval of each score is what the score alone has, [`Interval::drawn`] with the same seed.

use std::cmp::Reverse;

use hashbrown::HashMap;
use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::interval::bootstrap::{Interval, ends};
use crate::interval::resample::Groups;
use crate::progress::{Progress, Unit};
use crate::task::distance::levenshtein;
use crate::task::pair::{matches, refuse_swapped};
use crate::text::rows::RowReader;

/// One sentence and what became of it in both submissions.
#[derive(Debug, Clone)]
pub struct Both {
    /// Its id.
    pub id: Vec<u8>,
    /// What A and B wrote.
    pub answers: [Vec<u8>; 2],
    /// The whole sentence.
    pub solution: Vec<u8>,
    /// The distances of A and B from it, in characters.
    pub distances: [u32; 2],
}

impl Both {
    /// A's distance less B's: below zero, A is better.
    pub fn difference(&self) -> i64 {
        i64::from(self.distances[0]) - i64::from(self.distances[1])
    }
}

/// How two submissions compare.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Mean distance of A and of B, in characters.
    pub scores: [Interval; 2],
    /// A's less B's: below zero, A is better.
    pub difference: Interval,
    /// How likely so large a difference would be if there were none.
    pub p: f64,
    /// The smallest p that this many resamples can give.
    pub smallest_p: f64,
    /// Sentences where A is better, where B is better, and where they are equally far.
    pub better: [usize; 3],
    /// How many resamples were drawn.
    pub resamples: u32,
    /// The seed that they depend on.
    pub seed: u64,
}

/// Reads two submissions and their solution and joins the rows by id, in the order of the solution.
///
/// # Errors
/// A file cannot be read, a doubled id, an id of one file that the solution lacks or the other way
/// round, no rows at all, or a submission and the solution swapped.
pub fn join(submissions: [&mut RowReader; 2], solution: &mut RowReader) -> Result<Vec<Both>> {
    let wholes = solution.read_all()?;
    if wholes.is_empty() {
        let remedy = "a solution has one for every row of the test";
        return Err(Error::file(solution.name(), "no rows", remedy));
    }
    let mut both: Vec<Both> = (wholes.iter())
        .map(|whole| Both {
            id: whole.id.clone(),
            answers: Default::default(),
            solution: whole.sentence.clone(),
            distances: [0; 2],
        })
        .collect();
    for (which, submission) in submissions.into_iter().enumerate() {
        let rows = submission.read_all()?;
        let matched = matches(submission.name(), &rows, solution.name(), &wholes)?;
        for (row, at) in rows.into_iter().zip(matched) {
            both[at].answers[which] = row.sentence;
        }
        let sentences = both.iter().map(|both| (&both.answers[which][..], &both.solution[..]));
        refuse_swapped(submission.name(), solution.name(), sentences)?;
    }
    both.par_iter_mut().for_each(|both| {
        let distance = |answer: &Vec<u8>| levenshtein(answer, &both.solution) as u32;
        both.distances = [distance(&both.answers[0]), distance(&both.answers[1])];
    });
    Ok(both)
}

/// Compares the distances of A and B, one pair per sentence; `None` for no sentences.
///
/// # Complexity
/// O(sentences), and for each resample less than a step a sentence: [`crate::interval::resample`].
pub fn compare(
    distances: &[[u32; 2]],
    resamples: u32,
    seed: u64,
    progress: &dyn Progress,
) -> Option<Comparison> {
    if distances.is_empty() {
        return None;
    }
    progress.stage("resample", Unit::Pieces, Some(resamples.into()));
    let n = distances.len() as f64;
    let difference = |&[a, b]: &[u32; 2]| i64::from(a) - i64::from(b);
    let d: i64 = distances.iter().map(difference).sum();
    let drawn = in_order_of_occurrence(distances.iter().map(difference)).resample(
        resamples,
        seed,
        |drawn| {
            progress.advance(1);
            drawn.map(|(difference, count)| difference * count as i64).sum::<i64>()
        },
    );
    let beyond = drawn.iter().filter(|&sum| (sum - d).abs() >= d.abs()).count();
    let [low, high] = ends(drawn).map(|end| end.unwrap_or(d) as f64 / n);
    let count = |is: fn(&[u32; 2]) -> bool| distances.iter().filter(|pair| is(pair)).count();
    let score = |which: usize| {
        let values: Vec<f64> = distances.iter().map(|pair| pair[which].into()).collect();
        Interval::drawn(&values, resamples, seed)
    };
    Some(Comparison {
        scores: [0, 1].map(score),
        difference: Interval { mean: d as f64 / n, low, high },
        p: (beyond + 1) as f64 / (f64::from(resamples) + 1.0),
        smallest_p: 1.0 / (f64::from(resamples) + 1.0),
        better: [count(|[a, b]| a < b), count(|[a, b]| a > b), count(|[a, b]| a == b)],
        resamples,
        seed,
    })
}

/// Equal differences together. Sorted, they would come in another order with A and B exchanged.
fn in_order_of_occurrence(differences: impl Iterator<Item = i64>) -> Groups<i64> {
    let (mut places, mut counted) = (HashMap::new(), Vec::new());
    for difference in differences {
        let place = *places.entry(difference).or_insert(counted.len());
        match counted.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => counted.push((difference, 1)),
        }
    }
    Groups::new(counted.into_iter())
}

/// Where the two differ most: at most `count` sentences where A is better, and as many where B is, the
/// largest difference first, equal ones in order.
pub fn differ_most(both: &[Both], count: usize) -> [Vec<&Both>; 2] {
    [-1, 1].map(|sign| {
        let better = |both: &&Both| sign * both.difference() > 0;
        let mut found: Vec<&Both> = both.iter().filter(better).collect();
        found.sort_by_key(|both| Reverse(both.difference().abs()));
        found.truncate(count);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::random::Random;
    use proptest::prelude::*;

    fn run(distances: &[[u32; 2]], resamples: u32, seed: u64) -> Comparison {
        compare(distances, resamples, seed, &Silent).unwrap()
    }

    fn negated(i: Interval) -> Interval {
        Interval { mean: 0.0 - i.mean, low: 0.0 - i.high, high: 0.0 - i.low }
    }

    proptest! {
        #[test]
        fn exchanging_the_two_negates_the_difference(
            distances in proptest::collection::vec([0u32..12, 0u32..12], 1..60),
            seed in 0u64..5,
        ) {
            let exchanged: Vec<[u32; 2]> = distances.iter().map(|&[a, b]| [b, a]).collect();
            let (one, two) = (run(&distances, 137, seed), run(&exchanged, 137, seed));
            prop_assert_eq!(one.difference, negated(two.difference));
            prop_assert_eq!(one.p, two.p);
            prop_assert_eq!(one.scores, [two.scores[1], two.scores[0]]);
            let [a, b, equal] = two.better;
            prop_assert_eq!(one.better, [b, a, equal]);
            prop_assert_eq!(a + b + equal, distances.len());
        }

        #[test]
        fn a_submission_is_as_good_as_itself(values in proptest::collection::vec(0u32..12, 1..60)) {
            let same: Vec<[u32; 2]> = values.iter().map(|&value| [value; 2]).collect();
            let comparison = run(&same, 100, 1);
            prop_assert_eq!(comparison.difference, Interval { mean: 0.0, low: 0.0, high: 0.0 });
            prop_assert_eq!(comparison.p, 1.0);
            prop_assert_eq!(comparison.better, [0, 0, values.len()]);
        }
    }

    /// `n` sentences whose differences have a skewed distribution with this mean: B is at a fixed
    /// distance, A at 0, 2 or 9 characters and sometimes a whole mean further.
    fn simulated(n: usize, shifted: usize, random: &mut Random) -> Vec<[u32; 2]> {
        let a = |random: &mut Random| match random.below(10) {
            0..4 => 0,
            4..8 => 2,
            _ => 9,
        };
        // 0.4 × 0 + 0.4 × 2 + 0.2 × 9 = 2.6 characters on average; B has 2 or 3, as often as it takes.
        let b = |random: &mut Random| 2 + u32::from(random.below(10) < 6);
        let extra = |random: &mut Random| u32::from(random.below(100) < shifted);
        (0..n).map(|_| [a(random) + extra(random), b(random)]).collect()
    }

    #[test]
    fn the_interval_covers_the_true_difference_as_often_as_it_says() {
        let mut random = Random::new(11);
        let covers = |trial: u64| {
            let interval = run(&simulated(250, 30, &mut random), 300, trial).difference;
            interval.low <= 0.3 && 0.3 <= interval.high
        };
        let covered = (0..600).map(covers).filter(|&covers| covers).count();
        // 95 % of 600 is 570, with a deviation of 5.3; percentiles of 250 skewed values fall a little short.
        assert!((546..=588).contains(&covered), "{covered} of 600");
    }

    #[test]
    fn p_is_uniform_where_there_is_no_difference() {
        let mut random = Random::new(12);
        let mut ps: Vec<f64> =
            (0..600).map(|trial| run(&simulated(250, 0, &mut random), 300, trial).p).collect();
        ps.sort_by(f64::total_cmp);
        // Kolmogorov-Smirnov: 1.63 / sqrt(600) = 0.067 is exceeded once in a hundred.
        let worst = (ps.iter().enumerate())
            .map(|(i, p)| (p - (i as f64 + 0.5) / 600.0).abs())
            .fold(0.0, f64::max);
        assert!(worst < 0.067, "{worst}");
    }

    #[test]
    fn p_finds_a_difference_and_is_never_zero() {
        let distances: Vec<[u32; 2]> = (0..200).map(|i| [i % 3, i % 3 + 1]).collect();
        let comparison = run(&distances, 999, 1);
        assert_eq!((comparison.p, comparison.smallest_p), (0.001, 0.001));
        assert_eq!(comparison.difference.mean, -1.0);
    }

    #[test]
    fn an_interval_of_the_two_is_that_of_one_score_whatever_the_other_is() {
        let mut random = Random::new(3);
        let distances: Vec<[u32; 2]> =
            (0..2500).map(|i| [i % 10, random.below(7) as u32]).collect();
        let values: Vec<f64> = (0..2500).rev().map(|i| f64::from(i % 10)).collect();
        let alone = Interval::of(&values);
        assert_eq!(run(&distances, crate::interval::bootstrap::RESAMPLES, 1).scores[0], alone);
    }

    /// A whole competition: drawing the rows one by one would take 2,000 times as many look-ups.
    #[test]
    fn many_equal_rows_have_the_interval_that_theory_gives() {
        // Differences -1, 0 and 1: variance 2/3.
        let distances: Vec<[u32; 2]> = (0..300_000).map(|i| [i % 3, 1]).collect();
        let Interval { mean, low, high } = run(&distances, 2000, 1).difference;
        let half = 1.96 * (2.0f64 / 3.0 / 300_000.0).sqrt();
        assert_eq!(mean, 0.0);
        assert!(
            (low + half).abs() < 0.1 * half && (high - half).abs() < 0.1 * half,
            "{low} {high}"
        );
    }

    #[test]
    fn threads_change_nothing() {
        let distances = simulated(300, 10, &mut Random::new(5));
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&distances, 250, 9))
        };
        assert_eq!(with(1), with(3));
        assert_ne!(with(1), run(&distances, 250, 10));
    }

    #[test]
    fn the_largest_differences_come_first() {
        let both = |id: u8, distances| Both {
            id: vec![id],
            answers: Default::default(),
            solution: Vec::new(),
            distances,
        };
        let all =
            [both(1, [3, 3]), both(2, [0, 4]), both(3, [9, 0]), both(4, [0, 4]), both(5, [1, 9])];
        let ids = |found: &[&Both]| found.iter().map(|both| both.id[0]).collect::<Vec<_>>();
        let [a, b] = differ_most(&all, 2);
        assert_eq!((ids(&a), ids(&b)), (vec![5, 2], vec![3]));
    }
}
