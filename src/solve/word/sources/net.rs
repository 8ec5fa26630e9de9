//! What the net expects in the gap, from the whole sentence: [`crate::net`].
//!
//! ```text
//! ln P_net(x | gap, sentence),    of all other words together ln (1 - sum over the candidates)
//! the same times ln P(x) / 10,    of all other words together 0
//! ```
//!
//! The second one lets the weight of the net depend on how frequent a word is: it predicts frequent words
//! better than rare ones.

use super::source::{Context, Source};

/// How many features there are.
const COUNT: usize = 2;

pub const SOURCE: Source = Source {
    name: "net",
    count: COUNT,
    weights: |calibration| &mut calibration.net_word,
    features: |context, words, out, rest| features(context, words, out.as_chunks_mut().0, rest),
};

/// The least probability of all other words together.
const REST: f64 = 1e-6;

/// The features of some words in a gap, in nats, and those of all others.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]], rest: &mut [f64]) {
    let Some(expected) = context.expected else {
        return;
    };
    let mut others = 1.0;
    for (&word, features) in words.iter().zip(out) {
        let ln_p = expected.ln_p(word);
        others -= libm::exp(ln_p);
        let frequency = libm::log(context.view.core.unigram(word).max(1e-12));
        *features = [ln_p, ln_p * frequency / 10.0];
    }
    rest.copy_from_slice(&[libm::log(others.max(REST)), 0.0]);
}
