//! Stage 3: counts → adjusted counts.
//!
//! The adjusted count of an n-gram below the highest order is its number of distinct left
//! neighbours (the continuation count of Kneser & Ney, 1995). The highest order, and n-grams that
//! begin with `<s>` and so have no left neighbour, keep their counts.

use super::count::Level;
use crate::model::ngrams::suffix_links;
use crate::model::words::BOS;

/// Fills `suffix` and `adjusted` of every level.
pub fn adjust(levels: &mut [Level]) {
    for n in 1..levels.len() {
        let (below, from) = levels.split_at_mut(n);
        let (lower, level) = (&below[n - 1], &mut from[0]);
        level.suffix =
            suffix_links(&lower.offsets, &lower.words, &lower.suffix, &level.offsets, &level.words)
                .expect("every part of an n-gram was counted with it"); // cannot fail
    }
    let highest = levels.len() - 1;
    for n in 0..highest {
        let mut adjusted = vec![0u32; levels[n].counts.len()];
        for &shorter in &levels[n + 1].suffix {
            adjusted[shorter as usize] += 1;
        }
        levels[n].adjusted = adjusted;
    }
    levels[highest].adjusted = levels[highest].counts.clone();
    // n-grams that begin with <s>: one contiguous block on every level.
    let mut block = BOS as usize..BOS as usize + 1;
    for level in &mut levels[1..highest] {
        block = level.offsets[block.start] as usize..level.offsets[block.end] as usize;
        level.adjusted[block.clone()].copy_from_slice(&level.counts[block.clone()]);
    }
}
