//! A backoff model as a trie in memory: what training yields and what a model file is built from.

use rayon::prelude::*;

/// The highest order that the formats provide for.
pub const MAX_ORDER: usize = 5;

/// The stored log-probability of `<s>`, which is never predicted: log10 p = -99 as in SRILM.
pub const LN_ZERO: f32 = -99.0 * std::f32::consts::LN_10;

/// The n-grams of one order, sorted by their words.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Level {
    /// (contexts + 1) the n-grams with the i-th context are `offsets[i]..offsets[i + 1]`; the
    /// contexts of order n are the n-grams of order n - 1. Empty for single words.
    pub offsets: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) natural log of the probability of the last word in its context.
    pub ln_p: Vec<f32>,
    /// (n-grams) natural log of the backoff weight; 0 where nothing follows. Empty at the highest
    /// order.
    pub ln_backoff: Vec<f32>,
    /// (n-grams) index of the n-gram without its first word, one level below. Empty for single
    /// words.
    pub suffix: Vec<u32>,
}

/// A backoff model: `levels[n - 1]` holds the n-grams of order n.
///
/// Invariant: with an n-gram, its context and the n-gram without its first word are stored too.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Ngrams {
    /// One level per order.
    pub levels: Vec<Level>,
}

impl Ngrams {
    /// Number of n-grams per order.
    pub fn counts(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.ln_p.len() as u64).collect()
    }
}

/// Finds, for every n-gram of one level, the n-gram without its first word one level below.
///
/// `lower_*` describe the level below (its `lower_suffix` and `lower_words` are empty for single
/// words), `offsets` and `words` the level itself. An n-gram w1 … wn is a child of its context
/// w1 … w(n-1); the n-gram looked for is the child with the same word of that context's own suffix,
/// and both lists of children are sorted.
///
/// Returns `None` if the suffix of an n-gram is not stored.
pub fn suffix_links(
    lower_offsets: &[u32],
    lower_words: &[u32],
    lower_suffix: &[u32],
    offsets: &[u32],
    words: &[u32],
) -> Option<Vec<u32>> {
    const CHUNK: usize = 1 << 10;
    if lower_words.is_empty() {
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

/// The index of the first item that is not below `item` in a sorted slice: a search in strides that
/// double, fastest where the answer lies within the first `stride` items.
pub(crate) fn gallop(items: &[u32], item: u32, stride: usize) -> usize {
    let (mut start, mut step) = (0, stride);
    while items.get(start + step).is_some_and(|&other| other < item) {
        start += step;
        step *= 2;
    }
    let end = (start + step + 1).min(items.len());
    start + items[start..end].partition_point(|&other| other < item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn galloping_equals_a_plain_search(mut items in proptest::collection::vec(0u32..50, 0..40), item in 0u32..50, stride in 1usize..60) {
            items.sort_unstable();
            prop_assert_eq!(gallop(&items, item, stride), items.partition_point(|&i| i < item));
        }
    }
}
