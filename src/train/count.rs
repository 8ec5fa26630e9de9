//! Stage 2: the stream of ids → sorted n-grams of the highest order with their counts.
//!
//! Counting is sorting: the n-grams whose first word lies in one range of ids are packed into integers
//! (first word in the highest bits), sorted and run-length counted. The stream is scanned once per range,
//! so that only the ranges being worked on take memory for unsorted keys, and nothing is written to disk.
//! The order of the sentences leaves no trace.

use std::ops::{BitAnd, BitOr, Range, Shl, Shr};

use rayon::prelude::*;

use super::corpus::{COUNT, Corpus, NO_WORD, count_of};
use super::means::Means;
use super::run::{Encoder, PAD, Run, Words};
use super::spill::Spill;
use crate::error::Result;
use crate::model::core::MAX_ORDER;
use crate::model::words::EOS;
use crate::progress::Unit;

/// An n-gram packed into an integer that sorts like its words.
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

/// Counts the n-grams of `order`.
///
/// # Errors
/// The temporary file cannot be read or written.
pub fn count(corpus: &Corpus, order: usize, means: Means<'_>) -> Result<Run> {
    let bits = u32::BITS - (corpus.counts.len() as u32).leading_zeros();
    let packing = Packing { order, bits, block: means.plan.block };
    let rest = bits * (order as u32 - 1);
    // The bits of the key left for the first word.
    match 64u32.checked_sub(rest) {
        Some(first) if first >= 16 => count_keys::<u64>(corpus, packing, first, means),
        _ => count_keys::<u128>(corpus, packing, 128 - rest, means),
    }
}

fn count_keys<K: Key>(
    corpus: &Corpus,
    packing: Packing,
    first_bits: u32,
    means: Means<'_>,
) -> Result<Run> {
    let Means { plan, spill, progress } = means;
    let weighted = !corpus.records.is_empty();
    let item = if weighted { size_of::<(K, u64)>() } else { size_of::<K>() };
    let ranges = ranges(corpus.items(), (plan.keys / item as u64).max(1), first_bits);
    // The n-grams of one word are sorted together, however frequent it is.
    let largest = ranges.iter().map(|range| range.keys).max().unwrap_or(0);
    let largest = largest.min(corpus.ngrams()) * item as u64;
    let held =
        corpus.words_size() + corpus.text.bytes_in_memory() + corpus.records.bytes_in_memory();
    plan.rest(held, largest, "the n-grams that begin with the most frequent word")?;
    progress.stage("count", Unit::Tokens, Some(corpus.items().iter().sum::<u64>()));
    let mut run = Run { order: packing.order, ..Run::default() };
    for wave in ranges.chunks(rayon::current_num_threads()) {
        let counted: Result<Vec<Counted>> = wave
            .par_iter()
            .map(|range| {
                progress.go_on()?;
                let counted = match weighted {
                    true => count_weighted::<K>(corpus, packing, range, spill),
                    false => count_range::<K>(corpus, packing, range, spill),
                };
                progress.advance(range.keys);
                counted
            })
            .collect();
        for part in counted? {
            run.ngrams.iter_mut().zip(part.ngrams).for_each(|(sum, n)| *sum += n);
            for (first, block) in part.blocks {
                run.firsts.push(first);
                run.blocks.push(block, plan.run, spill)?;
            }
        }
    }
    run.ngrams[0] = corpus.counts.len() as u64;
    Ok(run)
}

/// First words whose n-grams are counted together.
#[derive(Debug, PartialEq)]
pub(super) struct First {
    pub ids: Range<u32>,
    /// How many n-grams begin with them.
    pub keys: u64,
}

/// Cuts the ids into ranges of at most `most` n-grams (unless one word has more) that span `bits` bits.
pub(super) fn ranges(word_counts: &[u64], most: u64, bits: u32) -> Vec<First> {
    let span = 1u64 << bits.min(32);
    let mut ranges: Vec<First> = Vec::new();
    for (id, &keys) in (0u32..).zip(word_counts) {
        match ranges.last_mut() {
            Some(range) if range.keys + keys <= most && u64::from(id - range.ids.start) < span => {
                range.ids.end = id + 1;
                range.keys += keys;
            }
            _ => ranges.push(First { ids: id..id + 1, keys }),
        }
    }
    ranges
}

