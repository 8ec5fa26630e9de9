//! The classes that are fixed beforehand: the special words, and rare words by their form.

use crate::model::classes::MOST_CLASSES;
use crate::model::words::SPECIAL;

/// Their names; the special words come first, each in a class of its own.
pub const FIXED: [&str; 12] = [
    "<unk>",
    "<s>",
    "</s>",
    "rare, with a digit",
    "rare, with a hyphen",
    "rare, capital, -s",
    "rare, capital",
    "rare, -s",
    "rare, -ed",
    "rare, -ing",
    "rare, -ly",
    "rare",
];

/// The most classes that can be asked for.
pub const MOST: usize = MOST_CLASSES - FIXED.len();

/// The class among [`FIXED`] of a word, by its id and its form.
pub fn fixed(id: usize, word: &[u8]) -> usize {
    let endings = [&b"s"[..], b"ed", b"ing", b"ly"];
    match word {
        _ if id < SPECIAL => id,
        _ if word.iter().any(u8::is_ascii_digit) => 3,
        _ if word.contains(&b'-') => 4,
        [b'A'..=b'Z', .., b's'] => 5,
        [b'A'..=b'Z', ..] => 6,
        _ => endings.iter().position(|ending| word.ends_with(ending)).map_or(11, |i| 7 + i),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_are_classed_by_their_form() {
        for (word, name) in [
            ("1,987", "rare, with a digit"),
            ("well-to-do", "rare, with a hyphen"),
            ("Smiths", "rare, capital, -s"),
            ("Novak", "rare, capital"),
            ("rivers", "rare, -s"),
            ("defunded", "rare, -ed"),
            ("defunding", "rare, -ing"),
            ("oddly", "rare, -ly"),
            ("river", "rare"),
            ("", "rare"),
        ] {
            assert_eq!(FIXED[fixed(99, word.as_bytes())], name, "{word}");
        }
        assert_eq!([0, 1, 2].map(|id| FIXED[fixed(id, b"x-1")]), ["<unk>", "<s>", "</s>"]);
    }
}
