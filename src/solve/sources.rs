//! What is known of the words of a gap besides the n-grams around it, one number a source and word.

use super::gap::Candidate;
use super::head::Expected;
use crate::model::view::View;

/// How many sources there are.
pub const SOURCES: usize = 1;

/// What every source says of the candidates of a gap, between these words of the sentence, and of all
/// other words together.
pub(super) fn sources(
    words: &[Candidate],
    expected: Option<&Expected<'_>>,
    _left: &[u32],
    _right: &[u32],
    _view: &View<'_>,
) -> (Vec<[f64; SOURCES]>, [f64; SOURCES]) {
    let Some(expected) = expected else {
        return (vec![[0.0]; words.len()], [0.0]);
    };
    let mut rest = 1.0;
    let one = |candidate: &Candidate| {
        let ln_p = expected.ln_p(candidate.word);
        rest -= libm::exp(ln_p);
        [ln_p]
    };
    let all = words.iter().map(one).collect();
    (all, [libm::log(rest.max(1e-6))])
}
