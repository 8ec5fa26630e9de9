//! What a context leaves to backing off.
//!
//! ```text
//! bow(h) = (1 - sum of p(w|h)) / (1 - sum of p(w|h'))
//! ```
//!
//! over the words w that are stored after h; h' is h without its first word.

use crate::model::arpa::ArpaLevel;
use crate::model::core::ngrams::{exp10, log10};
use crate::model::words::BOS;

/// A rounding error of sums is below this.
const NOTHING: f64 = 3e-6;

/// The n-grams of one order and of the order below.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub below: &'a ArpaLevel,
    pub level: &'a ArpaLevel,
}

impl<'a> Pair<'a> {
    /// Two neighbouring orders.
    pub fn of(levels: &'a [ArpaLevel], n: usize) -> Self {
        Pair { below: &levels[n - 2], level: &levels[n - 1] }
    }

    /// Number of contexts.
    pub fn contexts(&self) -> usize {
        self.below.log10_p.len()
    }

    /// The places of the n-grams with a context.
    pub fn children(&self, context: usize) -> std::ops::Range<usize> {
        self.level.children(context)
    }

    /// P(w|h) and P(w|h') of an n-gram h w.
    pub fn both(&self, i: usize) -> [f64; 2] {
        if self.level.words[i] == BOS {
            return [0.0; 2]; // never predicted, whatever a file says
        }
        let suffix = self.level.suffix[i] as usize;
        [exp10(self.level.log10_p[i]), exp10(self.below.log10_p[suffix])]
    }

    /// The mass that the stored n-grams of a context leave: in its own order, and in the order below.
    pub fn rest(&self, context: usize) -> [f64; 2] {
        self.children(context).fold([1.0; 2], |[own, lower], i| {
            let [p, q] = self.both(i);
            [own - p, lower - q]
        })
    }

    /// log10 of the backoff weight that makes the probabilities of a context sum to 1.
    pub fn log10_backoff(&self, context: usize) -> f32 {
        match self.children(context).is_empty() {
            true => 0.0,
            false => weight(self.rest(context)),
        }
    }
}

/// log10 of the quotient; 0 where nothing is left to back off to.
fn weight([own, lower]: [f64; 2]) -> f32 {
    if lower <= NOTHING { 0.0 } else { log10(own / lower) }
}
