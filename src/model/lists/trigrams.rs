//! The posting lists of trigrams, B and C, and the extras of the long lists A. (Lists A are the n-grams of
//! the core themselves.) The trigrams are walked in order, a few first words at a time. Lists B are
//! complete with their first word and sorted there. Lists C gather from everywhere: as many of them as the
//! memory allows are gathered in one walk, the next ones in another.

use std::io::{self, Seek, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::a;
use super::c::{Item, ListsC};
use super::grouped;
use super::pairs;
use super::source::Source;
use super::summaries::{SUMMED, Summary};
use super::survey::Survey;
use super::weights::delta;
use crate::model::core::{State, bits};
use crate::model::format::Writer;
use crate::progress::Progress;

/// Writes the lists of trigrams.
pub(super) fn write<W: Write + Seek>(
    source: Source<'_>,
    survey: Survey,
    pieces: &[Range<u32>],
    memory: u64,
    file: &mut Writer<W>,
    progress: &dyn Progress,
) -> io::Result<()> {
    let mut lists_b = ListsB::new(&source, &survey.pairs, file);
    let mut lists_a = a::Builder::new(source.core, file);
    let mut lists_c = ListsC::new(source, survey.c, memory, file);
    let mut first = lists_c.next();
    for wave in pieces.chunks(2 * rayon::current_num_threads()) {
        let parts: Vec<Part> = wave.par_iter().map(|piece| Part::new(&source, piece)).collect();
        for part in parts {
            lists_a.push(&part.a, &part.a_impacts, file)?;
            lists_b.fill(&part, &source, file)?;
            if let Some(range) = &mut first {
                range.gather(&part.c);
            }
            progress.advance(1);
            progress.go_on()?;
        }
    }
    lists_b.finish(file)?;
    lists_a.finish(file)?;
    if let Some(range) = first {
        lists_c.write(range, file)?;
    }
    while let Some(mut range) = lists_c.next() {
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let suffixes = range.suffixes.clone();
            let parts: Vec<Vec<Item>> =
                wave.par_iter().map(|piece| items_of_c(&source, piece, &suffixes)).collect();
            parts.iter().for_each(|part| range.gather(part));
            progress.advance(wave.len() as u64);
            progress.go_on()?;
        }
        lists_c.write(range, file)?;
    }
    lists_c.finish(file)
}

/// The trigrams of a few first words.
#[derive(Default)]
struct Part {
    /// Summaries of the long lists A: bigram, summary, length.
    a: Vec<(u32, Summary, u32)>,
    a_impacts: Vec<u8>,
    c: Vec<Item>,
    /// (first words) number of pairs of each.
    pair_counts: Vec<u32>,
    /// (pairs) outer word on the right, of each first word in turn.
    pair_words: Vec<u32>,
    /// (pairs) number of middle words.
    sizes: Vec<u32>,
    /// Positions of the middle words in F of the first word.
    b: Vec<u32>,
    b_impacts: Vec<u8>,
}

