//! The competition's score: the mean Levenshtein distance between submission and solution, in
//! characters, rows joined by id.

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::text::rows::RowReader;

/// The Levenshtein distance of two texts in characters (Unicode scalar values).
pub fn levenshtein(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    rapidfuzz::distance::levenshtein::distance(a.chars(), b.chars())
}

/// The distance of every row of the submission from its solution, in the submission's order.
///
/// # Errors
/// Either file cannot be read, a doubled id, an id of one file that the other lacks.
pub fn distances(submission: &mut RowReader, solution: &mut RowReader) -> Result<Vec<usize>> {
    let answers = submission.read_all()?;
    let truths = solution.read_all()?;
    let mut by_id: HashMap<&[u8], usize> =
        truths.iter().enumerate().map(|(i, row)| (&row.id[..], i)).collect();
    let mut pairs = Vec::with_capacity(answers.len());
    for answer in &answers {
        let Some(truth) = by_id.remove(&answer.id[..]) else {
            return Err(Error::line(
                submission.name(),
                answer.line,
                format!("the id {} is not in {}", String::from_utf8_lossy(&answer.id), solution.name()),
                "score it against the solution of the same test file",
            ));
        };
        pairs.push((&answer.sentence, &truths[truth].sentence));
    }
    if let Some(&missing) = by_id.values().min() {
        let row = &truths[missing];
        return Err(Error::file(
            submission.name(),
            format!(
                "no row for the id {} (line {} of {}), and {} in all are missing",
                String::from_utf8_lossy(&row.id),
                row.line,
                solution.name(),
                by_id.len()
            ),
            "a submission has one row for every row of the test",
        ));
    }
    Ok(pairs.par_iter().map(|(answer, truth)| levenshtein(answer, truth)).collect())
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
