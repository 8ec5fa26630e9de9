//! Stage 6, index: n-grams → the five posting lists, which score every word of the vocabulary in a
//! gap.
//!
//! A word x in the gap of a1 a0 _ b0 b1 scores, in logs (ARCHITECTURE.md derives it),
//!
//! ```text
//! S(x) = K(gap) + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//! ```
//!
//! F and R are the same number of a bigram u v, and A, B and C the same number of a trigram u v w:
//!
//! ```text
//! phi(u,v)     = p(v|u) - bow(u) - p(v) + bow(u v)
//! delta(u,v,w) = p(w|u v) - [bow(u v) + P(w|v)]
//! ```
//!
//! They differ in which word is the candidate: the last (F, A), the middle one (B) or the first (R,
//! C). So every n-gram's number is computed once and filed under each of its slots. The file keeps
//! their exponentials, factors. Of longer n-grams the lists know nothing.
//!
//! * [`neighbours`] – the lists of bigrams, with their sums and heads.
//! * [`trigrams`] – the lists of trigrams, in bounded memory.

pub mod neighbours;
pub mod trigrams;

use std::io::{self, Seek, Write};

use super::core::{Core, State};
use super::format::Writer;
use super::words::{BOS, EOS, SPECIAL, UNK};
use crate::progress::Progress;
use neighbours::Bigrams;

/// The length in characters that is assumed of a word which the model does not know.
const UNKNOWN_CHARS: f32 = 8.0;
/// Bounds of factors: five of them never underflow to 0, which means "no posting". An exact model
/// stays far within them.
const FACTORS: std::ops::RangeInclusive<f64> = 4e-8..=2e17;

/// Writes the lists of all n-grams; `lengths` are the lengths of the words in characters. The arrays
/// that grow with the trigrams take no more than about `memory` bytes.
///
/// # Errors
/// What the writer reports.
///
/// # Complexity
/// O(n log n) time for n n-grams, and another pass over them for every `memory / 8` trigrams; about
/// 28 bytes for every bigram and 160 for every word besides `memory`.
pub fn write<W: Write + Seek>(
    core: &Core<'_>,
    lengths: &[f32],
    memory: u64,
    file: &mut Writer<W>,
    progress: &dyn Progress,
) -> io::Result<()> {
    let (weights, by_weight) = weights(core, lengths);
    file.section("words.weights", &weights)?;
    file.section("words.by_weight", &by_weight)?;
    let mut bigrams = Bigrams::new(core);
    if core.order > 2 {
        trigrams::write(core, &mut bigrams, memory, file, progress)?;
    } else {
        bigrams.fill(core);
    }
    bigrams.write(&weights, file)
}

/// `exp g[x]` and the length in characters of every word, and the ids by falling weight.
fn weights(core: &Core<'_>, lengths: &[f32]) -> (Vec<[f32; 2]>, Vec<u32>) {
    let weight_of = |id: u32| {
        let expansion = core.expand(&State::of(&[id]));
        (core.unigram(id) * expansion.backoff()) as f32
    };
    let weight = |(id, &length): (u32, &f32)| match id {
        BOS | EOS => [0.0, 0.0],
        UNK => [weight_of(id), UNKNOWN_CHARS],
        _ => [weight_of(id), length],
    };
    let weights: Vec<[f32; 2]> = (0..).zip(lengths).map(weight).collect();
    let mut ids: Vec<u32> = (SPECIAL as u32..weights.len() as u32).collect();
    ids.sort_by(|&a, &b| weights[b as usize][0].total_cmp(&weights[a as usize][0]));
    (weights, ids)
}

fn factor(factor: f64) -> f32 {
    factor.clamp(*FACTORS.start(), *FACTORS.end()) as f32
}

/// The order of weighted words: higher weights first, then lower ids or positions.
pub(crate) fn best_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}
