//! The posting lists of trigrams: by the two words before, the two words behind, and the words around
//! the candidate.
//!
//! The trigrams are walked in order, a few first words at a time. The lists by the two words before
//! come out as they go; those around a middle word are complete with their first word and sorted
//! there. The lists by the two words behind gather from everywhere: as many of them as the memory
//! allows are gathered in one walk, the next ones in another.

use std::io::{self, Seek, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::factor;
use super::neighbours::Bigrams;
use crate::model::core::{Core, State};
use crate::model::format::{Open, Writer};
use crate::progress::Progress;

/// Writes the lists of trigrams, and appends the bigrams on the way.
///
/// # Errors
/// What the writer reports.
pub fn write<W: Write + Seek>(
    core: &Core<'_>,
    bigrams: &mut Bigrams,
    memory: u64,
    file: &mut Writer<W>,
    progress: &dyn Progress,
) -> io::Result<()> {
    let starts: Vec<u32> = core.levels[1].starts().map(|start| start as u32).collect();
    let trigrams = starts.last().copied().unwrap_or(0);
    file.section("right.offsets", &starts)?;
    drop(starts);
    let pieces = bigrams.pieces();
    let mut left = Left::new(core, &pieces, trigrams, memory, file)?;
    let mut sections = ["right", "middle"].map(|kind| {
        let words = file.reserve::<u32>(format!("{kind}.words"), trigrams.into());
        [words, file.reserve::<f32>(format!("{kind}.factors"), trigrams.into())]
    });
    let [right, middle] = &mut sections;
    let mut pairs = Pairs { offsets: vec![0], words: Vec::new(), starts: vec![0] };
    let mut first = left.next();
    for wave in pieces.chunks(2 * rayon::current_num_threads()) {
        let parts: Vec<Part> = wave.par_iter().map(|piece| Part::new(core, piece)).collect();
        for part in parts {
            bigrams.words.extend_from_slice(&part.bigram_words);
            bigrams.factors.extend_from_slice(&part.bigram_factors);
            file.fill(right[0], &part.right_words)?;
            file.fill(right[1], &part.factors)?;
            part.middle(&mut pairs, middle, file)?;
            if let Some(range) = &mut first {
                range.gather(&part.left);
            }
            progress.advance(1);
        }
    }
    file.section("middle.pair_offsets", &pairs.offsets)?;
    file.section("middle.pair_words", &pairs.words)?;
    file.section("middle.offsets", &pairs.starts)?;
    drop(pairs);
    if let Some(range) = first {
        left.write(range, file)?;
    }
    while let Some(mut range) = left.next() {
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let suffixes = range.suffixes.clone();
            let parts: Vec<Vec<Item>> =
                wave.par_iter().map(|piece| left_items(core, piece, &suffixes)).collect();
            parts.iter().for_each(|part| range.gather(part));
        }
        left.write(range, file)?;
    }
    Ok(())
}

/// The index of the bigram of the last two words, the first word, and the factor of a trigram.
type Item = (u32, u32, f32);

/// The trigrams of a few first words.
#[derive(Default)]
struct Part {
    bigram_words: Vec<u32>,
    bigram_factors: Vec<f32>,
    right_words: Vec<u32>,
    factors: Vec<f32>,
    left: Vec<Item>,
    /// Per first word, its pairs.
    pairs: Vec<u32>,
    /// (pairs) outer word behind, and number of middle words.
    sizes: Vec<(u32, u32)>,
    middle_words: Vec<u32>,
    middle_factors: Vec<f32>,
}

/// The pairs around a middle word.
struct Pairs {
    /// (words + 1) where those of each first word begin.
    offsets: Vec<u32>,
    /// (pairs) last word.
    words: Vec<u32>,
    /// (pairs + 1) where the middle words begin.
    starts: Vec<u32>,
}

