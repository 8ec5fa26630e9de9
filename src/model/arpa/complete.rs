//! Adds the shorter n-grams that a file left out.
//!
//! Tools that prune n-grams one by one, as SRILM does, may keep `a b c` and drop its context `a b` or
//! its suffix `b c`. The model relies on both. A missing one is added with a backoff weight of 1 and
//! the probability that backing off gives it (in [`super::trie`]), so that no probability changes.

use rayon::prelude::*;

use super::flat::Flat;
use crate::model::core::MAX_ORDER;

/// How many n-grams are one piece of parallel work.
const CHUNK: usize = 1 << 12;

/// Adds what is missing to sorted levels, the first of which holds bigrams, with NaN for
/// probabilities. Returns how many were added.
pub(super) fn complete(levels: &mut [Flat]) -> u64 {
    let mut added = 0;
    // From the highest order down: what is added has contexts and suffixes of its own.
    for n in (1..levels.len()).rev() {
        let (lower, upper) = levels.split_at_mut(n);
        let (lower, upper) = (&mut lower[n - 1], &upper[0]);
        let missing = missing(upper, lower);
        if missing.is_empty() {
            continue;
        }
        added += missing.len() as u64;
        for ids in &missing {
            lower.push(ids, f32::NAN, 0.0);
        }
        // nothing occurs twice: none of them was there, and each is added once
        let _ = lower.sort();
    }
    added
}

/// The contexts and suffixes of `upper` that `lower` lacks, padded with zeros, each once.
fn missing(upper: &Flat, lower: &Flat) -> Vec<[u32; MAX_ORDER]> {
    let n = lower.order();
    let padded = |ids: &[u32]| {
        let mut key = [0; MAX_ORDER];
        key[..n].copy_from_slice(ids);
        key
    };
    let of_chunk = |chunk: usize| {
        let mut found = Vec::new();
        let mut last: &[u32] = &[];
        let (mut context_at, mut suffix_at) = (0, 0);
        for i in chunk * CHUNK..((chunk + 1) * CHUNK).min(upper.len()) {
            let ids = upper.get(i);
            let (context, suffix) = (&ids[..n], &ids[1..]);
            if context != last {
                context_at = lower.seek(context_at, context);
                if !lower.is_at(context_at, context) {
                    found.push(padded(context));
                }
                (last, suffix_at) = (context, 0);
            }
            suffix_at = lower.seek(suffix_at, suffix);
            if !lower.is_at(suffix_at, suffix) {
                found.push(padded(suffix));
            }
        }
        found
    };
    let chunks = (0..upper.len().div_ceil(CHUNK)).into_par_iter();
    let mut all: Vec<[u32; MAX_ORDER]> = chunks.flat_map_iter(of_chunk).collect();
    all.par_sort_unstable();
    all.dedup();
    all
}
