//! Some sentences of a text: those with the lowest hashes, so that neither the order of the lines nor the
//! files they are in matter.

use twox_hash::XxHash3_64;

use crate::error::{Error, Result};
use crate::progress::{Progress, Unit};
use crate::text::input::Input;
use crate::text::passed_over::PassedOver;
use crate::text::rows::{Format, RowReader};
use crate::text::tokens;
use crate::train::HeldOut;
use crate::train::aside::Aside;

/// Sentences of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// At most as many as were asked for, without duplicates, of three words or more, ordered by hash.
    pub sentences: Vec<Vec<u8>>,
    /// How many sentences the text has.
    pub lines: u64,
    /// How many of them have fewer than three words.
    pub short: u64,
    /// Sum of the 64-bit XXH3 hashes of all sentences.
    pub hash: u64,
    /// What of the lines was passed over as no text.
    pub passed_over: PassedOver,
}

/// Takes at most `most` sentences from texts with one sentence per line, one text after the other; `size` is
/// that of all on disk, if it is known.
///
/// # Errors
/// A text that cannot be read, is empty or is a CSV.
pub fn sample(
    texts: impl Iterator<Item = Result<Input>>,
    size: Option<u64>,
    most: usize,
    lossy: bool,
    progress: &dyn Progress,
) -> Result<Sample> {
    sample_hearing(texts, size, most, lossy, &mut |_| (), progress)
}

/// The same, and `hear` is given every sentence.
///
/// # Errors
/// As [`sample`].
pub fn sample_hearing(
    texts: impl Iterator<Item = Result<Input>>,
    size: Option<u64>,
    most: usize,
    lossy: bool,
    hear: &mut dyn FnMut(&[u8]),
    progress: &dyn Progress,
) -> Result<Sample> {
    progress.stage("read", Unit::Bytes, size);
    let mut aside = Aside::new(HeldOut { share: 1.0, lines: most, fewest: 0 });
    let mut sample = Sample::default();
    for input in texts {
        let mut rows = RowReader::new(input?, None, lossy)?.passing_over();
        if rows.format() == Format::Kaggle {
            let remedy = "give it plain text with one whole sentence per line";
            return Err(Error::at_line(rows.name(), 1, "a CSV file", remedy));
        }
        while let Some(row) = rows.next_row()? {
            let line = row.sentence;
            hear(&line);
            let words = tokens::split(&line).take(3).count();
            sample.short += u64::from(words < 3);
            let hash = XxHash3_64::oneshot(&line);
            sample.lines += 1;
            sample.hash = sample.hash.wrapping_add(hash);
            if words == 3 && aside.takes(hash) {
                aside.put(hash, &line, 1);
            }
            if row.line.is_multiple_of(4096) {
                progress.advance(rows.advanced());
                progress.go_on()?;
            }
        }
        progress.advance(rows.advanced());
        sample.passed_over.add(rows.passed_over());
    }
    sample.sentences = aside.into_lines().into_iter().map(|line| line.text).collect();
    Ok(sample)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::text::input::decompress;

    fn of(texts: &[&str], most: usize) -> Result<Sample> {
        let open = |text: &&str| {
            let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
            decompress(Box::new(bytes), "t".into(), None)
        };
        sample(texts.iter().map(open), None, most, false, &Silent)
    }

    #[test]
    fn the_lowest_hashes_are_taken_whatever_the_order() {
        let lines: Vec<String> = (0..100).map(|i| format!("a b{i} c")).collect();
        let all = of(&[&lines.join("\n")], 100).unwrap();
        assert_eq!((all.sentences.len(), all.lines, all.short), (100, 100, 0));
        let hashes: Vec<u64> = all.sentences.iter().map(|line| XxHash3_64::oneshot(line)).collect();
        assert!(hashes.is_sorted());
        let mut reversed = lines.clone();
        reversed.reverse();
        let some =
            of(&[&reversed[..30].join("\r\n"), "\n", &reversed[30..].join("\n")], 7).unwrap();
        assert_eq!(some.sentences, all.sentences[..7]);
        assert_eq!((some.lines, some.hash), (all.lines, all.hash));
    }

    #[test]
    fn doubled_and_short_lines_are_no_examples() {
        let told = of(&["a b c\na b c\n\n  \na b\nd\n"], 10).unwrap();
        assert_eq!((told.sentences.len(), told.lines, told.short), (1, 4, 2));
        assert_eq!(told.passed_over, PassedOver { marks: 0, blank_lines: 2 });
        let csv = of(&["id,sentence\n1,\"a b c\"\n"], 10).unwrap_err().to_string();
        assert!(csv.starts_with("t: line 1: a CSV file; "), "{csv}");
    }
}
