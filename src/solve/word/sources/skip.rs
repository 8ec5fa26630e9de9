//! Words near the gap whose order and distance do not matter: skip bigrams.
//!
//! For every word w that stands d = 2 to 5 words before or after the gap's word, how much likelier x is
//! near w than near anything:
//!
//! ```text
//! left_d(x)  = ln P(x | w before) / P(x)
//! P(x | w before) = (c(w,x) - D) / c(w,·) + lost(w,·) / c(w,·) P(x)      P(x) = c(·,x) / N
//! ```
//!
//! c(u,v): how often v stands 2 to 5 words after u, one table for all distances ([`crate::model::skip`]);
//! lost: what discounts and unstored pairs take from the sum; N: the sum of all. right_d is the mirror
//! image, with c(x,w) and its sums. Both are 0 beyond `<s>` and `</s>`, and without the table.
//!
//! Skipping: Goodman, *A Bit of Progress in Language Modeling* (2001), section 4. There, and in
//! generalised Kneser-Ney (Pickhardt et al., *A Generalized Language Model as the Combination of
//! Skipped n-grams*, 2014), skipped n-grams are interpolated with the others. Here every distance has a
//! weight in a product instead, the log-linear form of Klakow (*Log-linear interpolation of language
//! models*, 1998): an n-gram that was seen does not hide them.

use super::source::{Context, Source};
use crate::model::skip::{FARTHEST, NEAREST, Skip};
use crate::model::words::{BOS, EOS};

/// How many distances there are.
const DISTANCES: usize = FARTHEST - NEAREST + 1;
/// How many features there are: the distances on the left, then those on the right.
const COUNT: usize = 2 * DISTANCES;

pub const SOURCE: Source = Source {
    name: "skip",
    count: COUNT,
    weights: |calibration| &mut calibration.skip,
    features: |context, words, out, _| features(context, words, out.as_chunks_mut().0),
};

/// The features of some words in a gap.
///
/// # Complexity
/// A few steps for each word and feature.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]]) {
    out.fill([0.0; COUNT]);
    let Some(skip) = &context.view.skip else {
        return;
    };
    let Context { left, right, .. } = *context;
    let left = left.iter().rev().chain([&BOS]);
    let right = right.iter().chain([&EOS]);
    for (i, &w) in left.skip(NEAREST - 1).take(DISTANCES).enumerate() {
        put(skip, w, words, false, i, out);
    }
    for (i, &w) in right.skip(NEAREST - 1).take(DISTANCES).enumerate() {
        put(skip, w, words, true, DISTANCES + i, out);
    }
}

/// Puts the effect of the word `w` on each word into a feature.
fn put(
    skip: &Skip<'_>,
    w: u32,
    words: &[u32],
    after: bool,
    feature: usize,
    out: &mut [[f64; COUNT]],
) {
    let [total, lost] = skip.totals(w, after);
    if total <= 0.0 {
        return;
    }
    for (&x, features) in words.iter().zip(out) {
        let [own, _] = skip.totals(x, !after);
        let count = if after { skip.count(x, w) } else { skip.count(w, x) };
        // A word that was never there says nothing.
        if own > 0.0 {
            let ratio = count * skip.sum() / (total * own) + lost / total;
            features[feature] = libm::log(ratio.clamp(1e-6, 1e6));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_words;
    use super::*;
    use crate::model::skip::{Builder, SkipData};

    /// a b seven times in 20, of which the pairs leave the rest.
    fn pairs(words: usize, [a, b]: [u32; 2]) -> SkipData {
        let mut builder = Builder::new(words, 1);
        (0..a).for_each(|_| builder.push(std::iter::empty()));
        builder.push([(b, 7.0)].into_iter());
        let mut totals = vec![[30, 50]; words];
        totals[a as usize][0] = 20;
        totals[b as usize][1] = 10;
        builder.finish(&totals)
    }

    #[test]
    fn a_word_makes_others_likelier_on_its_own_side() {
        with_words("a b c", |view, ids| {
            let [a, b, c] = ids("a b c")[..] else { panic!() };
            let data = pairs(view.vocabulary.len(), [a, b]);
            let (skip, sum) = (data.view().unwrap(), data.view().unwrap().sum());
            let count = skip.count(a, b);
            assert!((count - 7.0).abs() < 0.25 && sum == 5.0 * 30.0 + 20.0, "{count} {sum}");
            let view = &crate::model::view::View { skip: Some(skip), ..view.clone() };
            let find = |sentence: &str, gap: usize, word: u32| {
                let (sentence, mut out) = (ids(sentence), [[7.0; COUNT]]);
                let (left, right) = sentence.split_at(gap + 1);
                features(&Context { view, left, right, expected: None }, &[word], &mut out);
                out[0]
            };
            let before = (count * sum / (20.0 * 10.0) + 13.0 / 20.0).ln();
            let after = (count * sum / (10.0 * 20.0) + 3.0 / 10.0).ln();
            let near = |x: f64, y: f64| (x - y).abs() < 1e-6;
            // a three words before b, then nearer than any pair, then farther than any.
            assert!(near(find("a c c c", 2, b)[1], before));
            assert!(find("a c c c", 2, c)[1] < 0.0, "a leaves less for others");
            assert_eq!(find("c a c c", 1, b)[..4], find("c c c c", 1, b)[..4]);
            assert_eq!(find("a c c c c c c", 5, b)[..4], find("c c c c c c c", 5, b)[..4]);
            // b two words after a.
            assert!(near(find("c c b c", 0, a)[4], after));
            assert!(find("c c b c", 0, c)[4] < 0.0);
            // Nothing is beyond <s> and </s>, which themselves count.
            let found = find("c c", 0, b);
            assert!(found[0] == 0.0 && found[1..4] == [0.0; 3] && found[5..] == [0.0; 3]);
            assert_eq!(skip.totals(BOS, false), [30.0, 30.0]);
        });
    }

    #[test]
    fn a_model_without_pairs_says_nothing() {
        with_words("a b", |view, ids| {
            let (sentence, mut out) = (ids("a b a b a b"), [[7.0; COUNT]]);
            let (left, right) = sentence.split_at(3);
            features(&Context { view, left, right, expected: None }, &ids("a"), &mut out);
            assert_eq!(out[0], [0.0; COUNT]);
        });
    }
}