impl Part {
    fn new(core: &Core<'_>, first: &Range<u32>) -> Self {
        let mut part = Part::default();
        let mut items: Vec<(u64, f32)> = Vec::new();
        for word in first.clone() {
            items.clear();
            let successors = core.expand(&State::of(&[word]));
            for i in 0..successors.len() {
                let bigram = successors.child(i);
                let trigrams = core.expand(&State::of(&bigram.nodes[..2]));
                let backoff = trigrams.backoff();
                part.bigram_words.push(bigram.word);
                let alone = successors.backoff() * bigram.lower_p;
                part.bigram_factors.push(factor(bigram.p / alone * backoff));
                for j in 0..trigrams.len() {
                    let trigram = trigrams.child(j);
                    let factor = factor(trigram.p / (backoff * trigram.lower_p));
                    part.right_words.push(trigram.word);
                    part.factors.push(factor);
                    part.left.push((trigram.nodes[1], word, factor));
                    items.push((u64::from(trigram.word) << 32 | u64::from(bigram.word), factor));
                }
            }
            items.sort_unstable_by_key(|&(key, _)| key);
            let before = part.sizes.len();
            for pair in items.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
                part.sizes.push(((pair[0].0 >> 32) as u32, pair.len() as u32));
            }
            part.middle_words.extend(items.iter().map(|item| item.0 as u32));
            part.middle_factors.extend(items.iter().map(|item| item.1));
            part.pairs.push((part.sizes.len() - before) as u32);
        }
        part
    }

    fn middle<W: Write + Seek>(
        &self,
        pairs: &mut Pairs,
        sections: &[Open; 2],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        let (mut pair_count, mut posting_count) =
            (pairs.words.len() as u32, pairs.starts.last().copied().unwrap_or(0));
        for count in &self.pairs {
            pair_count += count;
            pairs.offsets.push(pair_count);
        }
        for &(word, size) in &self.sizes {
            posting_count += size;
            pairs.words.push(word);
            pairs.starts.push(posting_count);
        }
        file.fill(sections[0], &self.middle_words)?;
        file.fill(sections[1], &self.middle_factors)
    }
}

fn left_items(core: &Core<'_>, first: &Range<u32>, suffixes: &Range<u32>) -> Vec<Item> {
    let mut items = Vec::new();
    core.contexts(2, first.clone(), &mut |words, trigrams| {
        let backoff = trigrams.backoff();
        for i in 0..trigrams.len() {
            let trigram = trigrams.child(i);
            if suffixes.contains(&trigram.nodes[1]) {
                let factor = factor(trigram.p / (backoff * trigram.lower_p));
                items.push((trigram.nodes[1], words[0], factor));
            }
        }
    });
    items
}

/// The lists by the two words behind.
struct Left {
    offsets: Vec<u32>,
    words: Open,
    factors: Open,
    /// How many postings are gathered at a time.
    most: u32,
    /// The first bigram that has not been gathered.
    done: u32,
}

/// Some of these lists, being gathered.
struct Gathered {
    /// Which bigrams.
    suffixes: Range<u32>,
    /// Where the first one's list begins.
    start: u32,
    /// (bigrams) where the next posting goes.
    next: Vec<u32>,
    words: Vec<u32>,
    factors: Vec<f32>,
}

impl Left {
    fn new<W: Write + Seek>(
        core: &Core<'_>,
        pieces: &[Range<u32>],
        trigrams: u32,
        memory: u64,
        file: &mut Writer<W>,
    ) -> io::Result<Self> {
        let bigrams = core.levels[0].ngrams();
        let mut counts = vec![0u32; bigrams + 1];
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let suffixes: Vec<Vec<u32>> =
                wave.par_iter().map(|piece| suffixes(core, piece)).collect();
            for &suffix in suffixes.iter().flatten() {
                if let Some(count) = counts.get_mut(suffix as usize + 1) {
                    *count += 1;
                }
            }
        }
        for i in 0..bigrams {
            counts[i + 1] += counts[i];
        }
        let offsets = counts;
        file.section("left.offsets", &offsets)?;
        let words = file.reserve::<u32>("left.words", trigrams.into());
        let factors = file.reserve::<f32>("left.factors", trigrams.into());
        let most = (memory / 8).clamp(1 << 16, u32::MAX.into()) as u32;
        Ok(Left { offsets, words, factors, most, done: 0 })
    }

    /// Begins to gather as many of the next lists as may be gathered together.
    fn next(&mut self) -> Option<Gathered> {
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
        let (words, factors) = (vec![0; items], vec![0.0; items]);
        Some(Gathered { suffixes, start, next, words, factors })
    }

    fn write<W: Write + Seek>(&self, range: Gathered, file: &mut Writer<W>) -> io::Result<()> {
        file.fill(self.words, &range.words)?;
        file.fill(self.factors, &range.factors)
    }
}

impl Gathered {
    /// Files postings; they come sorted by first word, so that every list comes out sorted.
    fn gather(&mut self, items: &[Item]) {
        for &(suffix, word, factor) in items {
            let Some(next) = suffix
                .checked_sub(self.suffixes.start)
                .and_then(|list| self.next.get_mut(list as usize))
            else {
                continue;
            };
            let at = (*next - self.start) as usize;
            self.words[at] = word;
            self.factors[at] = factor;
            *next += 1;
        }
    }
}

/// The index of the bigram of the last two words of every trigram.
fn suffixes(core: &Core<'_>, first: &Range<u32>) -> Vec<u32> {
    let mut all = Vec::new();
    core.contexts(2, first.clone(), &mut |_, trigrams| all.extend(trigrams.suffixes()));
    all
}
