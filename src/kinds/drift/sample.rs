//! Which lines are compared: of those that differ, the ones with the lowest hashes.
//!
//! That is a sample without an order and without doubles, drawn in one pass, in memory for the sample alone. A line's
//! hash is that of its [`essence`]: lines that differ in case and spaces only are doubles, and where one
//! stands in both texts, both samples tend to have it and it falls into the same fold.

use std::collections::BTreeMap;

use super::level::essence;
use crate::error::Result;
use crate::kinds::features;
use crate::progress::{Progress, Unit};
use crate::text::rows::RowReader;

/// A line counts with so many of its first bytes, to the end of a word: a bound on memory for any text.
const LONGEST: usize = 2048;

/// How often progress is told, in lines.
const TOLD: u64 = 4096;

/// Lines drawn from a text.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What the text is called.
    pub name: String,
    /// How many sentences were read.
    pub read: u64,
    /// The lines by their hashes, the lowest first.
    pub lines: Vec<(u64, String)>,
}

impl Sample {
    /// Draws at most so many lines from what is left of a text.
    ///
    /// # Errors
    /// What [`RowReader::next_row`] reports.
    pub fn draw(text: RowReader, lines: usize, progress: &dyn Progress) -> Result<Self> {
        let mut text = text.passing_over();
        progress.stage("read", Unit::Bytes, None);
        let (mut drawn, mut read, mut scratch) = (Drawn::new(lines), 0u64, String::new());
        while let Some(row) = text.next_row()? {
            let line = String::from_utf8_lossy(&row.sentence);
            drawn.see(cut(line.trim_ascii()), &mut scratch);
            read += 1;
            if read.is_multiple_of(TOLD) {
                progress.advance(text.advanced());
                progress.go_on()?;
            }
        }
        if let Some(note) = text.passed_over().note() {
            progress.note(&format!("{}: {note}", text.name()));
        }
        let lines = drawn.lines.into_iter().collect();
        Ok(Sample { name: text.name().to_owned(), read, lines })
    }
}

/// The lowest hashes so far and their lines.
struct Drawn {
    most: usize,
    lines: BTreeMap<u64, String>,
}

impl Drawn {
    fn new(most: usize) -> Self {
        Drawn { most, lines: BTreeMap::new() }
    }

    fn see(&mut self, line: &str, scratch: &mut String) {
        if line.is_empty() {
            return;
        }
        essence(line, scratch);
        let hash = features::tokens([scratch.as_bytes()]);
        let full = self.lines.len() >= self.most;
        if full && self.lines.last_key_value().is_some_and(|(last, _)| hash > *last) {
            return;
        }
        match self.lines.get_mut(&hash) {
            // Of doubles the first in alphabetical order stays, so that the order of the lines changes nothing.
            Some(old) if line < old.as_str() => *old = line.to_owned(),
            Some(_) => {}
            None => {
                self.lines.insert(hash, line.to_owned());
                if full {
                    self.lines.pop_last();
                }
            }
        }
    }
}

/// The first words of a line, [`LONGEST`] bytes at most.
fn cut(line: &str) -> &str {
    if line.len() <= LONGEST {
        return line;
    }
    let mut whole = LONGEST;
    while !line.is_char_boundary(whole) {
        whole -= 1;
    }
    let end = line[..whole].rfind(' ').filter(|end| *end > 0).unwrap_or(whole);
    line[..end].trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(lines: &[&str], most: usize) -> Vec<(u64, String)> {
        let (mut drawn, mut scratch) = (Drawn::new(most), String::new());
        lines.iter().for_each(|line| drawn.see(line, &mut scratch));
        drawn.lines.into_iter().collect()
    }

    proptest! {
        #[test]
        fn neither_order_nor_doubles_change_the_sample(
            lines in proptest::collection::vec("[a-cA-C ]{1,4}", 0..60), most in 1usize..20, at in 0usize..60
        ) {
            let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
            let mut other = lines.clone();
            other.reverse();
            other.rotate_left(at.min(lines.len()));
            other.extend(&lines);
            let sample = drawn(&lines, most);
            prop_assert_eq!(&drawn(&other, most), &sample);
            // The slow way: all lines, the lowest hashes.
            let mut all = drawn(&lines, usize::MAX);
            all.truncate(most);
            prop_assert_eq!(sample, all);
        }
    }

    #[test]
    fn lines_that_differ_in_case_and_spaces_are_doubles() {
        let lines = ["The dog 's tail .", "the DOG's tail.", "the dogs tail ."];
        let texts: Vec<String> = drawn(&lines, 9).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts.contains(&"The dog 's tail .".to_owned()), "{texts:?}");
    }

    #[test]
    fn a_long_line_counts_with_its_beginning() {
        let words = "word ".repeat(1000);
        assert_eq!(cut(&words).len(), 2044);
        assert_eq!(cut(&"é".repeat(2000)).len(), 2048);
        assert_eq!(cut("a b"), "a b");
    }
}
