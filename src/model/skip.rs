//! Pairs of words with others between them: how often v stands 2 to 5 words after u.
//!
//! ```text
//! skip.starts    Elias-Fano  (words + 1) where the pairs of each u begin
//! skip.words     bits        v of every pair, rising within a u
//! skip.buckets   buckets     where to look in the long lists
//! skip.levels    u8          16 ln (c - D(c)) + 8 of every pair, rounded
//! skip.contexts  4 × f32     per word, as u: the sum of c, and of what the stored pairs leave of
//!                            it; the same as v
//! skip.sum       f64         the sum of all c
//! ```
//!
//! A pair is stored if it was seen at least twice. D are the discounts of modified Kneser-Ney (Chen &
//! Goodman 1998), taken from the counts of counts of the pairs.

use std::io::{self, Seek, Write};
use std::sync::LazyLock;

use super::arrays::Arrays;
use super::core::bits::{self, BitWriter};
use super::core::buckets::{self, Buckets};
use super::core::elias_fano::{self, EliasFano};
use super::core::prefetch::prefetch;
use super::core::sorted::{WordList, WordLists};
use super::format::{Writer, damaged};
use crate::error::Result;

/// How far apart the words of a pair are at least and at most, in words.
pub const NEAREST: usize = 2;
pub const FARTHEST: usize = 5;

const LEVELS_OF_E: f64 = 16.0;
const LEVEL_OF_ONE: f64 = 8.0;
/// Pairs that are looked up together.
const TOGETHER: usize = 64;

/// What each level stands for.
static COUNTS: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|level| libm::exp((level as f64 - LEVEL_OF_ONE) / LEVELS_OF_E))
});

/// The pairs of a model in memory, as its file has them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct SkipData {
    starts: Vec<u64>,
    words: Vec<u64>,
    buckets: Vec<u64>,
    levels: Vec<u8>,
    contexts: Vec<[f32; 4]>,
    sum: [f64; 1],
}

/// Pairs that are being gathered.
pub struct Builder {
    starts: elias_fano::Builder,
    words: BitWriter,
    buckets: buckets::Builder,
    levels: Vec<u8>,
    /// (words) what is stored of the counts of each word, as u and as v.
    stored: Vec<[f64; 2]>,
    width: u32,
    lists: usize,
    list: Vec<u32>,
}

impl Builder {
    /// For about `pairs` pairs of `words` words.
    pub fn new(words: usize, pairs: u64) -> Self {
        let mut starts = elias_fano::Builder::new(words as u64 + 1, pairs);
        starts.push(0);
        Builder {
            starts,
            words: BitWriter::default(),
            buckets: buckets::Builder::default(),
            levels: Vec::with_capacity(pairs as usize),
            stored: vec![[0.0; 2]; words],
            width: bits::width(words as u64),
            lists: 0,
            list: Vec::new(),
        }
    }

    /// Adds the pairs of the next u: every v, rising, and its discounted count, above 0.
    ///
    /// # Panics
    /// There are more lists than words, or no such v.
    pub fn push(&mut self, pairs: impl Iterator<Item = (u32, f64)>) {
        self.list.clear();
        for (word, count) in pairs {
            self.list.push(word);
            self.words.push(word.into(), self.width);
            self.levels.push(level(count));
            self.stored[self.lists][0] += count;
            self.stored[word as usize][1] += count;
        }
        self.lists += 1;
        self.buckets.push(&self.list);
        self.starts.push(self.levels.len() as u64);
    }

    /// All pairs; `totals` are the sums of the counts of each word, as u and as v, those of pairs that
    /// are not stored included.
    pub fn finish(mut self, totals: &[[u64; 2]]) -> SkipData {
        while self.lists < self.stored.len() {
            self.push(std::iter::empty());
        }
        let context = |(&[u, v], &[u_stored, v_stored]): (&[u64; 2], &[f64; 2])| {
            let (u, v) = (u as f64, v as f64);
            [u, u - u_stored, v, v - v_stored].map(|x| x.max(0.0) as f32)
        };
        SkipData {
            contexts: totals.iter().zip(&self.stored).map(context).collect(),
            starts: self.starts.finish(),
            words: self.words.into_words(),
            buckets: self.buckets.finish(),
            levels: self.levels,
            sum: [totals.iter().map(|[u, _]| *u).sum::<u64>() as f64],
        }
    }
}

