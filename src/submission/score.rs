//! The score of a submission: the distance of every row from its solution.

use rayon::prelude::*;

use crate::error::Result;
use crate::progress::Progress;
use crate::task::distance::levenshtein;
use crate::task::pair::{Pair, join};
use crate::text::rows::RowReader;

/// The distance of every row of the submission from its solution, in the submission's order.
///
/// # Errors
/// As [`join`].
pub fn distances(
    submission: &mut RowReader,
    solution: &mut RowReader,
    progress: &dyn Progress,
) -> Result<Vec<usize>> {
    let pairs = join(submission, solution, progress)?;
    let distance = |pair: &Pair| {
        progress.go_on()?;
        Ok(levenshtein(&pair.test, &pair.solution))
    };
    pairs.par_iter().map(distance).collect()
}
