//! The posting lists of bigrams: F, the words after a word, and R, the words before it.
//!
//! The words after a word are the bigrams of the core, in their order; only the factors are new. The words
//! before it are a list of their own.
//!
//! ```text
//! successors.impacts    u8          (bigrams) levels of F, for the bigrams in their order
//! predecessors.starts   Elias-Fano  (words + 1) where the predecessors of each word begin
//! predecessors.words    bits        the predecessors, rising for every word
//! predecessors.buckets  buckets     where to look in the long lists
//! predecessors.impacts  u8          (bigrams) levels of R
//! ```

use std::io::{self, Seek, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::codebook::{Codebook, LEVELS};
use super::summaries::{self, Summary};
use super::weights::Weights;
use crate::model::core::bits::{self, BitWriter};
use crate::model::core::{Core, buckets, elias_fano};
use crate::model::format::Writer;

/// All bigrams with their factors, by their first and by their last words.
#[derive(Debug)]
pub struct Bigrams {
    /// By first words, as in the core; their words are last words.
    pub by_first: Sorted,
    /// By last words; their words are first words.
    pub by_last: Sorted,
    /// (bigrams, by first words) the place of each in its list of `by_last`.
    pub places: Vec<u32>,
    /// The factors of the levels.
    pub table: [f32; LEVELS],
}

/// Bigrams sorted by one of their words, then the other.
#[derive(Debug)]
pub struct Sorted {
    /// (words + 1) where those of each word begin.
    pub starts: Vec<u32>,
    /// (bigrams) the other word.
    pub words: Vec<u32>,
    /// (bigrams) level of exp phi.
    pub impacts: Vec<u8>,
}

impl Sorted {
    /// The bigrams of a word.
    pub fn range(&self, word: usize) -> Range<usize> {
        self.starts[word] as usize..self.starts[word + 1] as usize
    }

    fn summaries(&self, table: &[f32; LEVELS], weights: &Weights) -> summaries::Builder {
        let found: Vec<Option<Summary>> = (0..self.starts.len() - 1)
            .into_par_iter()
            .with_min_len(256)
            .map(|list| {
                let postings = self.range(list).map(|at| {
                    weights.weighted(self.words[at], table[usize::from(self.impacts[at])], 1.0)
                });
                Summary::of(postings)
            })
            .collect();
        let mut all = summaries::Builder::default();
        for (list, summary) in (0..).zip(&found) {
            if let Some(summary) = summary {
                all.push(list, summary);
            }
        }
        all
    }
}

impl Bigrams {
    /// From the factors of all bigrams of a model.
    pub fn new(core: &Core<'_>, mut factors: Vec<f32>) -> Self {
        let level = &core.levels[0];
        factors.resize(level.ngrams(), 1.0);
        let range = factors.iter().fold([f32::MAX, 0.0], |[a, b], &f| [a.min(f), b.max(f)]);
        let codebook = Codebook::new(range);
        let mut starts: Vec<u32> = level.starts().map(|start| start as u32).collect();
        // A damaged file may lack the first or the last.
        starts.resize(core.words + 1, starts.last().copied().unwrap_or(0));
        let mut words = Vec::with_capacity(factors.len());
        for word in 0..core.words {
            let list = level.words(word);
            let last = core.words.saturating_sub(1) as u32;
            let room = factors.len() - words.len();
            words.extend((0..list.count.min(room)).map(|i| list.id(i).min(last)));
        }
        words.resize(factors.len(), 0);
        let impacts = factors.par_iter().map(|&factor| codebook.code(factor)).collect();
        let by_first = Sorted { starts, words, impacts };
        let (by_last, places) = by_last(&by_first);
        Bigrams { by_first, by_last, places, table: codebook.table() }
    }

    /// Writes the lists by first and by last word.
    pub fn write<W: Write + Seek>(
        &self,
        weights: &Weights,
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        file.section("successors.impacts", &self.by_first.impacts)?;
        self.by_first.summaries(&self.table, weights).write("successors", file)?;
        let lists = self.by_last.starts.len() - 1;
        let width = bits::width(lists as u64);
        let mut starts = elias_fano::Builder::new(lists as u64, self.by_last.words.len() as u64);
        self.by_last.starts.iter().for_each(|&start| starts.push(start.into()));
        let (mut ids, mut buckets) = (BitWriter::default(), buckets::Builder::default());
        self.by_last.words.iter().for_each(|&word| ids.push(word.into(), width));
        (0..lists).for_each(|list| buckets.push(&self.by_last.words[self.by_last.range(list)]));
        file.section("predecessors.starts", &starts.finish())?;
        file.section("predecessors.words", ids.words())?;
        file.section("predecessors.buckets", &buckets.finish())?;
        file.section("predecessors.impacts", &self.by_last.impacts)?;
        self.by_last.summaries(&self.table, weights).write("predecessors", file)
    }
}

/// The same bigrams sorted by their last words, and the place of each: a counting sort, which leaves
/// the first words of each list sorted.
fn by_last(by_first: &Sorted) -> (Sorted, Vec<u32>) {
    let lists = by_first.starts.len() - 1;
    let mut starts = vec![0u32; lists + 1];
    by_first.words.iter().for_each(|&word| starts[word as usize + 1] += 1);
    for i in 0..lists {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let count = by_first.words.len();
    let (mut words, mut impacts, mut places) = (vec![0; count], vec![0; count], vec![0; count]);
    for first in 0..lists {
        for bigram in by_first.range(first) {
            let last = by_first.words[bigram] as usize;
            let at = next[last] as usize;
            words[at] = first as u32;
            impacts[at] = by_first.impacts[bigram];
            places[bigram] = next[last] - starts[last];
            next[last] += 1;
        }
    }
    (Sorted { starts, words, impacts }, places)
}