fn level(count: f64) -> u8 {
    let level = libm::round(LEVELS_OF_E * libm::log(count.max(1e-9)) + LEVEL_OF_ONE);
    level.clamp(0.0, 255.0) as u8
}

impl SkipData {
    /// How the names of its sections begin.
    pub(super) const SECTIONS: &str = "skip.";

    /// Bytes in a model file.
    pub fn size(&self) -> usize {
        let words = self.starts.len() + self.words.len() + self.buckets.len();
        8 * words + self.levels.len() + 16 * self.contexts.len()
    }

    pub(super) fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        file.section("skip.starts", &self.starts)?;
        file.section("skip.words", &self.words)?;
        file.section("skip.buckets", &self.buckets)?;
        file.section("skip.levels", &self.levels)?;
        file.section("skip.contexts", &self.contexts)?;
        file.section("skip.sum", &self.sum)
    }

    pub fn view(&self) -> Option<Skip<'_>> {
        let Self { starts, words, buckets, levels, contexts, sum } = self;
        Skip::new(starts, words, buckets, levels, contexts, sum)
    }
}

/// The pairs of a file, if it has them.
pub(super) fn read<'a>(file: &Arrays<'a, '_>, words: usize) -> Result<Option<Skip<'a>>> {
    if !file.has("skip.starts") {
        return Ok(None);
    }
    let skip = Skip::new(
        file.array("skip.starts", None)?,
        file.array("skip.words", None)?,
        file.array("skip.buckets", None)?,
        file.array("skip.levels", None)?,
        file.array("skip.contexts", Some(words))?,
        file.array("skip.sum", Some(1))?,
    );
    skip.map(Some).ok_or_else(|| damaged(file.name, "skip"))
}

/// The pairs of a model.
#[derive(Debug, Clone, Copy)]
pub struct Skip<'a> {
    starts: EliasFano<'a>,
    words: &'a [u64],
    buckets: Buckets<'a>,
    levels: &'a [u8],
    contexts: &'a [[f32; 4]],
    sum: f64,
}

impl<'a> Skip<'a> {
    fn new(
        starts: &'a [u64],
        words: &'a [u64],
        buckets: &'a [u64],
        levels: &'a [u8],
        contexts: &'a [[f32; 4]],
        sum: &[f64],
    ) -> Option<Self> {
        let sum = *sum.first().filter(|sum| sum.is_finite() && **sum >= 0.0)?;
        let (starts, buckets) = (EliasFano::parse(starts)?, Buckets::parse(buckets)?);
        let bits = levels.len() as u128 * u128::from(bits::width(contexts.len() as u64));
        let fit = starts.len() == contexts.len() + 1 && words.len() as u128 * 64 >= bits;
        fit.then_some(Skip { starts, words, buckets, levels, contexts, sum })
    }

