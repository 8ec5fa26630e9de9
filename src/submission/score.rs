//! The score of a submission: the distance of every row from its solution.

use rayon::prelude::*;

use crate::error::Result;
use crate::task::distance::levenshtein;
use crate::task::pair::join;
use crate::text::rows::RowReader;

/// The distance of every row of the submission from its solution, in the submission's order.
///
/// # Errors
/// As [`join`].
pub fn distances(submission: &mut RowReader, solution: &mut RowReader) -> Result<Vec<usize>> {
    let pairs = join(submission, solution)?;
    Ok(pairs.par_iter().map(|pair| levenshtein(&pair.test, &pair.solution)).collect())
}
