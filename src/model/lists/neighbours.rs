//! The posting lists of bigrams: the words behind a word, and the words in front of it.

use std::io::{self, Seek, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::{best_first, factor};
use crate::model::core::Core;
use crate::model::format::Writer;
use crate::model::pieces::pieces;

/// How many words the head of a neighbour's list holds at most.
pub const HEAD: usize = 256;
/// How many n-grams are one piece of parallel work, at least.
const CHUNK: u64 = 1 << 15;

/// All bigrams with their factors, sorted by words.
#[derive(Debug, Default)]
pub struct Bigrams {
    /// (words + 1) where those of each first word begin.
    pub offsets: Vec<u32>,
    /// (bigrams) last word.
    pub words: Vec<u32>,
    /// (bigrams) exp phi.
    pub factors: Vec<f32>,
}

impl Bigrams {
    /// Knows where they begin; words and factors are to be appended.
    pub fn new(core: &Core<'_>) -> Self {
        let offsets: Vec<u32> = core.levels[0].starts().map(|start| start as u32).collect();
        let count = offsets.last().map_or(0, |&end| end as usize);
        let (words, factors) = (Vec::with_capacity(count), Vec::with_capacity(count));
        Bigrams { offsets, words, factors }
    }

    /// First words in pieces of about the same number of n-grams; `longer` tells how many longer ones
    /// there are before those of a bigram.
    pub fn pieces(&self, longer: impl Fn(u32) -> u32) -> Vec<Range<u32>> {
        let before = |word: usize| {
            let bigrams = self.offsets[word];
            u64::from(bigrams) + u64::from(longer(bigrams))
        };
        let pieces = pieces(self.offsets.len() - 1, before, CHUNK);
        pieces.into_iter().map(|piece| piece.start as u32..piece.end as u32).collect()
    }

    /// Appends the bigrams of a model that has nothing longer.
    pub fn fill(&mut self, core: &Core<'_>) {
        let parts: Vec<(Vec<u32>, Vec<f32>)> = self
            .pieces(|_| 0)
            .into_par_iter()
            .map(|first| {
                let (mut words, mut factors) = (Vec::new(), Vec::new());
                core.contexts(1, first, &mut |_, expansion| {
                    for i in 0..expansion.len() {
                        let child = expansion.child(i);
                        words.push(child.word);
                        factors.push(factor(child.p / (expansion.backoff() * child.lower_p)));
                    }
                });
                (words, factors)
            })
            .collect();
        for (words, factors) in parts {
            self.words.extend_from_slice(&words);
            self.factors.extend_from_slice(&factors);
        }
    }

    /// Writes the lists by first and by last word.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write<W: Write + Seek>(
        self,
        weights: &[[f32; 2]],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        self.write_as("successors", weights, file)?;
        let by_last = self.by_last();
        drop(self);
        by_last.write_as("predecessors", weights, file)
    }

    fn write_as<W: Write + Seek>(
        &self,
        kind: &str,
        weights: &[[f32; 2]],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        file.section(format!("{kind}.offsets"), &self.offsets)?;
        file.section(format!("{kind}.words"), &self.words)?;
        file.section(format!("{kind}.factors"), &self.factors)?;
        let parts: Vec<([f64; 2], Vec<u32>)> = (0..self.offsets.len() - 1)
            .into_par_iter()
            .with_min_len(256)
            .map(|list| {
                let (words, factors) = self.list(list);
                head_and_sums(words, factors, weights)
            })
            .collect();
        let (mut sums, mut head_offsets, mut heads) = (Vec::new(), vec![0u32], Vec::new());
        for (list_sums, head) in parts {
            sums.push(list_sums);
            heads.extend_from_slice(&head);
            head_offsets.push(heads.len() as u32);
        }
        file.section(format!("{kind}.sums"), &sums)?;
        file.section(format!("{kind}.head_offsets"), &head_offsets)?;
        file.section(format!("{kind}.heads"), &heads)
    }

    /// The same bigrams sorted by their last words: a counting sort, which leaves the first words of
    /// each list sorted.
    fn by_last(&self) -> Bigrams {
        let lists = self.offsets.len() - 1;
        let offsets = offsets(lists, self.words.iter().copied());
        let mut next = offsets.clone();
        let (mut words, mut factors) = (vec![0; self.words.len()], vec![0.0; self.words.len()]);
        for first in 0..lists {
            let (last_words, list_factors) = self.list(first);
            for (&word, &factor) in last_words.iter().zip(list_factors) {
                let at = &mut next[word as usize];
                words[*at as usize] = first as u32;
                factors[*at as usize] = factor;
                *at += 1;
            }
        }
        Bigrams { offsets, words, factors }
    }

    /// The words and factors behind a word; nothing where a damaged file has too few.
    fn list(&self, first: usize) -> (&[u32], &[f32]) {
        let range = self.offsets[first] as usize..self.offsets[first + 1] as usize;
        match (self.words.get(range.clone()), self.factors.get(range)) {
            (Some(words), Some(factors)) => (words, factors),
            _ => (&[], &[]),
        }
    }
}

/// Where each of `lists` lists begins, from the list of every item.
fn offsets(lists: usize, items: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut offsets = vec![0u32; lists + 1];
    for list in items {
        offsets[list as usize + 1] += 1;
    }
    for i in 0..lists {
        offsets[i + 1] += offsets[i];
    }
    offsets
}

/// The sum over one list of exp g (factor - 1), plain and times the length in characters, and the
/// positions of the [`HEAD`] words with the highest exp g times factor, highest first.
pub(crate) fn head_and_sums(
    words: &[u32],
    factors: &[f32],
    weights: &[[f32; 2]],
) -> ([f64; 2], Vec<u32>) {
    let mut sums = [0.0; 2];
    let mut items: Vec<(f32, u32)> = Vec::with_capacity(words.len());
    for (i, (&word, &factor)) in words.iter().zip(factors).enumerate() {
        let [weight, length] = weights.get(word as usize).copied().unwrap_or_default();
        let more = f64::from(weight) * (f64::from(factor) - 1.0);
        sums[0] += more;
        sums[1] += more * f64::from(length);
        items.push((factor * weight, i as u32));
    }
    if items.len() > HEAD {
        items.select_nth_unstable_by(HEAD, best_first);
        items.truncate(HEAD);
    }
    items.sort_unstable_by(best_first);
    (sums, items.into_iter().map(|(_, at)| at).collect())
}
