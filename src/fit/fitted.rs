//! All that is fitted to held-out sentences, in its order: the calibration, what it promises, and repairing.

use super::calibrate::Examples;
use super::{alarms, promise};
use crate::error::Result;
use crate::model::header::{Calibration, Repair};
use crate::progress::Progress;
use crate::solve::Solver;

/// The outcome of a fit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fitted {
    /// The calibration.
    pub calibration: Calibration,
    /// What repairing needs.
    pub repair: Option<Repair>,
}

/// Fits to whole sentences that the n-grams have not counted, each with one word removed at random; `None` if
/// there are fewer than [`FEWEST`](super::calibrate::FEWEST). Also returns what the calibration was fitted
/// to. `release` is called for every sentence, so that the caller can free memory.
///
/// Which words are searched for depends on the calibration in use: the fit starts from
/// [`Calibration::start`], whatever that of the solver is.
///
/// # Errors
/// `progress` says to stop.
pub fn fit<S: AsRef<[u8]> + Sync>(
    solver: &Solver,
    sentences: &[S],
    release: &(dyn Fn() + Sync),
    progress: &dyn Progress,
) -> Result<(Examples, Option<Fitted>)> {
    let start = Calibration::start(solver.view().net.is_some());
    let solver = solver.clone().with_calibration(start);
    let examples = Examples::of(&solver, sentences, release, progress)?;
    let Some(calibration) = examples.fit() else {
        return Ok((examples, None));
    };
    let calibration = promise::fit(&solver, calibration, sentences, release, progress)?;
    let solver = solver.with_calibration(calibration);
    let repair = alarms::fit(&solver, sentences, release, progress)?;
    Ok((examples, Some(Fitted { calibration, repair })))
}
