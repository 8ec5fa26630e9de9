//! Held-out sentences to fit to, each with one word removed.

use crate::random::Random;
use crate::task::remove::remove_word;

/// With fewer sentences, the default is closer to the truth than a fit.
pub const FEWEST: usize = 200;
/// The removals depend on this and on the order of the lines, which is fixed.
const SEED: u64 = 0x1305;

/// The sentences with one word removed, and as they were.
pub(super) fn pairs<S: AsRef<[u8]>>(sentences: &[S]) -> Vec<(Vec<u8>, &[u8])> {
    let mut random = Random::new(SEED);
    let pair = |sentence: &'_ S| remove_word(sentence.as_ref(), &mut random);
    let removed: Vec<Option<Vec<u8>>> = sentences.iter().map(pair).collect();
    let all = removed.into_iter().zip(sentences);
    all.filter_map(|(test, solution)| Some((test?, solution.as_ref()))).collect()
}

/// A weight with four digits, more than a few thousand sentences can determine.
pub(super) fn round(weight: f64) -> f64 {
    (weight * 1e4).round() / 1e4
}
