//! The n-grams of one lower order in memory, while the next order is made.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

use hashbrown::HashMap;

/// Distinct n-grams of one order, including pruned ones, sorted by their words.
#[derive(Debug, Default)]
pub struct Table {
    /// (contexts + 1) the children of the i-th context are `starts[i]..starts[i + 1]`. Empty for single words.
    pub starts: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) index of the n-gram without its first word, one order below. Empty for single words, and for
    /// bigrams, where it is the last word.
    pub suffix: Vec<u32>,
    /// (n-grams) adjusted counts: the number of distinct left neighbours (the continuation count of Kneser &
    /// Ney 1995), or the plain count if there are none because it begins with `<s>`.
    pub adjusted: Counters,
    /// Which n-grams stay in the model.
    pub kept: Kept,
}

impl Table {
    /// Single words, of which the first `kept` stay.
    pub fn of_words(words: usize, kept: usize) -> Self {
        let adjusted = Counters::new(words);
        let kept = Kept::new((0..words).map(|id| id < kept).collect());
        Table { adjusted, kept, ..Table::default() }
    }

    /// Room for this many contexts and n-grams, with or without suffixes.
    pub fn with_capacity(contexts: usize, ngrams: usize, suffixes: bool) -> Self {
        let mut starts = Vec::with_capacity(contexts + 1);
        starts.push(0);
        Table {
            starts,
            words: Vec::with_capacity(ngrams),
            suffix: Vec::with_capacity(if suffixes { ngrams } else { 0 }),
            adjusted: Counters::new(ngrams),
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

    /// How many bytes it takes.
    pub fn size(&self) -> u64 {
        let numbers = self.starts.len() + self.words.len() + self.suffix.len();
        4 * numbers as u64 + 2 * self.adjusted.len() as u64 + self.kept.size()
    }
}

/// Counters that threads share: 16 bits each, and a table for the few that need more.
#[derive(Debug, Default)]
pub struct Counters {
    low: Vec<AtomicU16>,
    /// Index → how often 2^16 was passed.
    carries: Mutex<HashMap<usize, u32>>,
}

impl Counters {
    /// `n` counters, all 0.
    pub fn new(n: usize) -> Self {
        let mut low = Vec::new();
        low.resize_with(n, AtomicU16::default);
        Counters { low, carries: Mutex::default() }
    }

    /// How many counters there are.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Adds 1.
    #[inline]
    pub fn add_one(&self, i: usize) {
        if self.low[i].fetch_add(1, Ordering::Relaxed) == u16::MAX {
            *self.carries().entry(i).or_insert(0) += 1;
        }
    }

    /// Replaces a counter.
    pub fn set(&self, i: usize, count: u32) {
        self.low[i].store(count as u16, Ordering::Relaxed);
        if count > u16::MAX.into() {
            self.carries().insert(i, count >> 16);
        }
    }

    /// The counters of a range.
    pub fn range(&self, range: Range<usize>) -> impl Iterator<Item = u32> {
        let carries = self.carries().clone();
        range.map(move |i| {
            let high = if carries.is_empty() { None } else { carries.get(&i) };
            u32::from(self.low[i].load(Ordering::Relaxed)) | high.map_or(0, |high| high << 16)
        })
    }

    fn carries(&self) -> std::sync::MutexGuard<'_, HashMap<usize, u32>> {
        // Every entry is whole even if a thread panicked.
        self.carries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A subset of the n-grams of one order.
#[derive(Debug, Default)]
pub struct Kept {
    /// One bit each; empty if all are kept.
    bits: Vec<u64>,
    /// (words of bits) how many are kept before each.
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
            // Past the last word of bits, if their number is a multiple of 64.
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

    #[test]
    fn counters_go_beyond_sixteen_bits() {
        let counters = Counters::new(3);
        (0..200_000).for_each(|_| counters.add_one(1));
        counters.set(2, 70_000);
        counters.add_one(2);
        assert_eq!(counters.range(0..3).collect::<Vec<_>>(), [0, 200_000, 70_001]);
    }

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
