//! A table of all n-grams of one order, in which a look-up waits for memory once.
//!
//! The compact n-grams take a search for each of them; a table has them under the hash of context and word. A bucket
//! is a line of 64 bytes, and an n-gram is in the bucket of its key or in one of the next three, in the first free
//! slot: where a bucket has a free slot, no later one has to be asked. What found no slot is looked up in the compact
//! n-grams.
//!
//! **Keys are exact.** A key is context and word, in as many bits as they have. It is mixed by a bijection of the
//! numbers of that length (multiply, xor with the upper half, multiply), and bucket b of m has the b-th m-th of them,
//! so that the lowest bits, which the slot keeps, tell the keys of four neighbouring buckets apart (quotienting,
//! Knuth 6.4). A slot takes 32 bits: these, and the n-gram's count in what is left, 4 bits or more. 0 is an empty
//! slot, the highest code a count that stands among the frequent n-grams. Where n-grams are contexts too, or their
//! values lie elsewhere, a bucket has eight slots, followed by the eight indices of the n-grams, else sixteen.
//!
//! **What is frequent lies together.** Ids are ranks by frequency. The n-grams whose contexts have one length in bits
//! and whose words another are a tile, with buckets and a length of keys of its own: a text stays in a small part of
//! the table most of the time, and there slots have many bits for counts, because keys are short.
//!
//! ```text
//! ngrams.N.tiles      u32  (33 × 33) × 4, by lengths of context and word: the first bucket, how many are homes of
//!                          keys (three more follow them), bits of a key, bits of a count
//! ngrams.N.table      u32  (buckets) × 16
//! ngrams.N.frequent   u32  (a power of two) × 2: slot of a frequent n-gram and its count less 1, at the slot's hash
//!                          or the next free place
//! ngrams.N.constants  u32  (contexts) × 3: as in `Level::constants`, the sum, and gamma's bits, the lower half
//!                          first; a sum of 2^32 - 1 stands for those that do not fit; with logarithms, none
//! ```

use super::prefetch::prefetch;

/// The slots of a bucket, or slots and indices.
pub(crate) type Bucket = [u32; 16];

/// An n-gram is in one of this many buckets in a row.
pub(super) const REACH: usize = 4;
/// Marks constants that do not fit, and free places among frequent n-grams.
pub(super) const OTHER: u32 = u32::MAX;
/// A slot keeps this many bits of a key at least and at most.
const LEAST_KEPT: u32 = 8;
const MOST_KEPT: u32 = 28;
/// Odd numbers without a pattern; the first is 2^64 over the golden ratio.
const ODD: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93];

/// How many lengths in bits a context or a word may have.
const LENGTHS: usize = 33;
/// How many tiles there are.
pub(super) const TILES: usize = LENGTHS * LENGTHS;

/// The n-grams whose contexts have one length in bits, and their words another.
#[derive(Debug, Clone, Copy)]
struct Tile {
    /// Its first bucket.
    first: u32,
    /// In how many buckets n-grams may belong; 0 in a tile without n-grams.
    homes: u32,
    /// Bits of a key, from 1.
    bits: u32,
    /// Bits of a count in a slot.
    code: u32,
}

/// A table in memory; of no n-grams, if it is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Table<'a> {
    /// (33 x 33)
    tiles: &'a [[u32; 4]],
    buckets: &'a [Bucket],
    frequent: &'a [[u32; 2]],
    constants: &'a [[u32; 3]],
    /// Whether slots have indices.
    indexed: bool,
}

/// The sections of a table, wherever they lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) tiles: &'a [[u32; 4]],
    pub(crate) buckets: &'a [Bucket],
    pub(crate) frequent: &'a [[u32; 2]],
    pub(crate) constants: &'a [[u32; 3]],
}

/// What a table says of an n-gram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It is stored.
    Ngram {
        /// Its index; 0 in a table without.
        index: u32,
        /// Its adjusted count less 1.
        count: u32,
    },
    /// It is not stored.
    Nothing,
    /// The table does not know.
    Unknown,
}

/// Where an n-gram belongs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// The first bucket where it may be.
    pub(super) home: usize,
    /// Its slot with a count of 0.
    pub(super) slot: u32,
    /// The highest count of a slot, or 0 if there is no such n-gram.
    pub(super) counts: u32,
}

/// The tile of an n-gram.
#[inline]
pub(super) fn tile(context: u32, word: u32) -> usize {
    let length = |id: u32| (u32::BITS - id.leading_zeros()) as usize;
    length(context) * LENGTHS + length(word)
}

