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

/// A word near the gap: its feature, and the sums of its pairs.
struct Near {
    word: u32,
    feature: usize,
    /// The sum of its counts, above 0, and what the stored pairs leave of it.
    total: f64,
    lost: f64,
}

/// The features of some words in a gap.
///
/// # Complexity
/// A few steps for each word and feature, none of which waits for another's.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]]) {
    out.fill([0.0; COUNT]);
    let Some(skip) = &context.view.skip else {
        return;
    };
    words.iter().for_each(|&x| skip.prefetch_totals(x));
    let Context { left, right, .. } = *context;
    let left = near(skip, left.iter().rev().chain([&BOS]), 0);
    let right = near(skip, right.iter().chain([&EOS]), DISTANCES);
    let mut counts = Vec::new();
    let pairs: Vec<(u32, u32)> =
        left.iter().flat_map(|w| words.iter().map(|&x| (w.word, x))).collect();
    skip.counts(&pairs, &mut counts);
    for (w, counts) in left.iter().zip(counts.chunks_exact(words.len().max(1))) {
        for ((&x, &count), out) in words.iter().zip(counts).zip(&mut *out) {
            w.put(skip, count, skip.totals(x, true), out);
        }
    }
    let pairs: Vec<(u32, u32)> =
        words.iter().flat_map(|&x| right.iter().map(move |w| (x, w.word))).collect();
    skip.counts(&pairs, &mut counts);
    for ((&x, counts), out) in words.iter().zip(counts.chunks_exact(right.len().max(1))).zip(out) {
        for (w, &count) in right.iter().zip(counts) {
            w.put(skip, count, skip.totals(x, false), out);
        }
    }
}

/// The words that stand near enough on one side of the gap, of which something is known; `feature` is that of the
/// nearest.
fn near<'w>(skip: &Skip<'_>, side: impl Iterator<Item = &'w u32>, feature: usize) -> Vec<Near> {
    let side = side.skip(NEAREST - 1).take(DISTANCES).zip(feature..);
    let near = side.map(|(&word, feature)| {
        let [total, lost] = skip.totals(word, feature >= DISTANCES);
        Near { word, feature, total, lost }
    });
    near.filter(|near| near.total > 0.0).collect()
}

impl Near {
    /// Puts its effect on a word into its feature: `count` is that of their pair, `own` the sum of the word's counts.
    fn put(&self, skip: &Skip<'_>, count: f64, [own, _]: [f64; 2], out: &mut [f64; COUNT]) {
        // A word that was never there says nothing.
        if own > 0.0 {
            let ratio = count * skip.sum() / (self.total * own) + self.lost / self.total;
            out[self.feature] = libm::log(ratio.clamp(1e-6, 1e6));
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
            let mut counts = Vec::new();
            skip.counts(&[(a, b)], &mut counts);
            let count = counts[0];
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
    fn words_asked_for_together_have_the_features_of_each_alone() {
        with_words("a b c d", |view, ids| {
            let (mut all, silent) = (ids("a b c d"), ids("d")[0]);
            all.sort_unstable();
            let words = view.vocabulary.len();
            let mut builder = Builder::new(words, 16);
            for u in 0..words as u32 {
                let own = all.iter().filter(|_| all.contains(&u));
                builder.push(own.map(|&v| (v, f64::from(2 + (3 * u + 7 * v) % 11))));
            }
            let mut totals: Vec<[u64; 2]> = (0..words as u64).map(|i| [60 + i, 90 - i]).collect();
            totals[silent as usize] = [0, 0]; // says nothing, and nothing is said of it
            let data = builder.finish(&totals);
            let view = &crate::model::view::View { skip: data.view(), ..view.clone() };
            let sentence = ids("a d b c a c b d a b c a");
            let (left, right) = sentence.split_at(6);
            let context = Context { view, left, right, expected: None };
            let mut together = [[7.0; COUNT]; 4];
            features(&context, &all, &mut together);
            for (&word, together) in all.iter().zip(together) {
                let mut alone = [[7.0; COUNT]];
                features(&context, &[word], &mut alone);
                assert_eq!(alone[0], together);
                let nothing = together.iter().filter(|&&x| x == 0.0).count();
                assert_eq!(nothing, if word == silent { COUNT } else { 2 }, "{together:?}");
            }
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
