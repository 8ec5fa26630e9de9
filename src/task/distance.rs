//! The competition's score: the Levenshtein distance in characters.

/// The Levenshtein distance of two texts in characters (Unicode scalar values).
pub fn levenshtein(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    rapidfuzz::distance::levenshtein::distance(a.chars(), b.chars())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook recurrence.
    fn slow(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a @ ..], [y, b @ ..]) if x == y => slow(a, b),
            ([_, a1 @ ..], [_, b1 @ ..]) => 1 + slow(a1, b1).min(slow(a1, b)).min(slow(a, b1)),
        }
    }

    proptest! {
        #[test]
        fn equals_the_recurrence(a in "[abé]{0,6}", b in "[abé]{0,6}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(levenshtein(a.as_bytes(), b.as_bytes()), slow(&x, &y));
        }
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(levenshtein("the café".as_bytes(), "the cafe".as_bytes()), 1);
        assert_eq!(levenshtein("a — b".as_bytes(), b"a b"), 2);
    }
}
