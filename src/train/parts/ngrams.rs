//! Merges the sorted n-grams of several files.
//!
//! N-grams are packed into integers that sort like them. Of every file a stretch is held; what is not beyond the
//! end of any stretch is complete, and is merged, two by two without a branch, and passed on.

use std::mem;

use super::Sink;
use super::reader::Reader;
use crate::error::Result;
use crate::train::run::Words;

/// How many n-grams of a file are held.
const STRETCH: usize = 1 << 12;

/// An n-gram that sorts like its words.
trait Key: Copy + Ord {
    fn pack(words: &Words, order: usize, bits: u32) -> Self;
    fn unpack(self, order: usize, bits: u32) -> Words;
}

macro_rules! packed {
    ($type:ty) => {
        impl Key for $type {
            #[inline]
            fn pack(words: &Words, order: usize, bits: u32) -> Self {
                words[..order].iter().fold(0, |key, &word| key << bits | <$type>::from(word))
            }

            #[inline]
            fn unpack(mut self, order: usize, bits: u32) -> Words {
                let mask = <$type>::MAX >> (<$type>::BITS - bits);
                let mut words = Words::default();
                for word in words[..order].iter_mut().rev() {
                    *word = (self & mask) as u32;
                    self >>= bits;
                }
                words
            }
        }
    };
}

packed!(u64);
packed!(u128);

/// For more words than fit.
impl Key for Words {
    fn pack(words: &Words, _: usize, _: u32) -> Self {
        *words
    }

    fn unpack(self, _: usize, _: u32) -> Words {
        self
    }
}

/// Passes every n-gram on once, in order, with its count in all files. `ids` has those of every file in the whole.
///
/// # Errors
/// A damaged file, or what `sink` reports.
pub fn ngrams(
    readers: Vec<Reader<'_>>,
    ids: Vec<Vec<u32>>,
    order: usize,
    sink: &mut impl Sink,
) -> Result<()> {
    let most = ids.iter().filter_map(|ids| ids.last()).max().copied().unwrap_or(0);
    // Words are ids + 1.
    let bits = u32::BITS - (most + 1).leading_zeros();
    let sources = readers.into_iter().zip(ids);
    match order as u32 * bits {
        ..=64 => merge::<u64>(sources, order, bits, sink),
        65..=128 => merge::<u128>(sources, order, bits, sink),
        _ => merge::<Words>(sources, order, bits, sink),
    }
}

/// A file, and the stretch of it that is held.
struct Source<'a, K> {
    reader: Reader<'a>,
    /// (words) ids in the whole.
    ids: Vec<u32>,
    /// The n-gram read last, by words of the whole.
    words: Words,
    held: Vec<(K, u64)>,
    at: usize,
    /// Whether there is more to read.
    more: bool,
}

impl<K: Key> Source<'_, K> {
    /// Reads the next stretch.
    fn fill(&mut self, order: usize, bits: u32) -> Result<()> {
        let Source { reader, ids, words, held, .. } = self;
        held.clear();
        self.at = 0;
        self.more = reader.ngrams(STRETCH, |own, shared, count| {
            for (word, &own) in words[..order].iter_mut().zip(own).skip(shared) {
                *word = match own {
                    0 => 0,
                    own => ids[own as usize - 1] + 1,
                };
            }
            held.push((K::pack(words, order, bits), count));
        })?;
        Ok(())
    }
}

fn merge<'a, K: Key>(
    sources: impl Iterator<Item = (Reader<'a>, Vec<u32>)>,
    order: usize,
    bits: u32,
    sink: &mut impl Sink,
) -> Result<()> {
    let source = |(reader, ids)| Source {
        reader,
        ids,
        words: Words::default(),
        held: Vec::new(),
        at: 0,
        more: true,
    };
    let mut sources: Vec<Source<'_, K>> = sources.map(source).collect();
    let mut pass = |(key, count): (K, u64)| sink.ngram(&key.unpack(order, bits), count);
    let (mut merged, mut ends, mut spare) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: Option<(K, u64)> = None;
    loop {
        for source in &mut sources {
            if source.at == source.held.len() && source.more {
                source.fill(order, bits)?;
            }
        }
        sources.retain(|source| source.more || source.at < source.held.len());
        let unread = sources.iter().filter(|source| source.more);
        let limit = unread.filter_map(|source| source.held.last()).map(|&(key, _)| key).min();
        merged.clear();
        ends.clear();
        for source in &mut sources {
            let held = &source.held[source.at..];
            let length =
                limit.map_or(held.len(), |limit| held.partition_point(|&(key, _)| key <= limit));
            merged.extend_from_slice(&held[..length]);
            ends.push(merged.len());
            source.at += length;
        }
        if sources.is_empty() {
            break;
        }
        merge_all(&mut merged, &mut ends, &mut spare);
        // What was read is sorted, but an n-gram cut to a lower order may go on in the next stretch.
        for &(key, count) in &merged {
            match &mut last {
                Some((same, sum)) if *same == key => *sum = sum.wrapping_add(count),
                last => last.replace((key, count)).map_or(Ok(()), &mut pass)?,
            }
        }
    }
    last.map_or(Ok(()), pass)
}

/// Sorts items that are sorted up to each of `ends`.
fn merge_all<K: Key>(items: &mut Vec<(K, u64)>, ends: &mut Vec<usize>, spare: &mut Vec<(K, u64)>) {
    while ends.len() > 1 {
        spare.clear();
        let mut start = 0;
        for pair in ends.chunks(2) {
            let (middle, end) = (pair[0], pair[pair.len() - 1]);
            merge_two(&items[start..middle], &items[middle..end], spare);
            start = end;
        }
        mem::swap(items, spare);
        *ends = ends.chunks(2).map(|pair| pair[pair.len() - 1]).collect();
    }
}

fn merge_two<K: Key>(a: &[(K, u64)], b: &[(K, u64)], into: &mut Vec<(K, u64)>) {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let first = x.0 <= y.0;
        into.push(if first { *x } else { *y });
        i += usize::from(first);
        j += usize::from(!first);
    }
    into.extend_from_slice(&a[i..]);
    into.extend_from_slice(&b[j..]);
}
