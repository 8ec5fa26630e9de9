//! A backoff model as an ARPA file has it.

use crate::model::words::WordList;

/// The model, sorted and complete.
///
/// Invariant: with an n-gram, its context and the n-gram without its first word are stored too.
/// Ids: the special words, then the others by falling probability, equal ones by their bytes, so that
/// the file's own order does not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Arpa {
    /// The words by id.
    pub words: WordList,
    /// `levels[n - 1]` holds the n-grams of order n.
    pub levels: Vec<ArpaLevel>,
    /// Sum of the 64-bit XXH3 hashes of the lines with n-grams: independent of their order.
    pub lines_hash: u64,
}

/// The n-grams of one order, sorted by their ids; a trie over the order below. The logs are as they were
/// printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArpaLevel {
    /// (contexts + 1) the n-grams with the i-th context are `offsets[i]..offsets[i + 1]`. Empty for
    /// single words.
    pub offsets: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) log10 of the probability of the last word in its context.
    pub log10_p: Vec<f32>,
    /// (n-grams) log10 of the backoff weight; empty at the highest order.
    pub log10_backoff: Vec<f32>,
    /// (n-grams) index of the n-gram without its first word, one level below. Empty for single words.
    pub suffix: Vec<u32>,
}

impl Arpa {
    /// Highest order.
    pub fn order(&self) -> usize {
        self.levels.len()
    }

    /// Number of n-grams per order.
    pub fn counts(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.log10_p.len() as u64).collect()
    }
}