/// How words are packed.
#[derive(Debug, Clone, Copy)]
struct Packing {
    order: usize,
    /// Bits of every word but the first.
    bits: u32,
    /// Blocks are cut once they are at least this long, in bytes.
    block: usize,
}

impl Packing {
    /// Packs the n-gram that begins with `first`, relative to the start of its range.
    #[inline]
    fn pack<K: Key>(self, first: u32, rest: impl Iterator<Item = u32>) -> K {
        let (mut key, mut missing) = (K::from(first), self.order - 1);
        for word in rest.take(self.order - 1) {
            key = (key << self.bits) | K::from(word + 1);
            missing -= 1;
        }
        // Only shifts that are shorter than the key are defined.
        (0..missing).fold(key, |key, _| (key << self.bits) | K::from(PAD))
    }

    fn unpack<K: Key>(self, mut key: K, start: u32) -> Words {
        let mask = K::from(((1u64 << self.bits) - 1) as u32);
        let mut words = [PAD; MAX_ORDER];
        for word in words[1..self.order].iter_mut().rev() {
            *word = (key & mask).low();
            key = key >> self.bits;
        }
        words[0] = start + key.low() + 1;
        words
    }
}

/// The n-grams of one range of first words.
struct Counted {
    /// First word and bytes.
    blocks: Vec<(u32, Vec<u8>)>,
    /// Distinct n-grams of every order.
    ngrams: [u64; MAX_ORDER],
}

/// Writes the blocks of a range.
struct Blocks {
    encoder: Encoder,
    most: usize,
    first: Option<u32>,
    done: Counted,
}

impl Blocks {
    fn new(packing: Packing) -> Self {
        let done = Counted { blocks: Vec::new(), ngrams: [0; MAX_ORDER] };
        Blocks { encoder: Encoder::new(packing.order), most: packing.block, first: None, done }
    }

    fn push(&mut self, words: &Words, count: u64) {
        let shared = self.encoder.shared(words);
        if self.encoder.bytes.len() >= self.most && shared == 0 {
            self.cut();
        }
        self.first.get_or_insert(words[0] - 1);
        self.encoder.push(words, count);
        let new = words[shared..].iter().take_while(|&&word| word != PAD).count();
        self.done.ngrams[shared..shared + new].iter_mut().for_each(|n| *n += 1);
    }

    fn cut(&mut self) {
        if let Some(first) = self.first.take() {
            self.done.blocks.push((first, self.encoder.take()));
        }
    }

    fn finish(mut self) -> Counted {
        self.cut();
        self.done
    }
}

/// Counts the n-grams of plain text whose first word lies in `range`.
fn count_range<K: Key>(
    corpus: &Corpus,
    packing: Packing,
    range: &First,
    spill: &Spill,
) -> Result<Counted> {
    let mut keys: Vec<K> = Vec::with_capacity(range.keys as usize);
    each_ngram(corpus, packing, range, spill, |key| keys.push(key))?;
    keys.sort_unstable();
    Ok(run_lengths(&keys, |&key| key, |same| same.len() as u64, packing, range))
}

/// The same if some n-grams come with counts.
fn count_weighted<K: Key>(
    corpus: &Corpus,
    packing: Packing,
    range: &First,
    spill: &Spill,
) -> Result<Counted> {
    // The unused part of this is never resident.
    let most = range.keys.min(corpus.ngrams());
    let mut items: Vec<(K, u64)> = Vec::with_capacity(most as usize);
    each_ngram(corpus, packing, range, spill, |key| items.push((key, 1)))?;
    let stride = corpus.record_order + COUNT;
    for i in 0..corpus.records.len() {
        let chunk = corpus.records.get(i, spill)?;
        for record in chunk.chunks_exact(stride) {
            let (words, count) = record.split_at(corpus.record_order);
            let first = corpus.rank(words[0]);
            if range.ids.contains(&first) {
                let rest = words[1..].iter().take_while(|&&id| id != NO_WORD);
                let key = packing.pack(
                    first - range.ids.start,
                    rest.map(|&provisional| corpus.rank(provisional)),
                );
                items.push((key, count_of(count)));
            }
        }
    }
    items.sort_unstable_by_key(|item| item.0);
    // All counts together are the tokens and sentences, which fit.
    let count = |same: &[(K, u64)]| same.iter().map(|item| item.1).sum();
    Ok(run_lengths(&items, |item| item.0, count, packing, range))
}

