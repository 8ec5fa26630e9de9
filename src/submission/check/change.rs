//! What happened to a sentence: nothing, one insertion between whole words, or something else.

use crate::text::printable::shortened;
use crate::text::tokens::{self, chars};

/// The longest piece of text that is quoted, in characters.
const QUOTED: usize = 40;

/// The difference of a sentence from that of the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// They are the same.
    Nothing,
    /// One string was put between two words, before the first or after the last, with its space.
    Insertion(Insertion),
    /// Anything else.
    Other {
        /// Where the first word that changed begins, in characters, counted from 1.
        at: usize,
        /// What is there in the test, from the first changed word to the last.
        test: String,
        /// What is there now.
        here: String,
    },
}

/// What was inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Whether it is between two words.
    pub inside: bool,
    /// Number of words in it; 0 for spaces alone.
    pub words: usize,
    /// The string, with its space.
    pub text: Vec<u8>,
}

impl Insertion {
    /// The words in it, shortened where they are long.
    pub fn short(&self) -> String {
        short(self.text.trim_ascii())
    }

    /// How many spaces it has beyond one per word, or beyond one without a word.
    pub fn spare(&self) -> usize {
        let spaces = self.text.iter().filter(|&&b| b == b' ').count();
        spaces.saturating_sub(self.words.max(1))
    }
}

impl Change {
    /// Compares a sentence of a submission with that of the test.
    pub fn find(test: &[u8], here: &[u8]) -> Self {
        if test == here {
            return Change::Nothing;
        }
        let before = test.iter().zip(here).take_while(|(a, b)| a == b).count();
        let after = test.iter().rev().zip(here.iter().rev()).take_while(|(a, b)| a == b).count();
        let insertion = insertion(test, here, before, after);
        insertion.map_or_else(|| other(test, here, before, after), Change::Insertion)
    }
}

/// Wherever it may begin: in `had had`, either word may be the inserted one.
fn insertion(test: &[u8], here: &[u8], before: usize, after: usize) -> Option<Insertion> {
    let length = here.len().checked_sub(test.len()).filter(|&length| length > 0)?;
    let found = |at: usize| {
        let (left, right) = test.split_at(at);
        let text = &here[at..at + length];
        let open = |word: Option<&u8>| word.is_none_or(|&b| b == b' ');
        let space = Some(&b' ');
        // Not inside a word, and words stay apart.
        ((open(left.last()) || open(right.first()))
            && (open(left.last()) || text.first() == space)
            && (open(right.first()) || text.last() == space))
            .then(|| Insertion {
                inside: [left, right].iter().all(|side| tokens::split(side).next().is_some()),
                words: tokens::split(text).count(),
                text: text.to_vec(),
            })
    };
    let mut places = (test.len() - after.min(test.len())..=before).filter_map(found).peekable();
    let first = places.peek().cloned();
    places.find(|insertion| insertion.inside).or(first)
}

fn other(test: &[u8], here: &[u8], before: usize, after: usize) -> Change {
    let is_word = |&&b: &&u8| b != b' ';
    let start = before - test[..before].iter().rev().take_while(is_word).count();
    let after = after.min(test.len() - start).min(here.len() - start);
    let tail = &test[test.len() - after..];
    let after = after - tail.iter().take_while(is_word).count();
    Change::Other {
        at: chars(&test[..start]) + 1,
        test: short(&test[start..test.len() - after]),
        here: short(&here[start..here.len() - after]),
    }
}

