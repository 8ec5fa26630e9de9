//! Words that stand elsewhere in the sentence: a name that has been said is said again.
//!
//! ```text
//! [1, -ln p(x)]   if x stands in the sentence, nowhere nearer than three words away
//! [0, 0]          otherwise
//! ```
//!
//! A cache (Kuhn & De Mori, *A Cache-Based Natural Language Model for Speech Recognition*, 1990) of one
//! sentence, whose words weigh by their rarity: a second `the` says nothing, a second name says much. The
//! n-grams already see what stands next to the gap or one word further.

use super::source::{Context, Source};
use crate::model::words::SPECIAL;

/// How many features there are.
const COUNT: usize = 2;

pub const SOURCE: Source = Source {
    name: "repeats",
    count: COUNT,
    weights: |calibration| &mut calibration.repeats,
    features: |context, words, out, _| features(context, words, out.as_chunks_mut().0),
};

/// The words that a trigram model sees on each side of the gap.
const NEAR: usize = 2;

/// The features of some words in a gap.
///
/// # Complexity
/// A pass over the sentence for each word.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]]) {
    let Context { left, right, .. } = *context;
    let (far_left, near_left) = left.split_at(left.len().saturating_sub(NEAR));
    let (near_right, far_right) = right.split_at(right.len().min(NEAR));
    let core = &context.view.core;
    for (word, features) in words.iter().zip(out) {
        let far = far_left.contains(word) || far_right.contains(word);
        let near = near_left.contains(word) || near_right.contains(word);
        *features = match far && !near && *word as usize >= SPECIAL {
            true => [1.0, -libm::log(core.unigram(*word).clamp(1e-30, 1.0))],
            false => [0.0, 0.0],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_words;
    use super::*;

    /// The features of a word at every gap of a sentence.
    fn found(sentence: &str, word: &str) -> Vec<[f64; COUNT]> {
        let mut found = Vec::new();
        with_words("a b c", |view, ids| {
            let (sentence, word) = (ids(sentence), ids(word));
            for gap in 0..sentence.len() - 1 {
                let (left, right) = sentence.split_at(gap + 1);
                let context = Context { view, left, right, expected: None };
                let mut out = [[7.0; COUNT]];
                features(&context, &word, &mut out);
                found.push(out[0]);
            }
        });
        found
    }

    #[test]
    fn a_word_counts_from_three_words_away() {
        let ln = f64::from(4.0f32).ln(); // b is the fifth of the words
        let expected = [[0.0; 2], [0.0; 2], [0.0; 2], [1.0, ln], [1.0, ln]];
        let close = |a: &[f64; 2], b: &[f64; 2]| a[0] == b[0] && (a[1] - b[1]).abs() < 1e-6;
        let found_b = found("a b a c a a", "b");
        assert!(found_b.iter().zip(&expected).all(|(a, b)| close(a, b)), "{found_b:?}");
        let found_b = found("a a c a b a", "b");
        assert!(close(&found_b[0], &[1.0, ln]) && close(&found_b[1], &[1.0, ln]), "{found_b:?}");
        assert_eq!(found_b[2..], [[0.0; 2]; 3]);
    }

    #[test]
    fn a_near_one_hides_a_far_one() {
        assert_eq!(found("b a a a b a", "b")[2], [0.0; 2]);
        assert_eq!(found("b a a a a b a", "b")[2][0], 1.0);
    }

    #[test]
    fn unknown_words_are_not_the_same_word() {
        assert!(found("x a a a y a", "z").iter().all(|features| *features == [0.0; 2]));
    }
}
