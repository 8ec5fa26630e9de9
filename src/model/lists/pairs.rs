//! Which pairs of words have words between them: sorted lists of words that are only ever searched.
//!
//! In a long list the bucket of an id ([`buckets`]) tells its highest bits; only the bits below them
//! are written, as many as the octave of the bucket has. Short lists are written as they are.
//!
//! ```text
//! KIND.pair_starts   (words + 1) where the pairs of each first word begin
//! KIND.pair_buckets
//! KIND.pair_bases    (words + 1) where the bits of each list begin
//! KIND.pair_bits
//! ```

use std::io::{self, Seek, Write};

use crate::model::core::bits::{self, BitWriter};
use crate::model::core::buckets::{self, BUCKETED, Buckets, mantissa, octave};
use crate::model::core::elias_fano::{self, EliasFano};
use crate::model::core::search::partition;
use crate::model::format::Writer;

/// Pairs that are being written.
#[derive(Debug)]
pub struct Builder {
    width: u32,
    count: u64,
    starts: elias_fano::Builder,
    bases: elias_fano::Builder,
    buckets: buckets::Builder,
    bits: BitWriter,
}

impl Builder {
    /// For about `pairs` pairs of `words` words.
    pub fn new(words: u64, pairs: u64) -> Self {
        let mut starts = elias_fano::Builder::new(words, pairs);
        starts.push(0);
        Builder {
            width: bits::width(words),
            count: 0,
            starts,
            bases: elias_fano::Builder::new(words, pairs * 9),
            buckets: buckets::Builder::default(),
            bits: BitWriter::default(),
        }
    }

    /// Adds the second words of the next first word, rising.
    pub fn push(&mut self, words: &[u32]) {
        self.count += words.len() as u64;
        self.starts.push(self.count);
        self.bases.push(self.bits.len());
        self.buckets.push(words);
        let mantissa = mantissa(words.len());
        for &word in words {
            let width = if words.len() < BUCKETED { self.width } else { octave(word, mantissa) };
            self.bits.push(u64::from(word) & ((1 << width) - 1), width);
        }
    }

    /// Writes all sections.
    pub fn write<W: Write + Seek>(mut self, kind: &str, file: &mut Writer<W>) -> io::Result<()> {
        self.bases.push(self.bits.len());
        file.section(format!("{kind}.pair_starts"), &self.starts.finish())?;
        file.section(format!("{kind}.pair_bases"), &self.bases.finish())?;
        file.section(format!("{kind}.pair_buckets"), &self.buckets.finish())?;
        file.section(format!("{kind}.pair_bits"), self.bits.words())
    }
}

/// Pairs in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pairs<'a> {
    /// How many there are.
    pub count: usize,
    /// Bits of a word in a short list.
    pub width: u32,
    /// (words + 1)
    pub starts: EliasFano<'a>,
    /// (words + 1)
    pub bases: EliasFano<'a>,
    /// Of the long lists.
    pub buckets: Buckets<'a>,
    /// End to end.
    pub bits: &'a [u64],
}

impl Pairs<'_> {
    /// The index of the first pair of a word, and that of its pair with another one, if there is one.
    ///
    /// # Complexity
    /// O(log n) for n pairs of the first word.
    pub fn find(&self, first: usize, second: u32) -> Option<(usize, usize)> {
        // A damaged file may hold any numbers.
        let (start, end) = self.starts.pair(first);
        let (start, end) = (start.min(self.count as u64), end.min(self.count as u64));
        let (start, count) = (start as usize, end.saturating_sub(start) as usize);
        let base = self.bases.pair(first).0;
        let mantissa = mantissa(count);
        let of = self.buckets.of(first, count);
        let (low, high) = of.range(second, count);
        let octave = octave(second, mantissa);
        let (width, base) = if count < BUCKETED {
            (self.width, base)
        } else {
            // How many words are in the octaves before this one, each octave with its own number of bits.
            let before = |octave: u32| of.start((octave + 1) << mantissa).min(count) as u64;
            let bits: u64 =
                (1..octave).map(|o| u64::from(o) * (before(o + 1).saturating_sub(before(o)))).sum();
            let skipped = if octave > 0 { before(octave) * u64::from(octave) } else { 0 };
            (octave, base.wrapping_add(bits).wrapping_sub(skipped))
        };
        let wanted = u64::from(second) & ((1 << width) - 1);
        let at = |i: usize| {
            let bit = base.wrapping_add(i as u64 * u64::from(width));
            bits::read(self.bits, bit, width)
        };
        let found = low + partition(high.saturating_sub(low), |i| at(low + i) < wanted);
        (found < high && at(found) == wanted).then_some((start, start + found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_pair_is_found_and_no_other(
            lists in proptest::collection::vec(proptest::collection::btree_set((0u32..3000).prop_map(|i| i * i % 3000), 0..300), 1..8),
            others in proptest::collection::vec(0u32..3000, 30),
        ) {
            let mut builder = Builder::new(3000, 500);
            for list in &lists {
                builder.push(&list.iter().copied().collect::<Vec<_>>());
            }
            builder.bases.push(builder.bits.len());
            let Builder { width, starts, bases, buckets, bits, .. } = builder;
            let (starts, bases, buckets) = (starts.finish(), bases.finish(), buckets.finish());
            let pairs = Pairs {
                count: lists.iter().map(|list| list.len()).sum(),
                width,
                starts: EliasFano::parse(&starts).unwrap(),
                bases: EliasFano::parse(&bases).unwrap(),
                buckets: Buckets::parse(&buckets).unwrap(),
                bits: bits.words(),
            };
            let mut start = 0;
            for (first, list) in lists.iter().enumerate() {
                for second in list.iter().chain(&others) {
                    let place = list.iter().position(|word| word == second);
                    let expected = place.map(|place| (start, start + place));
                    prop_assert_eq!(pairs.find(first, *second), expected);
                }
                start += list.len();
            }
        }

        #[test]
        fn damaged_sections_never_panic(
            mut sections in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 6..40), 4),
            heads in any::<[[u8; 5]; 3]>(),
            count in 0usize..5000,
            words in proptest::collection::vec(any::<u32>(), 10),
        ) {
            for (section, head) in sections.iter_mut().zip(heads) {
                section.iter_mut().zip(head).for_each(|(word, byte)| *word = u64::from(byte) % 8);
            }
            let [starts, bases, buckets, bits] = &sections[..] else { unreachable!() };
            let (Some(starts), Some(bases), Some(buckets)) =
                (EliasFano::parse(starts), EliasFano::parse(bases), Buckets::parse(buckets))
            else {
                return Ok(());
            };
            let pairs = Pairs { count, width: 19, starts, bases, buckets, bits };
            for (first, second) in words.iter().enumerate() {
                if let Some((start, found)) = pairs.find(first, *second) {
                    prop_assert!(start <= found && found < count);
                }
            }
        }
    }
}