/// Tiles for this many n-grams in each, and how many buckets they take, with about `load` n-grams in each; `None` for
/// more than there can be.
pub(super) fn tiles(ngrams: &[u32; TILES], load: u32) -> Option<(Vec<[u32; 4]>, usize)> {
    let (mut tiles, mut buckets) = (vec![[0; 4]; TILES], 0);
    for (i, (tile, &ngrams)) in tiles.iter_mut().zip(ngrams).enumerate() {
        if ngrams == 0 {
            continue;
        }
        // The tile has the highest bits.
        let [context, word] = [i / LENGTHS, i % LENGTHS].map(|bits| bits.saturating_sub(1) as u32);
        let bits = (context + word).max(1);
        let fewest = 1 << bits.saturating_sub(MOST_KEPT - REACH.ilog2());
        let homes = u64::from(ngrams.div_ceil(load)).max(fewest);
        let apart = ((REACH as u64) << bits).div_ceil(homes);
        let kept = (u64::BITS - (apart - 1).leading_zeros()).max(LEAST_KEPT);
        let first = u32::try_from(buckets).ok()?;
        *tile = [first, u32::try_from(homes).ok()?, bits, 32 - kept];
        buckets += homes as usize + REACH - 1;
    }
    u32::try_from(buckets.checked_mul(16)?).ok()?; // slots have numbers
    Some((tiles, buckets))
}

impl From<[u32; 4]> for Tile {
    #[inline]
    fn from([first, homes, bits, code]: [u32; 4]) -> Self {
        Tile { first, homes, bits, code }
    }
}

impl Tile {
    /// Whether it lies within this many buckets.
    fn fits(&self, buckets: usize) -> bool {
        let end = self.first as usize + self.homes as usize + REACH - 1;
        let codes = 32 - MOST_KEPT..=32 - LEAST_KEPT;
        self.homes == 0
            || end <= buckets && (1..=62).contains(&self.bits) && codes.contains(&self.code)
    }
}

/// Where an n-gram belongs.
#[inline]
pub(super) fn place(tiles: &[[u32; 4]], context: u32, word: u32) -> Place {
    let tile = tiles.get(tile(context, word)).copied().map(Tile::from);
    let Some(tile) = tile.filter(|tile| tile.homes > 0) else { return Place::default() };
    // All in the highest bits: what is beyond the key's length falls off.
    let unused = u64::BITS - tile.bits;
    let bits = (u32::BITS - word.leading_zeros()).saturating_sub(1);
    let key = u64::from(context) << bits | u64::from(word & ((1 << bits) - 1));
    let half = (key << unused).wrapping_mul(ODD[0]);
    let upper = half >> tile.bits.div_ceil(2) >> unused << unused;
    let mixed = (half ^ upper).wrapping_mul(ODD[1]);
    let home = ((u128::from(mixed) * u128::from(tile.homes)) >> u64::BITS) as usize;
    let slot = ((mixed >> unused) as u32) << tile.code;
    Place { home: tile.first as usize + home, slot, counts: (1 << tile.code) - 1 }
}

impl<'a> Table<'a> {
    /// A table of these parts; `None` if they do not fit.
    pub(super) fn new(parts: Parts<'a>, indexed: bool) -> Option<Self> {
        let Parts { tiles, buckets, frequent, constants } = parts;
        let fit = |&tile: &[u32; 4]| Tile::from(tile).fits(buckets.len());
        let fit = frequent.len().is_power_of_two() && tiles.len() == TILES && tiles.iter().all(fit);
        fit.then_some(Table { tiles, buckets, frequent, constants, indexed })
    }

    /// Whether it is not there.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// Asks for what is read of a context and of one of its words; returns where that is.
    #[inline]
    pub(super) fn ask(&self, context: u32, word: u32) -> Place {
        prefetch(self.constants, context as usize);
        let place = place(self.tiles, context, word);
        prefetch(self.buckets, place.home);
        place
    }

    /// The constants of a context, if they are there.
    #[inline]
    pub(super) fn constants(&self, context: u32) -> Option<[f64; 2]> {
        let &[sum, low, high] = self.constants.get(context as usize)?;
        let gamma = f64::from_bits(u64::from(low) | u64::from(high) << 32);
        (sum != OTHER).then_some([f64::from(sum), gamma])
    }

    /// The n-gram that belongs to a place.
    #[inline]
    pub(super) fn find(&self, place: Place) -> Found {
        if self.indexed { self.search::<8>(place) } else { self.search::<16>(place) }
    }