    /// How many pairs are stored.
    pub fn len(&self) -> usize {
        self.levels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// The discounted count of each v after its u, in the order of the pairs; 0 if a pair is not stored. Pairs of one u
    /// had better follow each other.
    ///
    /// # Complexity
    /// A few steps a pair, however long the list of its u is; pairs do not wait for each other's.
    pub fn counts(&self, pairs: &[(u32, u32)], counts: &mut Vec<f64>) {
        let width = bits::width(self.contexts.len() as u64);
        let lists =
            WordLists { starts: self.starts, width, ids: self.words, buckets: self.buckets };
        counts.clear();
        for pairs in pairs.chunks(TOGETHER) {
            pairs.iter().for_each(|pair| self.starts.prefetch_sample(pair.0 as usize));
            pairs.iter().for_each(|pair| self.starts.prefetch(pair.0 as usize));
            let (mut found, mut last) = ([WordList::default(); TOGETHER], None);
            for (list, &(u, v)) in found.iter_mut().zip(pairs) {
                *list = match last {
                    Some((of, list)) if of == u => list,
                    _ => lists.list(u as usize, self.levels.len()),
                };
                last = Some((u, *list));
                list.prefetch(v);
            }
            found.iter().zip(pairs).for_each(|(list, pair)| list.prefetch_items(pair.1));
            let mut places = [None; TOGETHER];
            for ((place, list), pair) in places.iter_mut().zip(&found).zip(pairs) {
                *place = list.find(pair.1).map(|i| list.start + i);
                if let Some(place) = *place {
                    prefetch(self.levels, place);
                }
            }
            let level = |place: &Option<usize>| self.levels.get((*place)?);
            let count = |place| level(place).map_or(0.0, |&level| COUNTS[usize::from(level)]);
            counts.extend(places[..pairs.len()].iter().map(count));
        }
    }

    /// Asks for [`Skip::totals`] of a word.
    #[inline]
    pub fn prefetch_totals(&self, word: u32) {
        prefetch(self.contexts, word as usize);
    }

    /// How often any two words were seen, as [`Skip::counts`] counts.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The sum of the counts of a word, and what the stored pairs leave of it; as the first or as the
    /// second word of its pairs.
    pub fn totals(&self, word: u32, second: bool) -> [f64; 2] {
        let [u, u_lost, v, v_lost] = self.contexts.get(word as usize).copied().unwrap_or_default();
        let totals = if second { [v, v_lost] } else { [u, u_lost] };
        // A damaged file may hold any numbers.
        totals.map(|x| if x.is_finite() { f64::from(x).max(0.0) } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn built(pairs: &BTreeMap<(u32, u32), u32>, words: usize) -> SkipData {
        let mut builder = Builder::new(words, pairs.len() as u64);
        let mut totals = vec![[0, 0]; words];
        for (&(u, v), &count) in pairs {
            totals[u as usize][0] += u64::from(count) + 3;
            totals[v as usize][1] += u64::from(count);
        }
        for u in 0..words as u32 - 1 {
            let own = pairs.range((u, 0)..(u + 1, 0));
            builder.push(own.map(|(&(_, v), &count)| (v, f64::from(count))));
        }
        builder.finish(&totals)
    }

    proptest! {
        #[test]
        fn every_pair_is_found_and_no_other(
            pairs in proptest::collection::btree_map((0u32..6, 0u32..300), 1u32..100_000, 0..900),
        ) {
            let data = built(&pairs, 300);
            let skip = data.view().unwrap();
            prop_assert_eq!(skip.len(), pairs.len());
            let all: Vec<(u32, u32)> = (0..7).flat_map(|u| (0..300).map(move |v| (u, v))).collect();
            let mut counts = Vec::new();
            skip.counts(&all, &mut counts);
            prop_assert_eq!(counts.len(), all.len());
            for (pair, found) in all.iter().zip(counts) {
                let count = pairs.get(pair).copied().map_or(0.0, f64::from);
                prop_assert!((found - count).abs() <= 0.032 * count, "{found} {count}");
            }
            for word in 0..300 {
                let own = |of: &dyn Fn(&(u32, u32)) -> u32| -> f64 {
                    pairs.iter().filter(|(pair, _)| of(pair) == word).map(|(_, &c)| f64::from(c)).sum()
                };
                let [total, lost] = skip.totals(word, true);
                prop_assert!((total - own(&|pair| pair.1)).abs() <= 1e-6 * total && lost == 0.0);
                let [total, lost] = skip.totals(word, false);
                let more = 3.0 * pairs.keys().filter(|pair| pair.0 == word).count() as f64;
                prop_assert!((total - own(&|pair| pair.0) - more).abs() <= 1e-6 * total);
                prop_assert_eq!(lost, more);
            }
        }

        #[test]
        fn damaged_sections_never_panic(
            starts in proptest::collection::vec(0u64..40, 0..20),
            words in proptest::collection::vec(any::<u64>(), 0..6),
            buckets in proptest::collection::vec(0u64..9, 0..6),
            levels in proptest::collection::vec(any::<u8>(), 0..90),
            contexts in proptest::collection::vec(any::<[f32; 4]>(), 0..9), sum in any::<f64>(),
        ) {
            if let Some(skip) = Skip::new(&starts, &words, &buckets, &levels, &contexts, &[sum]) {
                let all: Vec<(u32, u32)> = (0..144).map(|i| (i % 12, i / 12)).collect();
                skip.counts(&all, &mut Vec::new());
                for u in 0..12 {
                    prop_assert!(skip.totals(u, true).iter().all(|total| *total >= 0.0));
                }
            }
        }
    }
}