/// Joins sorted items with the same key; `count` gives their total.
fn run_lengths<T, K: Key>(
    items: &[T],
    key: impl Fn(&T) -> K,
    count: impl Fn(&[T]) -> u64,
    packing: Packing,
    range: &First,
) -> Counted {
    let mut blocks = Blocks::new(packing);
    for same in items.chunk_by(|a, b| key(a) == key(b)) {
        blocks.push(&packing.unpack(key(&same[0]), range.ids.start), count(same));
    }
    blocks.finish()
}

/// Visits the n-grams of plain text whose first word lies in `range`.
fn each_ngram<K: Key>(
    corpus: &Corpus,
    packing: Packing,
    range: &First,
    spill: &Spill,
    mut visit: impl FnMut(K),
) -> Result<()> {
    for i in 0..corpus.text.len() {
        let chunk = corpus.ids(i, spill)?;
        for (at, &id) in chunk.iter().enumerate() {
            if id == EOS || !range.ids.contains(&id) {
                continue;
            }
            let rest = &chunk[at + 1..chunk.len().min(at + packing.order)];
            // An n-gram may end with </s> but not cross it.
            let end = rest.iter().position(|&id| id == EOS).map_or(rest.len(), |end| end + 1);
            visit(packing.pack(id - range.ids.start, rest[..end].iter().copied()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::train::corpus::tests::corpus_of;
    use crate::train::memory::Plan;
    use crate::train::run::Decoder;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The n-grams of a run.
    pub fn spell(run: &Run, spill: &Spill) -> BTreeMap<Vec<u32>, u64> {
        let mut all = BTreeMap::new();
        for i in 0..run.blocks.len() {
            let block = run.blocks.get(i, spill).unwrap();
            let mut decoder = Decoder::new(run.order, &block);
            while let Some(record) = decoder.next_record() {
                let words = record.words[..run.order].iter();
                let ids = words.take_while(|&&word| word != PAD).map(|word| word - 1).collect();
                assert!(all.insert(ids, record.count).is_none(), "counted twice");
            }
        }
        all
    }

    proptest! {
        #[test]
        fn equals_counting_in_a_map(
            sentences in proptest::collection::vec(proptest::collection::vec(3u32..9, 1..6), 1..12),
            order in 2usize..=5, wide in any::<bool>(), keys in 1u64..2000,
        ) {
            let spill = Spill::new(std::path::Path::new("."));
            let (corpus, stream) = corpus_of(&sentences, &spill);
            let plan = Plan { total: u64::MAX, keys, run: u64::MAX, ..Plan::default() };
            let means = Means { plan: &plan, spill: &spill, progress: &Silent };
            let packing = |bits| Packing { order, bits, block: 0 };
            let run = if wide {
                count_keys::<u128>(&corpus, packing(20), 40, means)
            } else {
                count_keys::<u64>(&corpus, packing(4), 2, means)
            };
            let mut slow = BTreeMap::new();
            for sentence in stream.split_inclusive(|&id| id == EOS) {
                for at in 0..sentence.len() - 1 {
                    let ngram = sentence[at..sentence.len().min(at + order)].to_vec();
                    *slow.entry(ngram).or_insert(0) += 1;
                }
            }
            prop_assert_eq!(spell(&run.unwrap(), &spill), slow);
        }
    }

    #[test]
    fn ranges_keep_within_their_bounds() {
        let ranges = ranges(&[0, 5, 0, 9, 1, 1, 1, 1, 1], 6, 2);
        let ids: Vec<_> = ranges.iter().map(|range| range.ids.clone()).collect();
        assert_eq!(ids, [0..3, 3..4, 4..8, 8..9]);
        assert_eq!(ranges.iter().map(|range| range.keys).sum::<u64>(), 19);
    }
}
