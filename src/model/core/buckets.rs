//! Where to look in a long sorted list of words: buckets of ids, narrow where ids are low.
//!
//! Ids are ranks by frequency, so that a list holds most of the lowest ids and few of the highest.
//! A bucket is therefore a share of an octave: with m bits of mantissa, the ids from 2^e to 2^(e+1)
//! fall into 2^m buckets. m follows from the length of the list, so that a bucket holds a few items,
//! however long the list is.
//!
//! ```text
//! u64  number of offsets
//!      offsets (u32, two a word): where the starts of each list begin, in words
//!      starts: per list, per bucket, how many items are before it; bit-packed
//! ```

use super::bits::{self, BitWriter};
use super::prefetch::prefetch;

/// Shorter lists have no buckets.
pub const BUCKETED: usize = 64;
/// About 2^5 to 2^6 items a bucket, if all octaves had the same number.
const ITEMS_LOG2: u32 = 6;

#[inline]
fn bucket(id: u32, mantissa: u32) -> u32 {
    let octave = octave(id, mantissa);
    (octave << mantissa) + (id >> octave)
}

/// How many of the lowest bits of an id its bucket leaves open.
#[inline]
pub fn octave(id: u32, mantissa: u32) -> u32 {
    (id >> mantissa).checked_ilog2().unwrap_or(0)
}

/// The bits of mantissa for a list of `count` items.
pub fn mantissa(count: usize) -> u32 {
    count.max(1).ilog2().saturating_sub(ITEMS_LOG2)
}

/// Buckets that are being written.
#[derive(Debug, Default)]
pub struct Builder {
    offsets: Vec<u32>,
    starts: Vec<u64>,
}

impl Builder {
    /// Adds the next list of rising ids.
    pub fn push(&mut self, ids: &[u32]) {
        self.offsets.push(self.starts.len() as u32);
        let (Some(&last), true) = (ids.last(), ids.len() >= BUCKETED) else {
            return;
        };
        let (mantissa, width) = (mantissa(ids.len()), bits::width(ids.len() as u64 + 1));
        let (mut writer, mut at) = (BitWriter::default(), 0);
        // The bucket of the last id ends where the next one begins.
        for of in 0..=bucket(last, mantissa) + 1 {
            at += ids[at..].partition_point(|&id| bucket(id, mantissa) < of);
            writer.push(at as u64, width);
        }
        self.starts.extend_from_slice(writer.words());
    }

    /// The buckets as a section of a model file.
    pub fn finish(mut self) -> Vec<u64> {
        let end = self.starts.len() as u32;
        while self.offsets.last() == Some(&end) {
            self.offsets.pop();
        }
        self.offsets.push(end);
        let mut section = vec![self.offsets.len() as u64];
        let pair =
            |pair: &[u32]| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32;
        section.extend(self.offsets.chunks(2).map(pair));
        section.extend_from_slice(&self.starts);
        section
    }
}

/// Buckets in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Buckets<'a> {
    offsets: &'a [u32],
    starts: &'a [u64],
}

impl<'a> Buckets<'a> {
    /// Finds the parts of a section; `None` if their lengths do not fit.
    pub fn parse(section: &'a [u64]) -> Option<Self> {
        let (&length, rest) = section.split_first()?;
        let length = usize::try_from(length).ok()?;
        let (offsets, starts) = rest.split_at_checked(length.div_ceil(2))?;
        let offsets = bytemuck::cast_slice(offsets).get(..length)?;
        Some(Buckets { offsets, starts })
    }

    /// The buckets of the `i`-th list, which holds `count` items.
    #[inline]
    pub fn of(&self, i: usize, count: usize) -> ListBuckets<'a> {
        if count < BUCKETED {
            return ListBuckets::default();
        }
        let starts = match self.offsets.get(i..).and_then(<[u32]>::first_chunk::<2>) {
            Some(&[start, end]) => self.starts.get(start as usize..end as usize),
            None => None,
        };
        let (mantissa, width) = (mantissa(count), bits::width(count as u64 + 1));
        ListBuckets { starts: starts.unwrap_or_default(), mantissa, width }
    }
}

/// The buckets of one list; of a short list, none.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListBuckets<'a> {
    starts: &'a [u64],
    mantissa: u32,
    width: u32,
}

impl ListBuckets<'_> {
    /// Asks for the bucket of an id.
    #[inline]
    pub fn prefetch(&self, id: u32) {
        let bit = u64::from(bucket(id, self.mantissa)) * u64::from(self.width);
        prefetch(self.starts, (bit / 64) as usize);
    }

    /// How many items are before an existing bucket.
    #[inline]
    pub fn start(&self, bucket: u32) -> usize {
        bits::read(self.starts, u64::from(bucket) * u64::from(self.width), self.width) as usize
    }

    /// Between which items of a list of `count` this id stands, if anywhere.
    #[inline]
    pub fn range(&self, id: u32, count: usize) -> (usize, usize) {
        if self.starts.is_empty() {
            return (0, count);
        }
        let at = u64::from(bucket(id, self.mantissa)) * u64::from(self.width);
        if at + 2 * u64::from(self.width) > 64 * self.starts.len() as u64 {
            return (count, count); // after the last id
        }
        let start = bits::read(self.starts, at, self.width) as usize;
        let end = bits::read(self.starts, at + u64::from(self.width), self.width) as usize;
        (start.min(count), end.min(count)) // a damaged file may hold any numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buckets_rise_with_the_ids_and_none_is_left_out() {
        for mantissa in 0..5 {
            let all: Vec<u32> = (0..5000).map(|id| bucket(id, mantissa)).collect();
            assert_eq!(all[0], 0);
            assert!(all.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        }
    }

    proptest! {
        #[test]
        fn an_id_stands_in_its_bucket(
            lists in proptest::collection::vec(proptest::collection::btree_set(0u32..3000, 0..400), 0..6),
            more in proptest::collection::vec(0u32..4000, 20),
        ) {
            let lists: Vec<Vec<u32>> = lists.into_iter().map(|list| list.into_iter().collect()).collect();
            let mut builder = Builder::default();
            lists.iter().for_each(|list| builder.push(list));
            let section = builder.finish();
            let buckets = Buckets::parse(&section).unwrap();
            for (i, list) in lists.iter().enumerate() {
                let of = buckets.of(i, list.len());
                for id in list.iter().chain(&more) {
                    let (start, end) = of.range(*id, list.len());
                    let place = list.binary_search(id);
                    let within = list[start..end.max(start)].binary_search(id);
                    prop_assert_eq!(place.ok(), within.ok().map(|at| start + at));
                }
            }
        }

        #[test]
        fn a_damaged_section_never_panics(mut section in proptest::collection::vec(any::<u64>(), 0..40), head in any::<u8>(), id in any::<u32>()) {
            if let Some(first) = section.first_mut() {
                *first = head.into();
            }
            if let Some(buckets) = Buckets::parse(&section) {
                for count in [0, 64, 1000, 1 << 20] {
                    let (start, end) = buckets.of(0, count).range(id, count);
                    prop_assert!(start <= count && end <= count);
                }
            }
        }
    }
}
