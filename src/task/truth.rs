//! Where a missing word was: the difference between a test sentence and its solution.

use std::ops::RangeInclusive;

use crate::text::tokens;

/// The missing word of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The gaps that the word could have been in: several if it equals a neighbour, as in "had had", where each
    /// of them gives the same sentence.
    pub gaps: RangeInclusive<usize>,
    /// The word.
    pub word: Vec<u8>,
}

impl Truth {
    /// Compares a test sentence with its solution; `None` unless they differ by exactly one inner word.
    pub fn find(test: &[u8], solution: &[u8]) -> Option<Self> {
        let test: Vec<&[u8]> = tokens::split(test).collect();
        let solution: Vec<&[u8]> = tokens::split(solution).collect();
        if solution.len() != test.len() + 1 || test.len() < 2 {
            return None;
        }
        let same_before = test.iter().zip(&solution).take_while(|(a, b)| a == b).count();
        let same_after =
            test.iter().rev().zip(solution.iter().rev()).take_while(|(a, b)| a == b).count();
        // Without its k-th word the solution is the test, for every k in this range.
        let (first, last) =
            (test.len().saturating_sub(same_after).max(1), same_before.min(test.len() - 1));
        (first <= last).then(|| Truth { gaps: first - 1..=last - 1, word: solution[last].to_vec() })
    }

    /// The place of the truth in a ranking of gaps, counted from 0.
    pub fn rank(&self, ranking: &[usize]) -> Option<usize> {
        ranking.iter().position(|gap| self.gaps.contains(gap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(test: &str, solution: &str) -> Option<(RangeInclusive<usize>, String)> {
        let truth = Truth::find(test.as_bytes(), solution.as_bytes())?;
        Some((truth.gaps, String::from_utf8(truth.word).unwrap()))
    }

    #[test]
    fn finds_the_gap_and_the_word() {
        assert_eq!(find("a c d", "a b c d"), Some((0..=0, "b".into())));
        assert_eq!(find("a b d", "a b c d"), Some((1..=1, "c".into())));
    }

    #[test]
    fn a_word_equal_to_its_neighbour_leaves_several_gaps() {
        assert_eq!(find("he had it", "he had had it"), Some((0..=1, "had".into())));
        assert_eq!(find("x x x", "x x x x"), Some((0..=1, "x".into())));
    }

    #[test]
    fn anything_but_one_missing_inner_word_is_no_truth() {
        for (test, solution) in [
            ("a b", "a b"),
            ("a b", "x a b"),
            ("a b", "a b x"),
            ("a b", "a c d"),
            ("a", "a b"),
            ("", ""),
        ] {
            assert_eq!(find(test, solution), None, "{test} | {solution}");
        }
    }
}