    #[inline]
    fn search<const SLOTS: usize>(&self, Place { home, slot, counts }: Place) -> Found {
        if counts == 0 {
            return Found::Nothing;
        }
        for step in 0..REACH {
            let Some(bucket) = self.buckets.get(home + step) else { break };
            let mut same = 0;
            for (i, &other) in bucket[..SLOTS].iter().enumerate() {
                same |= u32::from(other & !counts == slot) << i;
            }
            let at = same.trailing_zeros() as usize;
            if let Some(&found) = bucket[..SLOTS].get(at) {
                // The first one: an empty slot is the same only where none before it is.
                let index = if SLOTS < 16 { bucket[SLOTS + at] } else { 0 };
                return match found & counts {
                    0 => Found::Nothing,
                    count if count < counts => Found::Ngram { index, count: count - 1 },
                    _ => Found::Ngram { index, count: self.frequent((home + step) * SLOTS + at) },
                };
            }
            if bucket[SLOTS - 1] == 0 {
                return Found::Nothing;
            }
        }
        Found::Unknown
    }

    /// The count less 1 of the frequent n-gram in a slot.
    fn frequent(&self, slot: usize) -> u32 {
        let mask = self.frequent.len().wrapping_sub(1);
        let start = place_of_frequent(slot, self.frequent.len());
        let mut places = (0..self.frequent.len()).map(|step| self.frequent[(start + step) & mask]);
        // A damaged file may have no free place.
        places
            .find(|place| place[0] == slot as u32 || place[0] == OTHER)
            .map_or(0, |place| place[1])
    }
}

/// Where to look first for the frequent n-gram in a slot, in a table of so many places, a power of two.
pub(super) fn place_of_frequent(slot: usize, places: usize) -> usize {
    (slot as u32).wrapping_mul(0x9E37_79B9) as usize & places.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn keys_that_may_meet_in_a_bucket_have_slots_of_their_own() {
        let mut ngrams = [0; TILES];
        let keys = || (0..300u32).flat_map(|a| (0..70u32).map(move |b| (a * a, b)));
        keys().for_each(|(context, word)| ngrams[tile(context, word)] += 1);
        for load in [1, 12, 5000] {
            let (tiles, buckets) = super::tiles(&ngrams, load).unwrap();
            let mut slots: HashMap<(usize, u32), Vec<usize>> = HashMap::new();
            for (context, word) in keys() {
                let Place { home, slot, counts } = place(&tiles, context, word);
                assert!(home + REACH <= buckets && slot & counts == 0 && counts >= 15);
                let others = slots.entry((tile(context, word), slot)).or_default();
                assert!(
                    others.iter().all(|&other| home.abs_diff(other) >= REACH),
                    "{context} {word}"
                );
                others.push(home);
            }
        }
        // Keys of the greatest length still fit.
        ngrams = [0; TILES];
        ngrams[tile(u32::MAX >> 4, u32::MAX >> 8)] = 1000;
        let (tiles, _) = super::tiles(&ngrams, 12).unwrap();
        let Place { slot, counts, .. } = place(&tiles, 1 << 27, 1 << 23);
        assert!(counts == 15 && slot & counts == 0);
        assert_eq!(place(&tiles, 5, 5).counts, 0, "a tile without n-grams");
    }

    #[test]
    fn a_bucket_that_is_full_tells_nothing_of_what_is_not_in_it() {
        let mut ngrams = [0; TILES];
        ngrams[tile(0, 0)] = 1;
        let (tiles, buckets) = super::tiles(&ngrams, 1).unwrap();
        let (mut full, frequent) = (vec![[0; 16]; buckets], [[OTHER; 2]]);
        let at = |slot: u32| Place { home: 0, slot: slot << 24, counts: (1 << 24) - 1 };
        let table = |buckets| {
            Table::new(Parts { tiles: &tiles, buckets, frequent: &frequent, constants: &[] }, true)
        };
        full[0] = std::array::from_fn(|i| if i < 8 { (i as u32) << 24 | 5 } else { i as u32 });
        full[1][0] = 9 << 24 | 1;
        let table_of_two = table(&full).unwrap();
        assert_eq!(table_of_two.find(at(3)), Found::Ngram { index: 11, count: 4 });
        assert_eq!(table_of_two.find(at(9)), Found::Ngram { index: 0, count: 0 });
        assert_eq!(table_of_two.find(at(10)), Found::Nothing);
        assert_eq!(table_of_two.find(at(0)), Found::Ngram { index: 8, count: 4 });
        let all = [full[0]; REACH];
        assert_eq!(table(&all).unwrap().find(at(10)), Found::Unknown);
        assert!(table(&full[1..]).is_none(), "a tile beyond the end");
    }
}
