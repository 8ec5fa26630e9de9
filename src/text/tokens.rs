//! A sentence as tokens: maximal runs of bytes other than ASCII white space, as for KenLM's tools.
//!
//! Nothing is normalised: tokens remember their positions, so that a word can be put between two of them
//! without changing any other byte.
//!
//! `<s>` and `</s>` are no words: some tools write them around every sentence. What counts or scores a text
//! asks for its [`words`].

use std::ops::Range;

/// Splits a sentence at spaces, tabs and other ASCII white space.
///
/// ```
/// let words: Vec<&[u8]> = impute::text::tokens::split(b"the \t dog .").collect();
/// assert_eq!(words, [&b"the"[..], b"dog", b"."]);
/// ```
pub fn split(sentence: &[u8]) -> impl Iterator<Item = &[u8]> {
    Tokens { sentence, start: 0, read: 0, separators: 0 }
}

/// The tokens of a sentence. Separators are found 64 bytes at a time: where a token ends, a loop over bytes has to
/// guess.
struct Tokens<'s> {
    sentence: &'s [u8],
    /// Where the next token may begin.
    start: usize,
    /// How many bytes have been read.
    read: usize,
    /// Which of the last [`BLOCK`] of them separate tokens and have not been passed, the first one lowest.
    separators: u64,
}

/// Bytes that are read together.
const BLOCK: usize = 64;

impl<'s> Iterator for Tokens<'s> {
    type Item = &'s [u8];

    #[inline]
    fn next(&mut self) -> Option<&'s [u8]> {
        loop {
            while self.separators == 0 {
                if self.read >= self.sentence.len() {
                    let token = self.sentence.get(self.start..).unwrap_or_default();
                    self.start = self.sentence.len();
                    return (!token.is_empty()).then_some(token);
                }
                let rest = &self.sentence[self.read..];
                self.separators = separators(&rest[..rest.len().min(BLOCK)]);
                self.read += BLOCK;
            }
            let end = self.read - BLOCK + self.separators.trailing_zeros() as usize;
            self.separators &= self.separators - 1;
            let token = &self.sentence[self.start..end];
            self.start = end + 1;
            if !token.is_empty() {
                return Some(token);
            }
        }
    }
}

/// Which of at most 64 bytes separate tokens, the first one in the lowest bit.
#[inline]
fn separators(block: &[u8]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let (mut all, mut at) = (0, 0);
    for bytes in block.chunks(8) {
        let mut eight = [0; 8];
        eight[..bytes.len()].copy_from_slice(bytes);
        let eight = u64::from_le_bytes(eight);
        // The highest bit of each byte is set if a sum reaches 128; none is carried, because the others have seven bits.
        let low = eight & (0x7f * ONES);
        let blank = !((low ^ (0x20 * ONES)) + 0x7f * ONES);
        let control = (low + (0x80 - 0x09) * ONES) & !(low + (0x80 - 0x0e) * ONES);
        let found = (blank | control) & !eight & (0x80 * ONES);
        // The eight bits side by side.
        all |= ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << at;
        at += 8;
    }
    all
}

/// Whether a byte separates tokens.
pub(crate) fn separates(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r') // with the vertical tab
}

/// The tokens of a sentence without the marks of its beginning and end.
///
/// ```
/// let words: Vec<&[u8]> = impute::text::tokens::words(b"<s> the dog . </s>").collect();
/// assert_eq!(words, [&b"the"[..], b"dog", b"."]);
/// ```
pub fn words(sentence: &[u8]) -> impl Iterator<Item = &[u8]> {
    split(sentence).filter(|token| !is_mark(token))
}

/// Whether a token marks the beginning or end of a sentence.
pub(crate) fn is_mark(token: &[u8]) -> bool {
    matches!(token, b"<s>" | b"</s>")
}

/// The byte range of every token of a sentence.
pub fn spans(sentence: &[u8]) -> impl Iterator<Item = Range<usize>> {
    split(sentence).map(move |token| {
        let start = token.as_ptr() as usize - sentence.as_ptr() as usize;
        start..start + token.len()
    })
}

/// The byte where the gap after the `left`-th token (counted from 0) is: the end of that token, or of the sentence if
/// there is none.
///
/// ```
/// assert_eq!(impute::text::tokens::gap(b"the dog the cat", 1), 7);
/// ```
pub fn gap(sentence: &[u8], left: usize) -> usize {
    spans(sentence).nth(left).map_or(sentence.len(), |span| span.end)
}

/// The sentence with a space and `word` after its `left`-th token (counted from 0). An empty word makes one
/// extra space. All other bytes stay as they are. A `left` past the last token appends.
///
/// ```
/// use impute::text::tokens::insert;
/// assert_eq!(insert(b"the dog the cat", 1, b"chased"), b"the dog chased the cat");
/// assert_eq!(insert(b"the dog the cat", 1, b""), b"the dog  the cat");
/// ```
pub fn insert(sentence: &[u8], left: usize, word: &[u8]) -> Vec<u8> {
    let at = gap(sentence, left);
    [&sentence[..at], b" ", word, &sentence[at..]].concat()
}

/// Length in characters (Unicode scalar values); a byte that is not UTF-8 counts as one.
pub fn chars(text: &[u8]) -> usize {
    match std::str::from_utf8(text) {
        Ok(text) => text.chars().count(),
        Err(_) => String::from_utf8_lossy(text).chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tokens_are_what_is_left_between_separators(
            sentence in proptest::collection::vec(prop_oneof![3 => any::<u8>(), 2 => 8u8..15, 1 => Just(b' ')], 0..200),
            words in "[a-c \t]{0,200}",
        ) {
            for sentence in [&sentence[..], words.as_bytes()] {
                let slow = sentence.split(separates).filter(|token| !token.is_empty());
                prop_assert_eq!(split(sentence).collect::<Vec<_>>(), slow.collect::<Vec<_>>());
            }
        }

        #[test]
        fn inserting_keeps_every_other_byte(sentence in "[a-c \t]{0,30}", left in 0usize..12, word in "[x]{0,3}") {
            let out = insert(sentence.as_bytes(), left, word.as_bytes());
            prop_assert_eq!(out.len(), sentence.len() + word.len() + 1);
            let at = spans(sentence.as_bytes()).nth(left).map_or(sentence.len(), |s| s.end);
            let mut back = out.clone();
            back.drain(at..at + word.len() + 1);
            prop_assert_eq!(back, sentence.as_bytes());
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(chars("naïve €".as_bytes()), 7);
    }
}
