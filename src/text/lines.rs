//! Bounded lines with their numbers.
//!
//! Input: any [`Input`]. Output: one line at a time, without its ending (`\n` or `\r\n`) and without a
//! byte-order mark at the start of the file. Memory is bounded by [`MAX_LINE`], whatever the file holds.

use std::io::BufRead;

use memchr::memchr;

use super::input::Input;
use super::kaggle;
use super::passed_over::PassedOver;
use super::tokens;
use crate::error::{Error, Remedy, Result, Setting};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 1 << 20;
/// The longest word that is read, in bytes.
pub const MAX_WORD: usize = 1 << 12;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// What to do about a NUL byte.
pub(crate) const NUL: &str = "this looks like a binary or UTF-16 file: convert it to UTF-8 text";
/// What to do about bytes that are not UTF-8.
pub(crate) const NOT_UTF8: Remedy =
    Remedy::by("convert the file to UTF-8, or go on with it as it is", &[Setting::Lossy]);

/// Reads an input line by line.
pub struct Lines {
    input: Input,
    number: u64,
    lossy: bool,
    passed_over: PassedOver,
    /// Whether the caller goes on after a line that cannot be used.
    goes_on: bool,
    /// Whether words may be as long as lines.
    any_words: bool,
    /// The current line's ending: empty (end of file), `\n` or `\r\n`.
    ending: &'static [u8],
    /// Whether the end of that line has not been read yet, because it was too long.
    unread: bool,
    /// The bytes before the first line: empty, or a byte-order mark.
    mark: &'static [u8],
}

impl Lines {
    /// Reads from `input`; a line that is not UTF-8 is an error unless `lossy`.
    pub fn new(input: Input, lossy: bool) -> Self {
        let passed_over = PassedOver::default();
        Lines {
            input,
            number: 0,
            lossy,
            passed_over,
            goes_on: false,
            any_words: false,
            ending: b"",
            unread: false,
            mark: b"",
        }
    }

    /// The same for a caller that reads on after a line that cannot be used: whether a compressed file is
    /// damaged is then known only at its end.
    pub fn going_on(self) -> Self {
        Lines { goes_on: true, ..self }
    }

    /// The same for a caller who does not need words: a line may be one long one, as where no spaces are written.
    pub fn of_any_words(self) -> Self {
        Lines { any_words: true, ..self }
    }

