//! The competition's score: the mean Levenshtein distance between submission and solution, in
//! characters, rows joined by id.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::pair::Pair;
use crate::error::{Error, Result};
use crate::text::kaggle::unquoted;
use crate::text::printable::printable;
use crate::text::rows::{Row, RowReader};

/// The Levenshtein distance of two texts in characters (Unicode scalar values).
pub fn levenshtein(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    rapidfuzz::distance::levenshtein::distance(a.chars(), b.chars())
}

/// Joins the rows of a test or submission with those of a solution by id, in the order of the former.
///
/// # Errors
/// Either file cannot be read, a doubled id, or an id of one file that the other lacks.
pub fn join(tests: &mut RowReader, solutions: &mut RowReader) -> Result<Vec<Pair>> {
    let rows = tests.read_all()?;
    let wholes = solutions.read_all()?;
    let matched = matches(tests.name(), &rows, solutions.name(), &wholes)?;
    let pair = |(row, whole): (Row, usize)| Pair {
        id: row.id,
        test: row.sentence,
        solution: wholes[whole].sentence.clone(),
    };
    Ok(rows.into_iter().zip(matched).map(pair).collect())
}

/// (rows) the index of each row among those of the solution, joined by id; `name` and `solution` are
/// the files' names, for messages.
///
/// # Errors
/// An id of one file that the other lacks.
pub(super) fn matches(
    name: &str,
    rows: &[Row],
    solution: &str,
    wholes: &[Row],
) -> Result<Vec<usize>> {
    let mut by_id: HashMap<&[u8], usize> =
        wholes.iter().enumerate().map(|(i, row)| (unquoted(&row.id), i)).collect();
    let mut matched = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(whole) = by_id.remove(unquoted(&row.id)) else {
            return Err(Error::line(
                name,
                row.line,
                format!(
                    "the id {} is not in {solution}",
                    printable(&String::from_utf8_lossy(&row.id))
                ),
                "take the solution of the same test file",
            ));
        };
        matched.push(whole);
    }
    if let Some(&missing) = by_id.values().min() {
        let row = &wholes[missing];
        return Err(Error::file(
            name,
            format!(
                "{} rows are missing, the first one with the id {} (line {} of {solution})",
                by_id.len(),
                printable(&String::from_utf8_lossy(&row.id)),
                row.line,
            ),
            "there must be one row for every row of the solution",
        ));
    }
    Ok(matched)
}

/// The distance of every row of the submission from its solution, in the submission's order.
///
/// # Errors
/// As [`join`].
pub fn distances(submission: &mut RowReader, solution: &mut RowReader) -> Result<Vec<usize>> {
    let pairs = join(submission, solution)?;
    Ok(pairs.par_iter().map(|pair| levenshtein(&pair.test, &pair.solution)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The recurrence as everybody knows it.
    fn slow(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a @ ..], [y, b @ ..]) if x == y => slow(a, b),
            ([_, a1 @ ..], [_, b1 @ ..]) => 1 + slow(a1, b1).min(slow(a1, b)).min(slow(a, b1)),
        }
    }

    proptest! {
        #[test]
        fn equals_the_recurrence(a in "[abé]{0,6}", b in "[abé]{0,6}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(levenshtein(a.as_bytes(), b.as_bytes()), slow(&x, &y));
        }
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(levenshtein("the café".as_bytes(), "the cafe".as_bytes()), 1);
        assert_eq!(levenshtein("a — b".as_bytes(), b"a b"), 2);
    }
}
