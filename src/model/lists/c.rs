//! The posting lists C: the words before two words.

use std::io::{self, Seek, Write};
use std::ops::Range;

use super::grouped;
use super::source::Source;
use super::summaries::{self, Summary};
use crate::model::core::bits;
use crate::model::format::Writer;

/// The index of the bigram of the last two words of a trigram, the position of the first in R of the
/// second, and the level of its factor.
pub(super) type Item = (u32, u32, u8);

/// Bytes that a posting takes while it is gathered.
const BYTES: u64 = 5;

/// Lists C, being written.
pub(super) struct ListsC<'s> {
    source: Source<'s>,
    /// (bigrams + 1) where the list of each begins.
    offsets: Vec<u32>,
    lists: grouped::Builder,
    summaries: summaries::Builder,
    /// How many postings are gathered at a time.
    most: u32,
    /// The first bigram that has not been gathered.
    done: u32,
    /// The next group, and the width of the one before it.
    word: usize,
    width: u32,
}

/// Some of these lists, being gathered.
pub(super) struct Gathered {
    /// Which bigrams.
    pub suffixes: Range<u32>,
    /// Where the first one's list begins.
    start: u32,
    /// (bigrams) where the next posting goes.
    next: Vec<u32>,
    positions: Vec<u32>,
    impacts: Vec<u8>,
}

impl<'s> ListsC<'s> {
    /// For lists that begin at these offsets.
    pub fn new<W: Write + Seek>(
        source: Source<'s>,
        offsets: Vec<u32>,
        memory: u64,
        file: &mut Writer<W>,
    ) -> Self {
        let (by_first, by_last) = (&source.bigrams.by_first, &source.bigrams.by_last);
        let words = source.core.words;
        let bits = (0..words).map(|word| {
            let bigrams = by_first.range(word);
            let postings = offsets[bigrams.end] - offsets[bigrams.start];
            u64::from(postings) * u64::from(bits::width(by_last.range(word).len() as u64))
        });
        let postings = offsets.last().copied().unwrap_or(0).into();
        let sizes = [words as u64, offsets.len() as u64 - 1, postings, bits.sum()];
        ListsC {
            source,
            lists: grouped::Builder::new("left", sizes, file),
            summaries: summaries::Builder::default(),
            offsets,
            most: (memory / BYTES).clamp(1 << 16, u32::MAX.into()) as u32,
            done: 0,
            word: 0,
            width: 0,
        }
    }

    /// Begins to gather as many of the next lists as may be gathered together.
    pub fn next(&mut self) -> Option<Gathered> {
        let first = self.done as usize;
        let start = *self.offsets.get(first)?;
        let fits = |&end: &u32| end - start <= self.most;
        let count = self.offsets[first + 1..].partition_point(fits).max(1);
        let suffixes = self.done..(first + count).min(self.offsets.len() - 1) as u32;
        if suffixes.is_empty() {
            return None;
        }
        self.done = suffixes.end;
        let next = self.offsets[first..suffixes.end as usize].to_vec();
        let items = (self.offsets[suffixes.end as usize] - start) as usize;
        let (positions, impacts) = (vec![0; items], vec![0; items]);
        Some(Gathered { suffixes, start, next, positions, impacts })
    }

    /// Writes what has been gathered.
    pub fn write<W: Write + Seek>(
        &mut self,
        range: Gathered,
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        let Source { bigrams, weights, table, .. } = self.source;
        for list in range.suffixes.clone() {
            self.groups_up_to(list);
            let [start, end] = [0, 1].map(|more| self.offsets[list as usize + more] - range.start);
            let postings = start as usize..end as usize;
            let positions = &range.positions[postings.clone()];
            self.lists.list(positions.iter().copied(), self.width);
            let group = bigrams.by_last.range(self.word.saturating_sub(1));
            let weighted = positions.iter().zip(&range.impacts[postings]).map(|(&at, &impact)| {
                // A damaged file may hold n-grams whose suffixes it lacks.
                let at = group.start + at as usize;
                let level = bigrams.by_last.impacts.get(at).copied().unwrap_or(0);
                let alone = bigrams.table[usize::from(level)];
                let with = alone * table[usize::from(impact)];
                let word = bigrams.by_last.words.get(at).copied().unwrap_or(0);
                weights.weighted(word, with, alone)
            });
            if let Some(summary) = Summary::of(weighted) {
                self.summaries.push(list, &summary);
            }
        }
        self.lists.impacts(&range.impacts, file)
    }

    /// Begins the groups of all words up to the one that this bigram begins with.
    fn groups_up_to(&mut self, bigram: u32) {
        let bigrams = &self.source.bigrams;
        let starts = &bigrams.by_first.starts[..self.source.core.words];
        while starts.get(self.word).is_some_and(|&start| start <= bigram) {
            self.width = self.lists.group(bigrams.by_last.range(self.word).len());
            self.word += 1;
        }
    }

    /// Writes the rest.
    pub fn finish<W: Write + Seek>(mut self, file: &mut Writer<W>) -> io::Result<()> {
        self.groups_up_to(u32::MAX);
        self.lists.finish(file)?;
        self.summaries.write("left", file)
    }
}

impl Gathered {
    /// Files postings; they come sorted by first word, so that every list comes out sorted.
    pub fn gather(&mut self, items: &[Item]) {
        for &(suffix, position, impact) in items {
            let Some(next) = suffix
                .checked_sub(self.suffixes.start)
                .and_then(|list| self.next.get_mut(list as usize))
            else {
                continue;
            };
            let at = (*next - self.start) as usize;
            self.positions[at] = position;
            self.impacts[at] = impact;
            *next += 1;
        }
    }
}
