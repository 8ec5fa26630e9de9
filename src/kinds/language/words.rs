//! The words of a text, in lower case, each between two edges.
//!
//! A word is a run of letters with their marks, and apostrophes between letters; scripts without spaces give long
//! runs, whose n-grams serve as well. Digits and punctuation belong to no language. Decomposed letters are composed
//! (NFC), and what only the place in a word or the spelling of capitals decides is levelled out: the final sigma, the
//! dotted capital I, kinds of apostrophes.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::kinds::features::EDGE;

/// Characters below this have their letter in a table.
const TABLE: usize = 0x3000;
/// The longest run that is taken in one piece, in characters.
const LONGEST: usize = 256;

static LETTERS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    (0..TABLE as u32).map(|c| char::from_u32(c).and_then(look_up).map_or(0, |c| c as u16)).collect()
});

/// Visits the words of `text` between edges, with `word` as scratch memory.
pub fn words(text: &str, word: &mut Vec<char>, mut see: impl FnMut(&[char])) {
    let text = match text.contains(is_part) {
        true => Cow::Owned(text.nfc().collect::<String>()),
        false => Cow::Borrowed(text),
    };
    let letters = &*LETTERS;
    word.clear();
    word.push(EDGE);
    let mut all = text.chars().peekable();
    while let Some(c) = all.next() {
        let lower = if (c as usize) < TABLE { letters[c as usize] } else { 0 };
        let letter = match lower {
            0 if c as usize >= TABLE => look_up(c),
            0 => None,
            lower => char::from_u32(lower.into()),
        };
        if let Some(letter) = letter.filter(|&letter| word.len() > 1 || !is_mark(letter)) {
            word.push(letter);
            if word.len() <= LONGEST {
                continue;
            }
        } else if word.len() > 1
            && is_apostrophe(c)
            && all.peek().is_some_and(|next| next.is_alphabetic())
        {
            word.push('\'');
            continue;
        } else if c == '\u{307}' && word.ends_with(&['i']) {
            continue; // what is left of the dotted capital I in lower case
        }
        end(word, &mut see);
    }
    end(word, &mut see);
}

fn end(word: &mut Vec<char>, see: &mut impl FnMut(&[char])) {
    if word.len() > 1 {
        word.push(EDGE);
        see(word);
        word.truncate(1);
    }
}

/// The letter or mark that stands for `c`, in lower case.
fn look_up(c: char) -> Option<char> {
    match c {
        'ς' => Some('σ'),
        '\u{307}' => None,
        c if is_mark(c) => Some(c),
        c if c.is_alphabetic() => c.to_lowercase().next(),
        _ => None,
    }
}

/// Signs that are part of a word without being letters: marks of vowels, their absence and their joining.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{93c}' | '\u{94d}'
        | '\u{9bc}' | '\u{9cd}' | '\u{a4d}' | '\u{acd}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{ccd}'
        | '\u{d4d}' | '\u{dca}' | '\u{e38}'..='\u{e4e}' | '\u{1039}'..='\u{103a}' | '\u{200c}' | '\u{200d}')
}

/// Whether a character may be part of a letter before it: accents, halves of Korean syllables, marks of Japanese and
/// Arabic letters.
fn is_part(c: char) -> bool {
    is_combining(c)
        || matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3099}' | '\u{309a}' | '\u{653}'..='\u{655}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '`')
}

/// The same text without the accents of Latin, Greek and Cyrillic letters.
pub fn without_accents(word: &[char]) -> Vec<char> {
    word.iter().copied().nfd().filter(|&c| !is_combining(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        words(text, &mut Vec::new(), |word| all.push(word[1..word.len() - 1].iter().collect()));
        all
    }

    #[test]
    fn words_are_letters_with_their_marks() {
        assert_eq!(
            of("It's 3 o’clock - \"NOW\", e.g. (x2)'"),
            ["it's", "o'clock", "now", "e", "g", "x"]
        );
        assert_eq!(of("हिन्दी में"), ["हिन्दी", "में"]);
        assert_eq!(of("می\u{200c}خواهم"), ["می\u{200c}خواهم"]);
        assert_eq!(of("об'єднати, ДРУГИЙ"), ["об'єднати", "другий"]);
        assert_eq!(of("私は、猫"), ["私は", "猫"]);
        assert_eq!(of("12:30 !? \u{94d}"), [""; 0]);
    }

    #[test]
    fn spellings_of_the_same_word_are_levelled_out() {
        assert_eq!(of("e\u{301}te\u{301}"), of("été"));
        for word in ["한국어", "がぱ", "آخر"] {
            assert_eq!(of(&word.nfd().collect::<String>()), [word]);
        }
        assert_eq!(of("ΣΟΦΟΣ"), of("σοφος"));
        assert_eq!(of("σοφος"), of("σοφοσ"));
        assert_eq!(of("İSTANBUL"), of("istanbul"));
        assert_eq!(of("i\u{307}stanbul"), of("istanbul"));
        let word: Vec<char> = "çiçeği".chars().collect();
        assert_eq!(without_accents(&word), "cicegi".chars().collect::<Vec<_>>());
    }

    #[test]
    fn a_long_run_is_taken_in_pieces() {
        let pieces = of(&"a".repeat(1000));
        assert_eq!(pieces.concat(), "a".repeat(1000));
        assert!(pieces.iter().all(|piece| piece.len() <= LONGEST), "{pieces:?}");
    }

    proptest! {
        #[test]
        fn words_lie_between_edges_and_hold_no_other(text in ".*") {
            words(&text, &mut Vec::new(), |word| {
                assert!(word.len() > 2 && word[0] == EDGE && word[word.len() - 1] == EDGE);
                assert!(!word[1..word.len() - 1].contains(&EDGE));
            });
        }

        #[test]
        fn a_text_in_capitals_has_the_same_words(text in "[a-zäöüéñçšžа-яё ]*") {
            assert_eq!(of(&text.to_uppercase()), of(&text));
        }
    }
}
