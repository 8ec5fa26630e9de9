//! Sorted, complete lists of n-grams → the arrays of [`ArpaLevel`].

use rayon::prelude::*;

use super::flat::Flat;
use super::tables::ArpaLevel;
use crate::model::gallop::gallop;

/// All levels, given that of the single words and the lists of the orders from 2. `None` if the
/// lists are not complete.
pub(super) fn levels(single: ArpaLevel, mut flats: Vec<Flat>) -> Option<Vec<ArpaLevel>> {
    let mut levels = vec![single];
    for i in 0..flats.len() {
        let (below, above) = flats.split_at_mut(i);
        let highest = above.len() == 1;
        levels.push(level(&mut above[0], &levels[i], below.last(), highest)?);
    }
    Some(levels)
}

impl ArpaLevel {
    /// Fills in [`ArpaLevel::suffix`] of all orders from 2, sorted and complete but for that. `None` if an n-gram
    /// without its first word is not stored.
    pub(crate) fn link(levels: &mut [ArpaLevel]) -> Option<()> {
        for n in 1..levels.len() {
            let (below, above) = levels.split_at_mut(n);
            let (below, level) = (&below[n - 1], &mut above[0]);
            let (offsets, words) = (&level.offsets, &level.words);
            level.suffix =
                suffix_links(&below.offsets, &below.words, &below.suffix, offsets, words)?;
        }
        Some(())
    }
}

/// The level of an order, given the list of its n-grams, whose numbers it takes, the level below,
/// and the list that the level below was made from (`None` for single words).
///
/// An n-gram that the file left out gets the probability bow(context) p(suffix), at most 1.
fn level(
    flat: &mut Flat,
    below: &ArpaLevel,
    flat_below: Option<&Flat>,
    highest: bool,
) -> Option<ArpaLevel> {
    let n = flat.order();
    let contexts = below.log10_p.len();
    let mut offsets = Vec::with_capacity(contexts + 1);
    offsets.push(0);
    let mut at = 0;
    for context in 0..contexts {
        let single = [context as u32];
        let context = flat_below.map_or(&single[..], |flat| flat.get(context));
        while at < flat.len() && flat.get(at)[..n - 1] == *context {
            at += 1;
        }
        offsets.push(at as u32);
    }
    if at < flat.len() {
        return None;
    }
    let words: Vec<u32> = (0..flat.len()).map(|i| flat.get(i)[n - 1]).collect();
    let suffix = suffix_links(&below.offsets, &below.words, &below.suffix, &offsets, &words)?;
    let mut log10_p = std::mem::take(&mut flat.log10_p);
    for (context, range) in offsets.windows(2).enumerate() {
        for i in range[0] as usize..range[1] as usize {
            if log10_p[i].is_nan() {
                let backed_off = below.log10_backoff[context] + below.log10_p[suffix[i] as usize];
                log10_p[i] = backed_off.min(0.0);
            }
        }
    }
    let log10_backoff = if highest { Vec::new() } else { std::mem::take(&mut flat.log10_backoff) };
    Some(ArpaLevel { offsets, words, log10_p, log10_backoff, suffix })
}

/// Finds, for every n-gram of one level, the n-gram without its first word one level below.
///
/// `lower_*` describe the level below (its `lower_suffix` and `lower_words` are empty for single
/// words), `offsets` and `words` the level itself. An n-gram w1 … wn is a child of its context
/// w1 … w(n-1); the n-gram looked for is the child with the same word of that context's own suffix,
/// and both lists of children are sorted.
///
/// Returns `None` if the suffix of an n-gram is not stored.
fn suffix_links(
    lower_offsets: &[u32],
    lower_words: &[u32],
    lower_suffix: &[u32],
    offsets: &[u32],
    words: &[u32],
) -> Option<Vec<u32>> {
    const CHUNK: usize = 1 << 10;
    if lower_offsets.is_empty() {
        return Some(words.to_vec()); // a bigram's suffix is its last word
    }
    let contexts = offsets.len() - 1;
    let chunks: Option<Vec<Vec<u32>>> = (0..contexts.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut links = Vec::new();
            for context in chunk * CHUNK..((chunk + 1) * CHUNK).min(contexts) {
                let children = offsets[context] as usize..offsets[context + 1] as usize;
                if children.is_empty() {
                    continue;
                }
                let shorter = lower_suffix[context] as usize;
                let end = lower_offsets[shorter + 1] as usize;
                let mut at = lower_offsets[shorter] as usize;
                for &word in &words[children] {
                    at += gallop(&lower_words[at..end], word, 1);
                    if at == end || lower_words[at] != word {
                        return None;
                    }
                    links.push(at as u32);
                }
            }
            Some(links)
        })
        .collect();
    Some(chunks?.concat())
}