    /// Puts the next line, or the start of one that is too long, into `line`; returns whether there was one.
    ///
    /// # Errors
    /// The file cannot be read, or the line is too long, or holds too long a word, a NUL byte, or (unless
    /// `lossy`) bytes that are not UTF-8.
    pub fn next_into(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        self.skip_rest()?;
        line.clear();
        self.number += 1;
        loop {
            let buffer = match self.input.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Error::io(&self.input.name, "read", e)),
            };
            if buffer.is_empty() {
                self.ending = b"";
                break;
            }
            let end = memchr(b'\n', buffer);
            line.extend_from_slice(&buffer[..end.unwrap_or(buffer.len())]);
            let used = end.map_or(buffer.len(), |e| e + 1);
            self.input.reader.consume(used);
            if line.len() > MAX_LINE {
                self.ending = if end.is_some() { b"\n" } else { b"" };
                self.unread = end.is_none();
                let fault = self.error(
                    format!("longer than {MAX_LINE} bytes"),
                    "put one sentence on a line, with spaces between its words",
                );
                return Err(self.cause(fault));
            }
            if end.is_some() {
                self.ending = b"\n";
                break;
            }
        }
        if self.ending.is_empty() && line.is_empty() {
            return Ok(false);
        }
        if self.number == 1 && line.starts_with(UTF8_MARK) {
            line.drain(..UTF8_MARK.len());
            self.mark = UTF8_MARK;
        }
        if line.last() == Some(&b'\r') && !self.ending.is_empty() {
            line.pop();
            self.ending = b"\r\n";
        }
        self.check(line).map_err(|fault| self.cause(fault))?;
        Ok(true)
    }

    /// Puts the next line that is a sentence into `line`, without marks of its beginning and end; returns
    /// whether there was one. [`Lines::passed_over`] counts what is no text.
    ///
    /// # Errors
    /// As [`Lines::next_into`], and the competition's CSV.
    pub fn next_sentence(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        while self.next_into(line)? {
            if self.number == 1 && kaggle::is_header(line) {
                return Err(self.error("a CSV file", "give it plain text, one sentence per line"));
            }
            if self.passed_over.take(line) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What [`Lines::next_sentence`] has passed over so far.
    pub fn passed_over(&self) -> PassedOver {
        self.passed_over
    }

    /// Skips the rest of a line that was too long; returns whether there was any. The next read skips it too:
    /// this is for callers that need to know how that line ends.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn skip_rest(&mut self) -> Result<bool> {
        let unread = self.unread;
        while self.unread {
            let buffer = match self.input.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Error::io(&self.input.name, "read", e)),
            };
            let end = memchr(b'\n', buffer);
            if end.is_some() {
                self.ending = b"\n";
            }
            self.unread = end.is_none() && !buffer.is_empty();
            let used = end.map_or(buffer.len(), |e| e + 1);
            self.input.reader.consume(used);
        }
        Ok(unread)
    }

    fn check(&self, line: &[u8]) -> Result<()> {
        if line.len() > MAX_WORD
            && !self.any_words
            && let Some(word) = tokens::split(line).find(|word| word.len() > MAX_WORD)
        {
            return Err(self.error(
                format!("a word of {} bytes, more than {MAX_WORD}", word.len()),
                "put spaces between the words, or leave the line out",
            ));
        }
        if memchr(0, line).is_some() {
            return Err(self.error("a NUL byte", NUL));
        }
        if !self.lossy && std::str::from_utf8(line).is_err() {
            return Err(self.error("not UTF-8", NOT_UTF8));
        }
        Ok(())
    }

    /// The number of the line read last, counted from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The ending of the line read last: empty at the end of the file, `\n` or `\r\n`; of a line that was too
    /// long, empty or `\n`, once [`Lines::skip_rest`] has reached it.
    pub fn ending(&self) -> &'static [u8] {
        self.ending
    }

    /// The byte-order mark, once the first line has been read, if the file began with one.
    pub fn mark(&self) -> &'static [u8] {
        self.mark
    }

    /// Why the input cannot be used, if it is not this fault of the line read last: see `Input::cause`.
    pub(crate) fn cause(&mut self, fault: Error) -> Error {
        if self.goes_on && !self.input.is_own() { fault } else { self.input.cause(fault) }
    }

    /// The name of the input, for messages.
    pub fn name(&self) -> &str {
        &self.input.name
    }

    /// See [`Input::advanced`].
    pub fn advanced(&mut self) -> u64 {
        self.input.advanced()
    }

    /// An error about the line read last.
    pub fn error(&self, what: impl Into<String>, remedy: impl Into<Remedy>) -> Error {
        Error::at_line(&self.input.name, self.number, what, remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::input::decompress;
    use std::io::Cursor;

    fn lines(bytes: &[u8], lossy: bool) -> Result<Vec<Vec<u8>>> {
        let input = decompress(Box::new(Cursor::new(bytes.to_vec())), "f.txt".into(), None)?;
        let (mut lines, mut line, mut all) = (Lines::new(input, lossy), Vec::new(), Vec::new());
        while lines.next_into(&mut line)? {
            all.push(line.clone());
        }
        Ok(all)
    }

    #[test]
    fn tolerates_crlf_a_byte_order_mark_and_a_missing_last_newline() {
        let read = lines(b"\xef\xbb\xbfone two\r\n\r\nthree", false).unwrap();
        assert_eq!(read, [&b"one two"[..], b"", b"three"]);
    }

    #[test]
    fn a_line_that_is_not_utf8_is_named_with_its_number() {
        let error = lines(b"good\nb\xffd\n", false).unwrap_err().to_string();
        assert!(error.starts_with("f.txt: line 2: not UTF-8"), "{error}");
        assert_eq!(lines(b"good\nb\xffd\n", true).unwrap().len(), 2);
    }

    #[test]
    fn too_long_lines_and_words_are_refused() {
        let long_line = lines(&b"ab ".repeat(MAX_LINE / 3 + 1), false).unwrap_err();
        assert!(long_line.to_string().contains("line 1: longer than"), "{long_line}");
        // Reading continues with the next line of the file.
        for length in [MAX_LINE + 1, MAX_LINE + 100_000, 3 * MAX_LINE] {
            for (end, ending) in [("\n", "\n"), ("\r\n", "\n"), ("\nlast", "\n"), ("", "")] {
                let text = format!("first\n{}{end}", "x".repeat(length)).into_bytes();
                let input = decompress(Box::new(Cursor::new(text)), "f.txt".into(), None).unwrap();
                let (mut lines, mut line) = (Lines::new(input, false), Vec::new());
                assert!(lines.next_into(&mut line).unwrap());
                assert!(lines.next_into(&mut line).is_err());
                if end != "\nlast" {
                    lines.skip_rest().unwrap();
                    assert_eq!(lines.ending(), ending.as_bytes(), "{length} {end:?}");
                    assert!(!lines.next_into(&mut line).unwrap());
                    continue;
                }
                assert!(lines.next_into(&mut line).unwrap());
                assert_eq!((&line[..], lines.number()), (&b"last"[..], 3));
            }
        }
        let long_word = lines(&vec![b'x'; MAX_WORD + 1], false).unwrap_err().to_string();
        assert!(long_word.contains("a word of 4097 bytes"), "{long_word}");
        let text = Box::new(Cursor::new(vec![b'x'; MAX_LINE]));
        let input = decompress(text, "f.txt".into(), None).unwrap();
        let (mut lines, mut line) = (Lines::new(input, false).of_any_words(), Vec::new());
        assert!(lines.next_into(&mut line).unwrap() && line.len() == MAX_LINE);
    }
}