/// The text, or its beginning and its end.
fn short(text: &[u8]) -> String {
    let text: Vec<char> = String::from_utf8_lossy(text).chars().collect();
    shortened(&text, QUOTED).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(test: &str, here: &str) -> Change {
        Change::find(test.as_bytes(), here.as_bytes())
    }

    proptest! {
        #[test]
        fn what_the_solver_inserts_is_an_insertion(
            test in "[ab]{1,2}( {1,2}[ab]{1,2}){1,5}",
            left in 0usize..6,
            word in "([abc]{1,2}( [ab])?)?",
        ) {
            let gaps = tokens::split(test.as_bytes()).count() - 1;
            let here = tokens::insert(test.as_bytes(), left % gaps, word.as_bytes());
            let Change::Insertion(found) = Change::find(test.as_bytes(), &here) else {
                panic!("{test:?}");
            };
            prop_assert!(found.inside);
            prop_assert_eq!(found.words, tokens::split(word.as_bytes()).count());
            prop_assert_eq!(found.text.len(), word.len() + 1);
            prop_assert_eq!(found.spare(), 0);
        }

        #[test]
        fn an_insertion_leaves_the_words_of_the_test(test in "[ab ]{0,8}", here in "[ab ]{0,9}") {
            let (old, new): (Vec<_>, Vec<_>) =
                (tokens::split(test.as_bytes()).collect(), tokens::split(here.as_bytes()).collect());
            match find(&test, &here) {
                Change::Nothing => prop_assert_eq!(test, here),
                Change::Insertion(Insertion { words, .. }) => {
                    prop_assert_eq!(new.len(), old.len() + words);
                    let splits = |i: &usize| new[..*i] == old[..*i] && new[i + words..] == old[*i..];
                    prop_assert!((0..=old.len()).any(|i| splits(&i)));
                }
                Change::Other { at, .. } => {
                    prop_assert!(at <= test.len() + 1);
                    // Nothing longer by one string between words is missed.
                    let one = |i: usize| (i..=here.len()).any(|j| {
                        let whole = |at: usize, text: &str| at == 0 || at == text.len()
                            || text[at - 1..=at].contains(' ');
                        [&here[..i], &here[j..]].concat() == test && whole(i, &test)
                            && whole(i, &here) && whole(j, &here)
                    });
                    prop_assert!(!(0..=here.len()).any(one), "{:?} {:?}", test, here);
                }
            }
        }

        #[test]
        fn any_bytes_are_compared(test: Vec<u8>, here: Vec<u8>) {
            Change::find(&test, &here);
        }
    }

    #[test]
    fn an_insertion_before_the_first_word_or_after_the_last_is_told_apart() {
        let inside = |test, here| match find(test, here) {
            Change::Insertion(Insertion { inside, words, .. }) => Some((inside, words)),
            _ => None,
        };
        assert_eq!(inside("a b", "a x b"), Some((true, 1)));
        assert_eq!(inside("a b", "a  b"), Some((true, 0)));
        assert_eq!(inside("a b", "a x y b"), Some((true, 2)));
        assert_eq!(inside("a b", "x a b"), Some((false, 1)));
        assert_eq!(inside("a b", "a b x"), Some((false, 1)));
        assert_eq!(inside("a b", "a b "), Some((false, 0)));
        // It may equally be the second one.
        assert_eq!(inside("had it", "had had it"), Some((true, 1)));
    }

    #[test]
    fn spaces_that_nobody_meant_are_counted() {
        let spare = |test, here| match find(test, here) {
            Change::Insertion(insertion) => Some(insertion.spare()),
            _ => None,
        };
        assert_eq!(spare("a b", "a  b"), Some(0));
        assert_eq!(spare("a b", "a   b"), Some(1));
        assert_eq!(spare("a b", "a x  b"), Some(1));
        assert_eq!(spare("a b", "a  x  y  b"), Some(3));
        assert_eq!(spare("a  b", "a x y  b"), Some(0));
    }

    #[test]
    fn anything_else_is_quoted_by_whole_words_with_its_place() {
        let other = |at, test: &str, here: &str| Change::Other {
            at,
            test: test.to_owned(),
            here: here.to_owned(),
        };
        assert_eq!(find("the dog sat", "the dogs sat"), other(5, "dog", "dogs"));
        assert_eq!(find("a bc d", "a b x c d"), other(3, "bc", "b x c"));
        assert_eq!(find("é color .", "é colour ."), other(3, "color", "colour"));
        assert_eq!(find("a b c", "a x b y c"), other(3, "b", "x b y"));
        assert_eq!(find("a b c", "a c"), other(3, "b c", "c"));
        assert_eq!(find("a b", ""), other(1, "a b", ""));
        let Change::Other { test, .. } = find(&"word ".repeat(50), "x") else { panic!() };
        assert_eq!(test.chars().count(), QUOTED);
    }
}
