//! Which sentences are in a text already?
//!
//! A line is its tokens joined by single spaces, kept as a 64-bit XXH3 hash: 8 bytes per line, at most 24
//! while the text is read. A line of the text is always recognised; the probability that one of 30 million
//! new sentences is mistaken for one of a million lines is 2e-6.

use twox_hash::XxHash3_64;

use crate::error::Result;
use crate::text::input::Input;
use crate::text::lines::Lines;
use crate::text::tokens;

/// The lines of a text.
#[derive(Debug)]
pub struct KnownLines {
    /// (different lines) sorted hashes.
    hashes: Vec<u64>,
}

impl KnownLines {
    /// Reads a text; lines that are not UTF-8 are compared as they are.
    ///
    /// # Errors
    /// The text cannot be read, or a line is too long.
    pub fn read(text: Input) -> Result<Self> {
        let mut lines = Lines::new(text, true);
        let (mut line, mut joined, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        while lines.next_sentence(&mut line)? {
            joined.clear();
            join(&mut joined, tokens::split(&line));
            hashes.push(XxHash3_64::oneshot(&joined));
        }
        hashes.sort_unstable();
        hashes.dedup();
        hashes.shrink_to_fit();
        Ok(KnownLines { hashes })
    }

    /// Whether a sentence, its tokens joined by single spaces, is a line of the text.
    ///
    /// # Complexity
    /// O(log n) for n lines.
    pub fn contains(&self, sentence: &[u8]) -> bool {
        self.hashes.binary_search(&XxHash3_64::oneshot(sentence)).is_ok()
    }
}

/// Appends tokens with single spaces between them.
pub(super) fn join<'a>(to: &mut Vec<u8>, tokens: impl Iterator<Item = &'a [u8]>) {
    for (i, token) in tokens.enumerate() {
        if i > 0 {
            to.push(b' ');
        }
        to.extend_from_slice(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::input::decompress;

    #[test]
    fn recognises_whole_lines_however_they_are_spaced() {
        let text = b"one  two \nthree\r\none two\n\xff x".to_vec();
        let input = decompress(Box::new(std::io::Cursor::new(text)), "x".into(), None).unwrap();
        let known = KnownLines::read(input).unwrap();
        assert_eq!(known.hashes.len(), 3);
        assert!([&b"one two"[..], b"three", b"\xff x"].iter().all(|line| known.contains(line)));
        assert!([&b"one"[..], b"two", b"one two three"].iter().all(|line| !known.contains(line)));
    }
}
