//! Text as people write it has its marks attached to words; in tokenised text they stand alone.

use super::abbreviations::{Stop, stop};
use crate::text::tokens;

/// A word with a mark attached to it, if there are more of them in these lines than marks that stand alone.
///
/// ```
/// use impute::text::ordinary::attached_mark;
/// let written = "He came, Mr. Smith said.";
/// assert_eq!(attached_mark([written.as_bytes()]), Some(&b"came,"[..]));
/// let tokenised = "He came , Mr. Smith said .";
/// assert_eq!(attached_mark([tokenised.as_bytes()]), None);
/// ```
pub fn attached_mark<'t>(lines: impl IntoIterator<Item = &'t [u8]>) -> Option<&'t [u8]> {
    let (mut first, mut attached, mut alone) = (None, 0, 0);
    for line in lines {
        let mut words = tokens::split(line.trim_ascii_end()).peekable();
        while let Some(word) = words.next() {
            match word.trim_ascii_end() {
                b"," | b"." | b";" | b":" | b"?" | b"!" | b"\"" | b"(" | b")" => alone += 1,
                word if is_attached(word, words.peek().is_none()) => {
                    attached += 1;
                    first = first.or(Some(word));
                }
                _ => {}
            }
        }
    }
    first.filter(|_| attached > alone)
}

/// Whether a mark follows the letters of a word; a full stop counts only at the end of a line, and not as
/// part of an abbreviation.
fn is_attached(word: &[u8], last: bool) -> bool {
    let Some((mark, stem)) = word.split_last() else { return false };
    let letters = stem.last().is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii());
    match mark {
        b',' | b';' | b'?' | b'!' => letters,
        b'.' => {
            let stem = String::from_utf8_lossy(stem);
            letters && last && matches!(stop(&stem), Stop::End)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokenised_text_is_told_from_text_as_written() {
        for (text, expected) in [
            ("Dear Anna,\nwe not pay taxes.", Some("Anna,")),
            ("He did not come.", Some("come.")),
            ("Why not?\r", Some("not?")),
            ("Why not , Yahoo! ?\nHe came .", None),
            ("He left the U.S. in May , at 5 p.m.", None),
            ("no marks at all", None),
            ("", None),
        ] {
            let found = attached_mark(text.lines().map(str::as_bytes));
            assert_eq!(found, expected.map(str::as_bytes), "{text}");
        }
    }
}