impl Part {
    fn new(source: &Source<'_>, first: &Range<u32>) -> Self {
        let mut part = Part::default();
        let mut items: Vec<(u64, u8)> = Vec::new();
        for word in first.clone() {
            items.clear();
            let f = source.core.expand(&State::of(&[word]));
            for i in 0..f.len() {
                let bigram = f.child(i);
                part.trigrams(source, &bigram.nodes, i as u32, &mut items);
            }
            items.sort_unstable_by_key(|&(key, _)| key);
            let pairs = part.pair_words.len();
            for pair in items.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
                part.pair_words.push((pair[0].0 >> 32) as u32);
                part.sizes.push(pair.len() as u32);
            }
            part.pair_counts.push((part.pair_words.len() - pairs) as u32);
            part.b.extend(items.iter().map(|item| item.0 as u32));
            part.b_impacts.extend(items.iter().map(|item| item.1));
        }
        part
    }

    /// Adds the trigrams of a bigram, the `position`-th of its first word.
    fn trigrams(
        &mut self,
        source: &Source<'_>,
        bigram: &[u32],
        position: u32,
        items: &mut Vec<(u64, u8)>,
    ) {
        let Source { core, bigrams, weights, codebook, table } = *source;
        let trigrams = core.expand(&State::of(&bigram[..2]));
        let backoff = trigrams.backoff();
        let place = bigrams.places.get(bigram[1] as usize).copied().unwrap_or(0);
        let long = trigrams.len() >= SUMMED;
        let mut postings = Vec::new();
        for j in 0..trigrams.len() {
            let trigram = trigrams.child(j);
            let factor = delta(&trigram, backoff);
            let impact = codebook.code(factor);
            self.c.push((trigram.nodes[1], place, impact));
            items.push((u64::from(trigram.word) << 32 | u64::from(position), impact));
            if long {
                self.a_impacts.push(impact);
                let alone = bigrams.by_first.impacts.get(trigram.nodes[1] as usize);
                let alone = bigrams.table[usize::from(alone.copied().unwrap_or(0))];
                let with = alone * table[usize::from(impact)];
                postings.push(weights.weighted(trigram.word, with, alone));
            }
        }
        if let Some(summary) = Summary::of(postings.into_iter()) {
            self.a.push((bigram[1], summary, trigrams.len() as u32));
        }
    }
}

fn items_of_c(source: &Source<'_>, first: &Range<u32>, suffixes: &Range<u32>) -> Vec<Item> {
    let mut items = Vec::new();
    for word in first.clone() {
        let f = source.core.expand(&State::of(&[word]));
        for i in 0..f.len() {
            let bigram = f.child(i);
            let trigrams = source.core.expand(&State::of(&bigram.nodes[..2]));
            let backoff = trigrams.backoff();
            let place = source.bigrams.places.get(bigram.nodes[1] as usize).copied().unwrap_or(0);
            for (j, (ending, _)) in trigrams.endings().enumerate() {
                if suffixes.contains(&ending) {
                    let trigram = trigrams.child(j);
                    let factor = delta(&trigram, backoff);
                    items.push((ending, place, source.codebook.code(factor)));
                }
            }
        }
    }
    items
}

/// Lists B, being written.
struct ListsB {
    pairs: pairs::Builder,
    lists: grouped::Builder,
    /// The next first word.
    word: usize,
}

impl ListsB {
    fn new<W: Write + Seek>(source: &Source<'_>, pairs: &[u32], file: &mut Writer<W>) -> Self {
        let words = source.core.words as u64;
        let count: u64 = pairs.iter().map(|&count| u64::from(count)).sum();
        let trigrams: Vec<u64> = source.core.levels[1].starts().collect();
        let bits = (0..source.core.words).map(|word| {
            let bigrams = source.bigrams.by_first.range(word);
            let at = |bigram: usize| trigrams.get(bigram).copied().unwrap_or(0);
            let postings = at(bigrams.end) - at(bigrams.start).min(at(bigrams.end));
            postings * u64::from(bits::width(bigrams.len() as u64))
        });
        let sizes = [words, count, source.core.levels[1].ngrams() as u64, bits.sum()];
        ListsB {
            pairs: pairs::Builder::new(words, count),
            lists: grouped::Builder::new("middle", sizes, file),
            word: 0,
        }
    }

    fn fill<W: Write + Seek>(
        &mut self,
        part: &Part,
        source: &Source<'_>,
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        let (mut pair, mut at) = (0, 0);
        for &count in &part.pair_counts {
            let width = self.lists.group(source.bigrams.by_first.range(self.word).len());
            self.word += 1;
            let pairs = pair..pair + count as usize;
            pair = pairs.end;
            self.pairs.push(&part.pair_words[pairs.clone()]);
            for &size in &part.sizes[pairs] {
                let end = at + size as usize;
                self.lists.list(part.b[at..end].iter().copied(), width);
                at = end;
            }
        }
        self.lists.impacts(&part.b_impacts, file)
    }

    fn finish<W: Write + Seek>(self, file: &mut Writer<W>) -> io::Result<()> {
        self.pairs.write("middle", file)?;
        self.lists.finish(file)
    }
}
