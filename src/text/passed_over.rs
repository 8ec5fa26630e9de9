//! The sentences of a text that is counted or scored: what of its lines is passed over.
//!
//! Some tools mark the beginning and end of every sentence, others put blank lines between sentences. Neither
//! is text. All that trains, counts, fits or measures passes over both, so that a model and its test read the
//! same file alike, and tells how often. A line without marks stays as it is, byte for byte.

use memchr::memchr;

use super::tokens;
use crate::error::counted::counted;

/// What was passed over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct PassedOver {
    /// Marks of the beginning and end of sentences, `<s>` and `</s>`.
    pub marks: u64,
    /// Lines without a word.
    pub blank_lines: u64,
}

impl PassedOver {
    /// Takes the marks out of a line; the words of a line with marks are joined by single spaces. Returns
    /// whether the line has any word.
    pub fn take(&mut self, line: &mut Vec<u8>) -> bool {
        if memchr(b'>', line).is_some() {
            let marks = tokens::split(line).filter(|token| tokens::is_mark(token)).count();
            if marks > 0 {
                *line = tokens::words(line).collect::<Vec<_>>().join(&b' ');
                self.marks += marks as u64;
            }
        }
        let blank = line.iter().all(tokens::separates);
        self.blank_lines += u64::from(blank);
        !blank
    }

    /// Adds what was passed over elsewhere.
    pub fn add(&mut self, other: PassedOver) {
        self.marks += other.marks;
        self.blank_lines += other.blank_lines;
    }

    /// A line for the user, if anything was passed over.
    pub fn note(&self) -> Option<String> {
        let marks =
            (self.marks > 0).then(|| counted(self.marks, "sentence marker") + " (<s>, </s>)");
        let blank = (self.blank_lines > 0).then(|| counted(self.blank_lines, "blank line"));
        let found: Vec<String> = marks.into_iter().chain(blank).collect();
        (!found.is_empty()).then(|| format!("passed over: {}", found.join(" and ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_other_lines_keep_every_byte() {
        let mut passed_over = PassedOver::default();
        for (line, expected, sentence) in [
            ("<s> the\then  ran </s>", "the hen ran", true),
            (" the\then  ran<s> ", " the\then  ran<s> ", true),
            ("</s>\t<s>", "", false),
            (" \t", " \t", false),
            ("", "", false),
        ] {
            let mut taken = line.as_bytes().to_vec();
            assert_eq!(passed_over.take(&mut taken), sentence, "{line:?}");
            assert_eq!(taken, expected.as_bytes());
        }
        assert_eq!(passed_over, PassedOver { marks: 4, blank_lines: 3 });
    }

    #[test]
    fn the_note_counts_what_there_was() {
        let note = |marks, blank_lines| PassedOver { marks, blank_lines }.note();
        assert_eq!(note(0, 0), None);
        assert_eq!(note(0, 1).unwrap(), "passed over: 1 blank line");
        let both = "passed over: 6 sentence markers (<s>, </s>) and 2 blank lines";
        assert_eq!(note(6, 2).unwrap(), both);
    }
}
