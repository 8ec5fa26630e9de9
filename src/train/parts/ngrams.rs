//! Merges the sorted n-grams of several files.
//!
//! N-grams are packed into integers that sort like them. Of every file a stretch is held; what is not beyond the
//! end of any stretch is complete, and is merged, two by two without a branch, and passed on.

use std::mem;

use super::ids::Ids;
use super::reader::Reader;
use super::sink::Sink;
use crate::error::Result;
use crate::train::run::Words;

/// How many n-grams of a file are held.
const STRETCH: usize = 1 << 13;

/// An n-gram that sorts like its words.
trait Key: Copy + Ord {
    fn pack(words: &[u32], bits: u32) -> Self;
    fn unpack(self, order: usize, bits: u32) -> Words;
}

macro_rules! packed {
    ($type:ty) => {
        impl Key for $type {
            #[inline]
            fn pack(words: &[u32], bits: u32) -> Self {
                words.iter().fold(0, |key, &word| key << bits | <$type>::from(word))
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
    fn pack(own: &[u32], _: u32) -> Self {
        let mut words = Words::default();
        words[..own.len()].copy_from_slice(own);
        words
    }

    fn unpack(self, _: usize, _: u32) -> Words {
        self
    }
}

/// Passes every n-gram on once, in order, with its count in all files. `ids` has for every file what
/// its words, as they are written, are in the whole, which has `known` words.
///
/// # Errors
/// A damaged file, or what `sink` reports.
pub fn ngrams(
    readers: Vec<Reader<'_>>,
    ids: Vec<Ids>,
    known: u32,
    order: usize,
    sink: &mut impl Sink,
) -> Result<()> {
    let bits = u32::BITS - known.leading_zeros();
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
    /// (words + 1) from words as they are written to those of the whole.
    ids: Ids,
    /// The n-grams of the stretch in words of the part, and their counts.
    words: Vec<Words>,
    counts: Vec<u64>,
    held: Vec<(K, u64)>,
    at: usize,
    /// Whether there is more to read.
    more: bool,
}

impl<K: Key> Source<'_, K> {
    /// Reads the next stretch.
    fn fill(&mut self, order: usize, bits: u32) -> Result<()> {
        let Source { reader, ids, words, counts, held, .. } = self;
        words.clear();
        counts.clear();
        self.more = reader.ngrams(STRETCH, |own, count| {
            words.push(*own);
            counts.push(count);
        })?;
        self.at = 0;
        held.clear();
        // One after the other, look-ups far apart would each wait for memory.
        match order {
            2 => translate::<K, 2>(ids, words, counts, bits, held),
            3 => translate::<K, 3>(ids, words, counts, bits, held),
            4 => translate::<K, 4>(ids, words, counts, bits, held),
            _ => translate::<K, 5>(ids, words, counts, bits, held),
        }
        Ok(())
    }
}

/// From n-grams of a part, N words each, to n-grams of the whole.
fn translate<K: Key, const N: usize>(
    ids: &Ids,
    words: &[Words],
    counts: &[u64],
    bits: u32,
    into: &mut Vec<(K, u64)>,
) {
    let ngram = |own: &Words| {
        let mut words = [0; N];
        words.iter_mut().zip(own).for_each(|(word, &own)| *word = ids.get(own));
        K::pack(&words, bits)
    };
    into.extend(words.iter().zip(counts).map(|(own, &count)| (ngram(own), count)));
}

fn merge<'a, K: Key>(
    sources: impl Iterator<Item = (Reader<'a>, Ids)>,
    order: usize,
    bits: u32,
    sink: &mut impl Sink,
) -> Result<()> {
    let source = |(reader, ids)| Source {
        reader,
        ids,
        words: Vec::new(),
        counts: Vec::new(),
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
        if merged.is_empty() {
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
    ends.dedup();
    while ends.len() > 1 {
        // What it holds is written over.
        spare.resize(items.len(), items[0]);
        let mut start = 0;
        for pair in ends.chunks(2) {
            let (middle, end) = (pair[0], pair[pair.len() - 1]);
            merge_two(&items[start..middle], &items[middle..end], &mut spare[start..end]);
            start = end;
        }
        mem::swap(items, spare);
        *ends = ends.chunks(2).map(|pair| pair[pair.len() - 1]).collect();
    }
}

/// Merges from the beginning and from the middle of the result at once: neither waits for the other.
fn merge_two<K: Key>(a: &[(K, u64)], b: &[(K, u64)], into: &mut [(K, u64)]) {
    let middle = into.len() / 2;
    let (mut least, mut most) = (middle.saturating_sub(b.len()), middle.min(a.len()));
    while least < most {
        let half = least.midpoint(most);
        match a[half].0 < b[middle - half - 1].0 {
            true => least = half + 1,
            false => most = half,
        }
    }
    let ((a1, a2), (b1, b2)) = (a.split_at(least), b.split_at(middle - least));
    let (into1, into2) = into.split_at_mut(middle);
    let (mut one, mut two) = (Two::new(a1, b1, into1), Two::new(a2, b2, into2));
    while one.step() & two.step() {}
    one.finish();
    two.finish();
}

/// Two sorted slices that are being merged.
struct Two<'a, K> {
    a: &'a [(K, u64)],
    b: &'a [(K, u64)],
    into: &'a mut [(K, u64)],
    /// How many of each have been taken.
    i: usize,
    j: usize,
}

impl<'a, K: Key> Two<'a, K> {
    fn new(a: &'a [(K, u64)], b: &'a [(K, u64)], into: &'a mut [(K, u64)]) -> Self {
        Two { a, b, into, i: 0, j: 0 }
    }

    /// Takes the next item, without a branch that depends on it; `false` once there is nothing to choose from.
    #[inline(always)]
    fn step(&mut self) -> bool {
        let items = (self.a.get(self.i), self.b.get(self.j), self.into.get_mut(self.i + self.j));
        let (Some(x), Some(y), Some(out)) = items else {
            return false;
        };
        let first = x.0 <= y.0;
        *out = *(if first { x } else { y });
        self.i += usize::from(first);
        self.j += usize::from(!first);
        true
    }

    fn finish(mut self) {
        while self.step() {}
        let rest = &mut self.into[self.i + self.j..];
        let (a, b) = (&self.a[self.i..], &self.b[self.j..]);
        rest.copy_from_slice(if b.is_empty() { a } else { b });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn merging_equals_sorting(mut runs in proptest::collection::vec(proptest::collection::vec(0u64..50, 0..30), 1..9)) {
            let (mut items, mut ends) = (Vec::new(), Vec::new());
            for run in &mut runs {
                run.sort_unstable();
                items.extend(run.iter().map(|&key| (key, key + 1)));
                ends.push(items.len());
            }
            let mut sorted = items.clone();
            sorted.sort_unstable();
            merge_all(&mut items, &mut ends, &mut Vec::new());
            prop_assert_eq!(items, sorted);
        }

        #[test]
        fn what_is_packed_sorts_like_its_words(
            mut ngrams in proptest::collection::vec(proptest::array::uniform5(0u32..1 << 12), 2..20), order in 2usize..=5,
        ) {
            ngrams.iter_mut().for_each(|words| words[order..].fill(0));
            let mut packed: Vec<u64> = ngrams.iter().map(|words| Key::pack(&words[..order], 12)).collect();
            packed.sort_unstable();
            ngrams.sort_unstable();
            let unpacked: Vec<Words> = packed.into_iter().map(|key| key.unpack(order, 12)).collect();
            prop_assert_eq!(unpacked, ngrams);
        }
    }
}
