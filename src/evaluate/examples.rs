//! The sentences whose answers went worst and best, with what the posterior thought of their gaps.
//!
//! What an answer gained is the distance of the sentence as it stood less the distance of the answer.
//! Measuring keeps no posteriors; the few sentences shown are analysed again, which gives the same numbers.

use std::cmp::Reverse;

use ordered_float::OrderedFloat;

use super::measure::{Measured, Outcome};
use crate::solve::word::posterior::{GapPosterior, Posterior, PosteriorWord};
use crate::solve::{Insert, Method, Solver, Worker};
use crate::task::pair::Pair;
use crate::task::truth::Truth;
use crate::text::tokens;

/// How many words of the true gap are given.
const WORDS: usize = 3;

/// The sentences to look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examples {
    /// Those that the answers made worse, the greatest loss first.
    pub worst: Vec<Example>,
    /// Those that the answers made better, the greatest gain first.
    pub best: Vec<Example>,
}

/// One sentence and what was thought of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its id as in the file.
    pub id: String,
    /// Its words.
    pub words: Vec<String>,
    /// (gaps) the probability of each by the posterior; empty for a method that states none.
    pub gaps: Vec<f64>,
    /// The missing word, where it is known.
    pub truth: Option<Truth>,
    /// The likeliest words in the true gap and their probabilities, given the gap.
    pub likeliest: Vec<(String, f64)>,
    /// The gap and what the method put there, if anything.
    pub inserted: Option<Insert>,
    /// Distance of the sentence as it stands, in characters.
    pub unchanged: usize,
    /// Distance of the answer, in characters.
    pub distance: usize,
    /// The distance that the solver expected of its answer, in characters.
    pub expected: Option<f64>,
}

impl Example {
    /// By how many characters the answer is nearer to the solution than the sentence was.
    pub fn gained(&self) -> i64 {
        self.unchanged as i64 - self.distance as i64
    }
}

/// The `most` worst and the `most` best answers of the method at `index` in `measured`. Equal gains are
/// ordered by the expected ones, and equal expectations as in the text.
///
/// # Complexity
/// O(sentences × log sentences), and 2 × `most` sentences analysed.
pub fn examples(
    solver: &Solver,
    pairs: &[Pair],
    measured: &[Measured],
    index: usize,
    method: Method,
    most: usize,
) -> Examples {
    let outcome = |i: usize| &measured[i].outcomes[index];
    let gains: Vec<(i64, f64)> = (0..measured.len())
        .map(|i| {
            let gained = measured[i].unchanged as i64 - outcome(i).distance as i64;
            (gained, outcome(i).answer.gain.unwrap_or(0.0))
        })
        .collect();
    let mut worker = solver.worker();
    let mut these = |chosen: Vec<usize>| -> Vec<Example> {
        let one = |i: usize| example(&mut worker, &pairs[i], &measured[i], outcome(i), method);
        chosen.into_iter().map(one).collect()
    };
    Examples { worst: these(extremes(&gains, most, -1)), best: these(extremes(&gains, most, 1)) }
}

/// The indices of the `most` highest gains (of the lowest with a sign of -1) that are above (below) 0; each
/// gain as it came out and as it was expected.
fn extremes(gains: &[(i64, f64)], most: usize, sign: i64) -> Vec<usize> {
    let mut these: Vec<usize> = (0..gains.len()).filter(|&i| sign * gains[i].0 > 0).collect();
    these.sort_by_key(|&i| (Reverse(sign * gains[i].0), Reverse(OrderedFloat(gains[i].1))));
    these.truncate(most);
    these
}

fn example(
    worker: &mut Worker<'_>,
    pair: &Pair,
    measured: &Measured,
    outcome: &Outcome,
    method: Method,
) -> Example {
    let truth = measured.truth.clone();
    let (mut gaps, mut likeliest) = (Vec::new(), Vec::new());
    if method == Method::Posterior {
        let asked = truth.as_ref().map(|truth| *truth.gaps.start());
        let analysed = worker.analyse_asked(&[&pair.test], &[asked]).pop();
        let analysis = analysed.unwrap_or_default();
        let (calibration, view) = (worker.solver().calibration(), worker.solver().view());
        gaps = Posterior::new(&analysis, calibration, view).gaps;
        if let Some(found) = &analysis.asked {
            let words = GapPosterior::new(found, calibration, view).words;
            let word =
                |word: &PosteriorWord| (text(view.vocabulary.word(word.word)), word.probability);
            likeliest = words.iter().take(WORDS).map(word).collect();
        }
    }
    Example {
        id: text(&pair.id),
        words: tokens::split(&pair.test).map(text).collect(),
        gaps,
        truth,
        likeliest,
        inserted: outcome.answer.insert.clone(),
        unchanged: measured.unchanged,
        distance: outcome.distance,
        expected: outcome.answer.expected,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_come_first_then_those_that_promised_most_then_the_first() {
        let gains = [(0, 9.0), (2, 1.0), (-1, 0.5), (2, 1.5), (-4, 0.1), (2, 1.0), (-1, 0.7)];
        assert_eq!(extremes(&gains, 10, 1), [3, 1, 5]);
        assert_eq!(extremes(&gains, 10, -1), [4, 6, 2]);
        assert_eq!(extremes(&gains, 1, -1), [4]);
        assert_eq!(extremes(&[(0, 1.0)], 10, 1), [] as [usize; 0]);
    }
}
