//! What the net expects in the gap, from the whole sentence: [`crate::net`].
//!
//! ```text
//! ln P_net(x | gap, sentence),    of all other words together ln (1 - sum over the candidates)
//! ```

use super::Context;

/// How many features there are.
pub const COUNT: usize = 1;

/// The least probability of all other words together.
const REST: f64 = 1e-6;

/// The features of some words in a gap, in nats, and that of all others.
pub fn features(
    context: &Context<'_>,
    words: &[u32],
    out: &mut [[f64; COUNT]],
    rest: &mut [f64; COUNT],
) {
    let Some(expected) = context.expected else {
        out.fill([0.0; COUNT]);
        return;
    };
    let mut others = 1.0;
    for (&word, features) in words.iter().zip(out) {
        let ln_p = expected.ln_p(word);
        others -= libm::exp(ln_p);
        *features = [ln_p];
    }
    *rest = [libm::log(others.max(REST))];
}
