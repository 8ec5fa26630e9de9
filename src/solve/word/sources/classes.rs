//! What word classes say of the words for a gap.
//!
//! For left words a1 a0, right words b0 b1 and a candidate x
//!
//! ```text
//! ln P(x|c(x)) + ln P(c(x)|c(a1) c(a0)) + ln P(c(b0)|c(a0) c(x)) + ln P(c(b1)|c(x) c(b0))
//! ```
//!
//! with the class model of [`crate::model::classes`]: S of the n-grams, less the probabilities of b0 and b1
//! in their classes, which are the same for every candidate. A word that was seen rarely, or never in this
//! kind of place, is judged by words of its kind.

use super::source::{Context, Source};
use crate::model::classes::Classes;
use crate::model::words::{BOS, EOS};

/// How many features there are.
const COUNT: usize = 1;

pub const SOURCE: Source = Source {
    name: "classes",
    count: COUNT,
    weights: |calibration| &mut calibration.classes,
    features: |context, words, out, _| features(context, words, out.as_chunks_mut().0),
};

/// All other words together count as the average of this many candidates, the least likely by the n-grams.
const LAST: usize = 16;

/// The features of some words in a gap, likeliest first by the n-grams: how much better each is than all
/// others together.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]]) {
    let Some(classes) = &context.view.classes else {
        return;
    };
    let left = [&[BOS], context.left].concat();
    let right = [context.right, &[EOS]].concat();
    let mut scores = Vec::new();
    classes.scores(&left, &right, words, &mut scores);
    let last = &scores[scores.len().saturating_sub(LAST)..];
    let others = last.iter().sum::<f64>() / last.len().max(1) as f64;
    out.iter_mut().zip(&scores).for_each(|(features, score)| *features = [score - others]);
}

impl Classes<'_> {
    /// The scores of some words in a gap, in nats, into `out`, in their order. `left` are the ids before
    /// the gap, starting with `<s>`, `right` those after it, ending with `</s>`; only the two next to the
    /// gap on each side count. Fewer are no error.
    ///
    /// # Complexity
    /// Three binary searches a word.
    pub fn scores(&self, left: &[u32], right: &[u32], words: &[u32], out: &mut Vec<f64>) {
        let class = |&word: &u32| self.class(word);
        let (a0, b0) = (left.last().map(class), right.first().map(class));
        let a1 = left.len().checked_sub(2).and_then(|at| left.get(at)).map(class);
        let b1 = right.get(1).map(class);
        // P(c|…) after as many classes as there are.
        let after = |a: Option<usize>, b: Option<usize>, c: Option<usize>| match (a, b, c) {
            (_, _, None) | (_, None, _) => 0.0,
            (None, Some(b), Some(c)) => libm::log(self.bigram(b, c)),
            (Some(a), Some(b), Some(c)) => libm::log(self.trigram(a, b, c)),
        };
        out.clear();
        out.extend(words.iter().map(|word| {
            let x = Some(self.class(*word));
            self.ln_word(*word) + after(a1, a0, x) + after(a0, x, b0) + after(x, b0, b1)
        }));
    }
}
