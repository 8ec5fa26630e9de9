//! Which n-grams are known? A set of keys of 24 bits, in order; the place of a key is the row of its weights.
//!
//! A key is the upper 24 bits of the hash of an n-gram: 16 say in which bucket it lies, 8 which one of the bucket's
//! it is. One n-gram in 2^24 / keys that is not known is taken for one that is (1.5 % for 250,000), in training as
//! well, so that weights allow for it. 256 KB and a byte a key: the whole set stays in the second-level cache.

use std::ops::Range;

/// How many buckets there are.
pub const BUCKETS: usize = 1 << 16;
/// How many keys are looked at together.
const AT_ONCE: usize = 8;

/// A set of keys.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Where each bucket begins; one more for the end.
    starts: Vec<u32>,
    /// The lower bits of every key, and [`AT_ONCE`] bytes more, so that as many can be read from every key on.
    rests: Vec<u8>,
}

/// The key of an n-gram.
pub fn key(hash: u64) -> u32 {
    (hash >> 40) as u32
}

impl Keys {
    /// The set of `keys`, which are in order and differ.
    pub fn new(keys: &[u32]) -> Self {
        debug_assert!(keys.is_sorted_by(|a, b| a < b));
        let mut sizes = vec![0; BUCKETS];
        keys.iter().for_each(|key| sizes[(key >> 8) as usize] += 1);
        Keys { starts: starts(&sizes), rests: padded(keys.iter().map(|&key| key as u8).collect()) }
    }

    /// From the number of keys in each bucket and the lower bits of all; `None` if they do not belong together.
    pub fn from_parts(sizes: &[u16], rests: Vec<u8>) -> Option<Self> {
        let starts = starts(sizes);
        let fits = sizes.len() == BUCKETS && starts[BUCKETS] as usize == rests.len();
        let keys = Keys { starts, rests: padded(rests) };
        let in_order = |bucket| keys.rests[keys.bucket(bucket)].is_sorted_by(|a, b| a < b);
        (fits && (0..BUCKETS).all(in_order)).then_some(keys)
    }

    /// The number of keys in each bucket, and the lower bits of all.
    pub fn parts(&self) -> (Vec<u16>, &[u8]) {
        let sizes = self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as u16);
        (sizes.collect(), &self.rests[..self.len()])
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.rests.len() - AT_ONCE
    }

    /// The row of the n-gram with this hash.
    pub fn row(&self, hash: u64) -> Option<u32> {
        let (row, known) = self.find(hash);
        known.then_some(row)
    }

    /// Appends the rows of the n-grams with these hashes that are known. No branch depends on whether one is, so that
    /// the memory of many is fetched at the same time.
    pub fn find_all(&self, hashes: &[u64], rows: &mut Vec<u32>) {
        let mut length = rows.len();
        rows.resize(length + hashes.len(), 0);
        for &hash in hashes {
            let (row, known) = self.find(hash);
            rows[length] = row;
            length += usize::from(known);
        }
        rows.truncate(length);
    }

    /// Where the n-gram with this hash is, and whether it is there.
    #[inline]
    fn find(&self, hash: u64) -> (u32, bool) {
        let Range { start, end } = self.bucket((hash >> 48) as usize);
        let wanted = u64::from_le_bytes([(hash >> 40) as u8; AT_ONCE]);
        let (mut place, mut found) = self.find_in(start, wanted);
        let mut next = start + AT_ONCE;
        while next < end && !found {
            (place, found) = self.find_in(next, wanted);
            next += AT_ONCE;
        }
        (place as u32, found & (place < end))
    }

    /// Where one of [`AT_ONCE`] keys from `place` on is the wanted one, and whether it is.
    #[inline]
    fn find_in(&self, place: usize, wanted: u64) -> (usize, bool) {
        let eight = self.rests[place..]
            .first_chunk::<AT_ONCE>()
            .map_or(0, |eight| u64::from_le_bytes(*eight));
        // The lowest byte that is equal becomes zero, and sets the lowest of these bits.
        let different = eight ^ wanted;
        let equal =
            different.wrapping_sub(0x0101_0101_0101_0101) & !different & 0x8080_8080_8080_8080;
        (place + equal.trailing_zeros() as usize / 8, equal != 0)
    }

    #[inline]
    fn bucket(&self, bucket: usize) -> Range<usize> {
        self.starts[bucket] as usize..self.starts[bucket + 1] as usize
    }
}

fn padded(mut rests: Vec<u8>) -> Vec<u8> {
    rests.extend([0; AT_ONCE]);
    rests
}

fn starts(sizes: &[u16]) -> Vec<u32> {
    let ends = sizes.iter().scan(0, |sum, &size| {
        *sum += u32::from(size);
        Some(*sum)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<u32> {
        let mut keys: Vec<u32> = (0..5000u32).map(|i| i.wrapping_mul(2_654_435_761) >> 8).collect();
        keys.extend([0, 1, 255, 256, (1 << 24) - 1]);
        keys.extend((0..256).step_by(3).map(|rest| 0x12_3400 + rest)); // a full bucket
        keys.sort();
        keys.dedup();
        keys
    }

    #[test]
    fn every_key_has_its_place_and_no_other_number_has_one() {
        let keys = some();
        let set = Keys::new(&keys);
        for number in 0..1 << 24 {
            let place = keys.binary_search(&number).ok().map(|place| place as u32);
            assert_eq!(set.row(u64::from(number) << 40 | 0xFF_FFFF_FFFF), place);
        }
        let hashes: Vec<u64> = (0..1 << 16).map(|i: u64| (i * 0x3_0007) << 40).collect();
        let mut all = vec![7];
        set.find_all(&hashes, &mut all);
        let one_by_one = hashes.iter().filter_map(|&hash| set.row(hash));
        assert_eq!(all, std::iter::once(7).chain(one_by_one).collect::<Vec<_>>());
    }

    #[test]
    fn parts_make_the_set_again_and_others_are_refused() {
        let set = Keys::new(&some());
        let (sizes, rests) = set.parts();
        let again = Keys::from_parts(&sizes, rests.to_vec()).unwrap();
        assert_eq!((&again.starts, again.parts().1), (&set.starts, rests));
        assert!(Keys::from_parts(&sizes, rests[1..].to_vec()).is_none());
        assert!(Keys::from_parts(&sizes[1..], rests.to_vec()).is_none());
        let backwards: Vec<u8> = rests.iter().rev().copied().collect();
        assert!(Keys::from_parts(&sizes, backwards).is_none());
    }
}
