//! A test sentence and its solution, joined by id.

use hashbrown::HashMap;

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::task::truth::Truth;
use crate::text::kaggle::unquoted;
use crate::text::printable::printable;
use crate::text::rows::{Row, RowReader};

/// A sentence with one word missing, and the whole sentence.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Its id.
    pub id: Vec<u8>,
    /// The sentence without the word.
    pub test: Vec<u8>,
    /// The sentence with it.
    pub solution: Vec<u8>,
}

/// Joins the rows of a test or submission with those of a solution by id, in the order of the former.
///
/// # Errors
/// A file that cannot be read, a duplicate id, an id of one file that the other lacks, or the two files
/// swapped; or `progress` says to stop.
pub fn join(
    tests: &mut RowReader,
    solutions: &mut RowReader,
    progress: &dyn Progress,
) -> Result<Vec<Pair>> {
    let rows = tests.read_while(progress)?;
    let wholes = solutions.read_while(progress)?;
    let matched = matches(tests.name(), &rows, solutions.name(), &wholes)?;
    let pair = |(row, whole): (Row, usize)| Pair {
        id: row.id,
        test: row.sentence,
        solution: wholes[whole].sentence.clone(),
    };
    let pairs: Vec<Pair> = rows.into_iter().zip(matched).map(pair).collect();
    let sentences = pairs.iter().map(|pair| (&pair.test[..], &pair.solution[..]));
    refuse_swapped(tests.name(), solutions.name(), sentences)?;
    Ok(pairs)
}

/// If this share of rows lacks a word in the file that should have more, and no row the other way round, two
/// files are swapped.
const SWAPPED: f64 = 0.1;
/// Fewer rows prove nothing.
const FEWEST: usize = 10;

/// Whether two files are swapped, by how many of the rows lack a word in the one and in the other.
pub(crate) fn are_swapped(forwards: usize, backwards: usize, rows: usize) -> bool {
    forwards == 0 && rows >= FEWEST && backwards as f64 >= SWAPPED * rows as f64
}

/// Refuses answers, or sentences without a word, that have words more than their "solutions".
///
/// # Errors
/// The two files are swapped; `name` and `solution` name them.
pub(crate) fn refuse_swapped<'a>(
    name: &str,
    solution: &str,
    sentences: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Result<()> {
    let (mut backwards, mut rows) = (0, 0);
    for (answer, whole) in sentences {
        rows += 1;
        if Truth::find(answer, whole).is_some() {
            return Ok(()); // one row the right way round settles it
        }
        backwards += usize::from(Truth::find(whole, answer).is_some());
    }
    if !are_swapped(0, backwards, rows) {
        return Ok(());
    }
    let what = format!(
        "its sentences have a word more than those of {solution}: the two files are swapped, or {solution} is no solution"
    );
    Err(Error::file(name, what, "name the solution, the whole sentences, last"))
}

/// (rows) the index of the solution's row with the same id; `name` and `solution` name the files in messages.
///
/// # Errors
/// An id of one file that the other lacks.
pub(crate) fn matches(
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
            return Err(Error::at_line(
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
