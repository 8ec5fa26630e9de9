//! The score of a word in a gap, taken apart: what each n-gram that contains the word adds, exactly.
//!
//! The terms K, g, F, R, A, B and C are those of S(x) in [`crate::model::lists`], in natural logs. The
//! posting lists keep the same numbers in eight bits ([`crate::solve::gap::score`]); here they are looked
//! up one by one. Orders 4 and 5 add a term L, the effect of n-grams of four words and more on the score,
//! and to K their effect on the score of all other words ([`crate::solve::gap::rescore`]).
//! `tests/all/models/terms.rs` compares the sum with direct evaluation, and each term with the n-gram that
//! it belongs to.

use super::query::{Gap, in_sight};
use super::rescore::{beyond, ln_probability, longer_weights};
use crate::model::core::{Core, State};
use crate::model::view::View;
use crate::model::words::BOS;

/// How many terms there are besides the constant.
pub const TERMS: usize = 7;

/// The terms by name: g of the word itself, those of the five lists, and L, what longer n-grams add.
pub const NAMES: [&str; TERMS] = ["g", "F", "R", "A", "B", "C", "L"];

/// The score of a word, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Terms {
    /// K, the same for every word of the gap, in nats.
    pub constant: f64,
    /// g, F, R, A, B, C and L, in nats, in the order of [`NAMES`].
    pub terms: [f64; TERMS],
}

impl Terms {
    /// S(x) in nats: the log of the product of the probabilities of the word and of what follows it.
    pub fn sum(&self) -> f64 {
        self.constant + self.terms.iter().sum::<f64>()
    }
}

/// What a word and its n-grams are looked up with.
struct Place<'c, 'm> {
    core: &'c Core<'m>,
    gap: Gap,
    history: State,
    right: Vec<u32>,
    constant: f64,
}

/// The terms of some words in the gap after the `left`-th word of a sentence, counted from 0; no terms if
/// there is no such gap.
pub(in crate::solve) fn terms(
    view: &View<'_>,
    sentence: &[u32],
    left: usize,
    words: &[u32],
) -> Vec<Terms> {
    let core = &view.core;
    let Some(gap) = Gap::of(sentence, left) else {
        return Vec::new();
    };
    let (before, after) = sentence.split_at(left + 1);
    let history = core.state(&[&[BOS], before].concat());
    let right = in_sight(after, core.order);
    let mut place = Place { core, gap, history, right, constant: 0.0 };
    place.constant = place.constant();
    words.iter().map(|&word| place.terms(word)).collect()
}

impl Place<'_, '_> {
    /// ln P of a word after others, and whether all of them together are a stored n-gram.
    fn ln_p(&self, context: &[u32], word: u32) -> (f64, bool) {
        let step = self.core.step(&self.core.state(context), word);
        (step.ln_p, step.matched > context.len())
    }

    /// K.
    fn constant(&self) -> f64 {
        let Gap { left, right: [b0, b1] } = self.gap;
        let core = self.core;
        let near = core.ln_backoff(&left[1..]) + self.ln_p(&[], b0).0;
        match core.order {
            ..=2 => near,
            _ => {
                let far = core.ln_backoff(&left) + self.ln_p(&[b0], b1).0;
                near + far + longer_weights(core, &self.history) + beyond(core, &self.right)
            }
        }
    }

    fn terms(&self, x: u32) -> Terms {
        let Gap { left: [a1, a0], right: [b0, b1] } = self.gap;
        let bow = |context: &[u32]| self.core.ln_backoff(context);
        let (p, _) = self.ln_p(&[], x);
        let of = |(ln, stored): (f64, bool), less: f64| if stored { ln - less } else { 0.0 };
        let (after, before) = (self.ln_p(&[a0], x), self.ln_p(&[x], b0));
        // A bigram model has no weights of bigrams.
        let [left_bow, right_bow] = match self.core.order {
            ..=2 => [0.0; 2],
            _ => [bow(&[a0, x]), bow(&[x, b0])],
        };
        let mut terms = [0.0; TERMS];
        terms[0] = p + bow(&[x]);
        terms[1] = of(after, bow(&[a0]) + p - left_bow);
        terms[2] = of(before, bow(&[x]) + self.ln_p(&[], b0).0 - right_bow);
        if self.core.order > 2 {
            terms[3] = of(self.ln_p(&[a1, a0], x), bow(&[a1, a0]) + after.0);
            terms[4] = of(self.ln_p(&[a0, x], b0), left_bow + before.0);
            terms[5] = of(self.ln_p(&[x, b0], b1), right_bow + self.ln_p(&[b0], b1).0);
        }
        let mut all = Terms { constant: self.constant, terms };
        if self.core.order > 3 {
            let step = self.core.step(&self.history, x);
            let after = ln_probability(self.core, step.state, &self.right, self.core.order);
            let longer = step.ln_p + after - all.sum();
            // The rounding error of numbers that cancel is not an n-gram.
            all.terms[6] = if longer.abs() < 1e-9 { 0.0 } else { longer };
        }
        all
    }
}
