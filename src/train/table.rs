//! The n-grams of one lower order in memory, while the next order is made.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Distinct n-grams of one order, pruned ones included, sorted by their words.
#[derive(Debug, Default)]
pub struct Table {
    /// (contexts + 1) the children of the i-th context are `starts[i]..starts[i + 1]`. Empty for
    /// single words.
    pub starts: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) index of the n-gram without its first word, one order below; empty for single words,
    /// and for bigrams, where it is the last word.
    pub suffix: Vec<u32>,
    /// (n-grams) adjusted counts: the number of distinct left neighbours (the continuation count of
    /// Kneser & Ney 1995), or the plain count where there can be none, behind `<s>`.
    pub adjusted: Vec<AtomicU32>,
    /// Which n-grams stay in the model.
    pub kept: Kept,
}

impl Table {
    /// Single words, of which the first `kept` stay.
    pub fn of_words(words: usize, kept: usize) -> Self {
        let adjusted = zeros(words);
        let kept = Kept::new((0..words).map(|id| id < kept).collect());
        Table { adjusted, kept, ..Table::default() }
    }

    /// Room for so many n-grams, with suffixes or without, behind so many contexts.
    pub fn with_capacity(contexts: usize, ngrams: usize, suffixes: bool) -> Self {
        let mut starts = Vec::with_capacity(contexts + 1);
        starts.push(0);
        Table {
            starts,
            words: Vec::with_capacity(ngrams),
            suffix: Vec::with_capacity(if suffixes { ngrams } else { 0 }),
            adjusted: zeros(ngrams),
            kept: Kept::default(),
        }
    }

    /// Adds the n-grams of the next contexts, `sizes` in each.
    pub fn append(&mut self, sizes: &[u32], words: &[u32], suffix: &[u32]) {
        let mut end = self.words.len() as u32;
        self.starts.extend(sizes.iter().map(|&size| {
            end += size;
            end
        }));
        self.words.extend_from_slice(words);
        self.suffix.extend_from_slice(suffix);
    }

    /// The indices of the children of a context.
    pub fn children(&self, context: usize) -> Range<usize> {
        self.starts[context] as usize..self.starts[context + 1] as usize
    }

    /// The index of an n-gram without its first word; that of a bigram is its last word.
    #[inline]
    pub fn suffix(&self, ngram: usize) -> usize {
        match self.suffix.is_empty() {
            true => self.words[ngram] as usize,
            false => self.suffix[ngram] as usize,
        }
    }

    /// The number of n-grams.
    pub fn len(&self) -> usize {
        self.adjusted.len()
    }

    /// The adjusted count of an n-gram.
    pub fn adjusted(&self, ngram: usize) -> u32 {
        self.adjusted[ngram].load(Ordering::Relaxed)
    }

    /// How many bytes it takes.
    pub fn size(&self) -> u64 {
        let numbers =
            self.starts.len() + self.words.len() + self.suffix.len() + self.adjusted.len();
        4 * numbers as u64 + self.kept.size()
    }
}

/// As many counters.
pub fn zeros(n: usize) -> Vec<AtomicU32> {
    let mut all = Vec::new();
    all.resize_with(n, AtomicU32::default);
    all
}

/// A subset of the n-grams of one order.
#[derive(Debug, Default)]
pub struct Kept {
    /// One bit each; empty where all are kept.
    bits: Vec<u64>,
    /// (words of bits) how many are kept before.
    before: Vec<u32>,
}

impl Kept {
    /// From a flag each.
    pub fn new(flags: Vec<bool>) -> Self {
        if flags.iter().all(|&flag| flag) {
            return Kept::default();
        }
        let word = |flags: &[bool]| {
            flags.iter().enumerate().fold(0, |word, (i, &flag)| word | u64::from(flag) << i)
        };
        let bits: Vec<u64> = flags.chunks(64).map(word).collect();
        let mut sum = 0;
        let count = |&word: &u64| {
            sum += word.count_ones();
            sum - word.count_ones()
        };
        let before = bits.iter().map(count).collect();
        Kept { bits, before }
    }

    /// Whether all are kept.
    pub fn is_all(&self) -> bool {
        self.bits.is_empty()
    }

    /// Whether this one is kept.
    #[inline]
    pub fn contains(&self, i: usize) -> bool {
        self.bits.is_empty() || self.bits[i / 64] >> (i % 64) & 1 == 1
    }

    /// How many are kept before this one: its index among the kept ones.
    #[inline]
    pub fn rank(&self, i: usize) -> u32 {
        if self.bits.is_empty() {
            return i as u32;
        }
        let Some(word) = self.bits.get(i / 64) else {
            // Behind the last word of bits, if their number is a multiple of 64.
            return self.before.last().zip(self.bits.last()).map_or(0, |(b, w)| b + w.count_ones());
        };
        self.before[i / 64] + (word & ((1 << (i % 64)) - 1)).count_ones()
    }

    fn size(&self) -> u64 {
        (self.bits.len() * 8 + self.before.len() * 4) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_count_the_kept_ones(flags in proptest::collection::vec(any::<bool>(), 0..300)) {
            let kept = Kept::new(flags.clone());
            for i in 0..=flags.len() {
                let slow = flags[..i].iter().filter(|&&flag| flag).count();
                prop_assert_eq!(kept.rank(i) as usize, slow);
            }
            for (i, &flag) in flags.iter().enumerate() {
                prop_assert_eq!(kept.contains(i), flag);
            }
        }
    }
}
