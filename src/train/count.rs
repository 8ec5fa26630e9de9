//! Stage 2: the stream of ids → sorted n-grams of every order with their counts.
//!
//! Counting is sorting: the n-grams whose first word lies in one range of ids are packed into
//! integers (first word in the highest bits), sorted and run-length counted. The stream is scanned
//! once a range, so that memory for unsorted keys is bounded by the ranges being worked on and
//! nothing is written to disk. Each order becomes one level of a trie over the order below.

use std::ops::{BitAnd, BitOr, Range, Shl, Shr};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::model::words::EOS;
use crate::progress::{Progress, Unit};

/// Distinct n-grams of one order, sorted by their words.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Level {
    /// (contexts + 1) the n-grams with the i-th context are `offsets[i]..offsets[i + 1]`; the
    /// contexts of order n are the n-grams of order n - 1. Empty for single words.
    pub offsets: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) how often each occurs in the text.
    pub counts: Vec<u32>,
    /// (n-grams) adjusted counts; filled by the next stage.
    pub adjusted: Vec<u32>,
    /// (n-grams) index of the n-gram without its first word, one level below; filled by the next
    /// stage. Empty for single words.
    pub suffix: Vec<u32>,
}

/// Into how many ranges of first words the work is cut.
const RANGES: u64 = 24;

/// An n-gram packed into an integer that sorts as its words do.
trait Key:
    Copy
    + Ord
    + Send
    + Sync
    + From<u32>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
    + BitOr<Output = Self>
    + BitAnd<Output = Self>
{
    /// The lowest 32 bits.
    fn low(self) -> u32;
}

impl Key for u64 {
    fn low(self) -> u32 {
        self as u32
    }
}

impl Key for u128 {
    fn low(self) -> u32 {
        self as u32
    }
}

/// Sorted distinct keys and their counts.
struct Table<K> {
    keys: Vec<K>,
    counts: Vec<u32>,
}

/// Counts n-grams of every order from 1 to `order`.
///
/// `stream` holds sentences as `<s> … </s>`, `word_counts` how often each id occurs in it.
///
/// # Errors
/// Too many distinct words to pack `order` of them into 128 bits.
pub fn count(
    stream: &[u32],
    word_counts: &[u64],
    order: usize,
    progress: &dyn Progress,
) -> Result<Vec<Level>> {
    let bits = u32::BITS - (word_counts.len() as u32).leading_zeros();
    progress.stage("count", Unit::Pieces, Some(RANGES * (order as u64 - 1)));
    match bits as usize * order {
        0..=64 => Ok(count_keys::<u64>(stream, word_counts, order, bits, progress)),
        65..=128 => Ok(count_keys::<u128>(stream, word_counts, order, bits, progress)),
        _ => Err(Error::value(
            format!("{} distinct words are too many for order {order}", word_counts.len()),
            "train a lower order",
        )),
    }
}

fn count_keys<K: Key>(
    stream: &[u32],
    word_counts: &[u64],
    order: usize,
    bits: u32,
    progress: &dyn Progress,
) -> Vec<Level> {
    let ranges = split_ids(word_counts);
    // The stream holds fewer than 2^32 ids, so that no count overflows.
    let counts: Vec<u32> = word_counts.iter().map(|&count| count as u32).collect();
    let mut levels = vec![Level { counts, ..Level::default() }];
    let mut contexts: Vec<K> = (0..word_counts.len() as u32).map(K::from).collect();
    for n in 2..=order {
        let tables: Vec<Table<K>> = ranges
            .par_iter()
            .map(|range| {
                let table = count_range(stream, n, bits, range.clone(), word_counts);
                progress.advance(1);
                table
            })
            .collect();
        let mut table = Table { keys: Vec::new(), counts: Vec::new() };
        table.keys.reserve_exact(tables.iter().map(|t| t.keys.len()).sum());
        table.counts.reserve_exact(tables.iter().map(|t| t.keys.len()).sum());
        for part in tables {
            table.keys.extend_from_slice(&part.keys);
            table.counts.extend_from_slice(&part.counts);
        }
        let mask = (K::from(1) << bits).low().wrapping_sub(1);
        levels.push(Level {
            offsets: offsets(&contexts, &table.keys, bits),
            words: table.keys.par_iter().map(|key| key.low() & mask).collect(),
            counts: table.counts,
            ..Level::default()
        });
        contexts = table.keys;
    }
    levels
}

