//! How probable is each context? What pruning weighs its losses by.

use super::rest::Pair;
use crate::model::arpa::ArpaLevel;
use crate::model::core::ngrams::exp10;
use crate::model::core::{Core, Level};
use crate::model::words::{BOS, EOS};

/// The probability of every n-gram below the highest order as a context.
#[derive(Debug, Clone, PartialEq)]
pub struct Histories {
    /// `p[n - 1]` has those of order n.
    p: Vec<Vec<f64>>,
}

impl Histories {
    /// By the model itself, as Stolcke (1998) and SRILM have it: the product of the probabilities of the words, each
    /// after those before it; of `<s>`, that of `</s>`.
    pub fn by_model(levels: &[ArpaLevel]) -> Self {
        let mut single: Vec<f64> =
            levels[0].log10_p.iter().map(|&log10_p| exp10(log10_p)).collect();
        single[BOS as usize] = single[EOS as usize];
        let mut p = vec![single];
        for n in 2..levels.len() {
            let pair = Pair::of(levels, n);
            let mut own = Vec::with_capacity(pair.level.log10_p.len());
            for (context, p) in p[n - 2].iter().enumerate() {
                own.extend(pair.children(context).map(|i| p * pair.both(i)[0]));
            }
            p.push(own);
        }
        Histories { p }
    }

    /// By the counts of a model: how often each context was seen, as a share of all words and ends of sentences.
    /// Counts of the highest order are those of the text, and so are those of n-grams that begin with `<s>`; any
    /// other context was seen as often as all those that end with it and are one word longer. `None` if the model has
    /// no counts.
    pub fn by_counts(core: &Core<'_>, levels: &[ArpaLevel]) -> Option<Self> {
        if core.logs {
            return None;
        }
        let highest = &core.levels[levels.len() - 2];
        let contexts = levels[levels.len() - 2].log10_p.len();
        let mut p = vec![(0..contexts).map(|context| seen(highest, context)).collect::<Vec<f64>>()];
        for n in (2..levels.len()).rev() {
            let pair = Pair::of(levels, n);
            let mut below = vec![0.0; pair.contexts()];
            for (&suffix, seen) in pair.level.suffix.iter().zip(&p[0]) {
                below[suffix as usize] += seen;
            }
            for context in beginnings(levels, n - 1) {
                below[context] = seen(&core.levels[n - 2], context);
            }
            p.insert(0, below);
        }
        let all: f64 = p[0].iter().sum();
        p.iter_mut().flatten().for_each(|seen| *seen /= all.max(1.0));
        Some(Histories { p })
    }

    /// (contexts) of the n-grams of order n, from 2.
    pub(super) fn of_order(&self, n: usize) -> &[f64] {
        &self.p[n - 2]
    }
}

/// The sum of the counts after a context, those of n-grams that it has lost included.
fn seen(level: &Level<'_>, context: usize) -> f64 {
    match (level.children(context, 1), level.lost(context)) {
        (children, 0) if children.count == 0 => 0.0,
        (children, _) => level.constants(context, &children)[0],
    }
}

/// The places of the n-grams of an order that begin with `<s>`.
fn beginnings(levels: &[ArpaLevel], order: usize) -> std::ops::Range<usize> {
    levels[1..order].iter().fold(BOS as usize..BOS as usize + 1, |range, level| {
        level.offsets[range.start] as usize..level.offsets[range.end] as usize
    })
}
