//! Fits what the solver promises to what it achieves: the length of the missing word, and the gain.
//!
//! Both are means over held-out sentences, with the rest of the calibration as it will be used:
//!
//! * the words of unlikely gaps are not searched for, so their lengths come from the model alone; these are
//!   scaled so that the expected distance of all unchanged sentences is what it really is;
//! * the expected gain of a change is a lower bound if gaps are far apart, and a guess if the word is not a
//!   candidate; it is scaled so that the sum over all changes is what they really gained.

use super::held_out::{pairs, round};
use crate::error::Result;
use crate::model::header::Calibration;
use crate::progress::{Progress, Unit};
use crate::solve::word::posterior::Posterior;
use crate::solve::{Solver, Workers};
use crate::task::distance::levenshtein;
use crate::task::truth::Truth;
use crate::text::tokens::chars;

/// No factor is further from 1 than this.
const MOST: f64 = 2.0;

/// Promises and results, summed over sentences, in characters.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// Expected length of the missing word in gaps whose words were searched for, times their probability.
    known: f64,
    /// The same in all other gaps.
    unknown: f64,
    /// Length of the missing word.
    length: f64,
    /// Expected gain.
    promised: f64,
    /// Gain.
    gained: f64,
}

/// The calibration with its factors for lengths and gains fitted. `release` is called for every sentence.
pub fn fit<S: AsRef<[u8]> + Sync>(
    solver: &Solver,
    calibration: Calibration,
    sentences: &[S],
    release: &(dyn Fn() + Sync),
    progress: &dyn Progress,
) -> Result<Calibration> {
    progress.stage("fit gains", Unit::Sentences, Some(sentences.len() as u64));
    let start = Calibration { chars_scale: 1.0, gain_scale: 1.0, ..calibration };
    let solver = solver.clone().with_calibration(start);
    let sums = Workers::new(&solver).map(&pairs(sentences), progress, |worker, pairs| {
        let tests: Vec<&[u8]> = pairs.iter().map(|(test, _)| &test[..]).collect();
        let analysed = worker.analyse_all(&tests);
        let all = pairs.iter().zip(&analysed);
        all.filter_map(|((test, solution), analysis)| {
            release();
            let truth = Truth::find(test, solution).filter(|_| !analysis.gaps.is_empty())?;
            let posterior = Posterior::new(analysis, &start, solver.view());
            let answer = solver.judge(test, &posterior);
            let length = |gap: usize| posterior.gaps[gap] * posterior.chars[gap];
            let known: f64 = posterior.best.iter().map(|best| length(best.gap)).sum();
            let all: f64 = (0..posterior.gaps.len()).map(length).sum();
            let before = levenshtein(test, solution) as f64;
            Some(Sums {
                known,
                unknown: all - known,
                length: chars(&truth.word) as f64,
                promised: answer.gain.unwrap_or(0.0),
                gained: before - levenshtein(&answer.sentence, solution) as f64,
            })
        })
        .collect()
    })?;
    let total = sums.iter().fold(Sums::default(), |a, b| Sums {
        known: a.known + b.known,
        unknown: a.unknown + b.unknown,
        length: a.length + b.length,
        promised: a.promised + b.promised,
        gained: a.gained + b.gained,
    });
    Ok(Calibration {
        chars_scale: factor(total.length - total.known, total.unknown),
        gain_scale: factor(total.gained, total.promised),
        ..calibration
    })
}

/// The factor from `promised` to `real`, within bounds.
fn factor(real: f64, promised: f64) -> f64 {
    match promised > 0.0 {
        true => round((real / promised).clamp(1.0 / MOST, MOST)),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_stay_within_bounds() {
        assert_eq!(factor(3.0, 2.5), 1.2);
        assert_eq!((factor(-1.0, 2.0), factor(9.0, 1.0), factor(1.0, 0.0)), (0.5, 2.0, 1.0));
    }
}