/// Cuts the ids into ranges of about equally many occurrences.
fn split_ids(word_counts: &[u64]) -> Vec<Range<u32>> {
    let share = word_counts.iter().sum::<u64>() / RANGES + 1;
    let (mut ranges, mut start, mut sum) = (Vec::new(), 0, 0);
    for (id, &count) in word_counts.iter().enumerate() {
        sum += count;
        if sum >= share {
            ranges.push(start..id as u32 + 1);
            (start, sum) = (id as u32 + 1, 0);
        }
    }
    ranges.push(start..word_counts.len() as u32);
    ranges
}

/// Counts the n-grams of order `n` whose first word lies in `first`.
fn count_range<K: Key>(
    stream: &[u32],
    n: usize,
    bits: u32,
    first: Range<u32>,
    word_counts: &[u64],
) -> Table<K> {
    let most: u64 = word_counts[first.start as usize..first.end as usize].iter().sum();
    let mut keys: Vec<K> = Vec::with_capacity(most as usize);
    for window in stream.windows(n) {
        // An n-gram may end with </s> but not cross it.
        if first.contains(&window[0]) && !window[..n - 1].contains(&EOS) {
            let key =
                window[1..].iter().fold(K::from(window[0]), |key, &id| (key << bits) | K::from(id));
            keys.push(key);
        }
    }
    keys.sort_unstable();
    let mut table = Table { keys: Vec::new(), counts: Vec::new() };
    for run in keys.chunk_by(|a, b| a == b) {
        table.keys.push(run[0]);
        table.counts.push(run.len() as u32);
    }
    table
}

/// Where the n-grams of each context begin. Both `contexts` and `keys` are sorted, and every key
/// without its last word is a context.
fn offsets<K: Key>(contexts: &[K], keys: &[K], bits: u32) -> Vec<u32> {
    let mut offsets = Vec::with_capacity(contexts.len() + 1);
    let mut at = 0;
    for &context in contexts {
        offsets.push(at as u32);
        while at < keys.len() && keys[at] >> bits == context {
            at += 1;
        }
    }
    debug_assert_eq!(at, keys.len());
    offsets.push(at as u32);
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::BOS;
    use crate::progress::Silent;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The n-grams of a trie, spelled out.
    fn spell(levels: &[Level], n: usize) -> BTreeMap<Vec<u32>, u32> {
        let mut grams: Vec<Vec<u32>> =
            (0..levels[0].counts.len() as u32).map(|id| vec![id]).collect();
        for level in &levels[1..n] {
            let longer = grams.iter().enumerate().flat_map(|(i, gram)| {
                (level.offsets[i]..level.offsets[i + 1])
                    .map(move |at| [&gram[..], &[level.words[at as usize]]].concat())
            });
            grams = longer.collect();
        }
        grams.into_iter().zip(levels[n - 1].counts.iter().copied()).collect()
    }

    proptest! {
        #[test]
        fn equals_counting_in_a_map(sentences in proptest::collection::vec(
            proptest::collection::vec(3u32..9, 1..6), 1..12), wide in any::<bool>()) {
            let mut stream = Vec::new();
            for sentence in &sentences {
                stream.push(BOS);
                stream.extend(sentence);
                stream.push(EOS);
            }
            let mut word_counts = vec![0; 9];
            stream.iter().for_each(|&id| word_counts[id as usize] += 1);
            let levels = if wide {
                count_keys::<u128>(&stream, &word_counts, 4, 30, &Silent)
            } else {
                count_keys::<u64>(&stream, &word_counts, 4, 4, &Silent)
            };
            for n in 2..=4 {
                let mut slow = BTreeMap::new();
                for sentence in stream.split_inclusive(|&id| id == EOS) {
                    for window in sentence.windows(n) {
                        *slow.entry(window.to_vec()).or_insert(0) += 1;
                    }
                }
                prop_assert_eq!(spell(&levels, n), slow);
            }
        }
    }
}
