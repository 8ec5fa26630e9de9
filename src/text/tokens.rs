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
    sentence.split(separates).filter(|token| !token.is_empty())
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
