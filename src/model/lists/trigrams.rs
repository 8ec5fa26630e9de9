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
use crate::progress::{Progress, Unit};

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
    let pieces = bigrams.pieces(|bigram| starts[bigram as usize]);
    drop(starts);
    let walks = 2 + 8 * u64::from(trigrams) / memory.max(1);
    progress.stage("index", Unit::Pieces, Some(walks * pieces.len() as u64));
    let Survey { pair_offsets, left } = Survey::new(core, &pieces, progress);
    let mut left = Left::new(left, trigrams, memory, file)?;
    let right = Section::new("right", trigrams, file);
    let mut pairs = Pairs::new(&pair_offsets, trigrams, file)?;
    drop(pair_offsets);
    let mut first = left.next();
    for wave in pieces.chunks(2 * rayon::current_num_threads()) {
        let parts: Vec<Part> = wave.par_iter().map(|piece| Part::new(core, piece)).collect();
        for part in parts {
            bigrams.words.extend_from_slice(&part.bigram_words);
            bigrams.factors.extend_from_slice(&part.bigram_factors);
            right.fill(&part.right_words, &part.factors, file)?;
            pairs.fill(&part, file)?;
            if let Some(range) = &mut first {
                range.gather(&part.left);
            }
            progress.advance(1);
        }
    }
    if let Some(range) = first {
        left.write(range, file)?;
    }
    while let Some(mut range) = left.next() {
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let suffixes = range.suffixes.clone();
            let parts: Vec<Vec<Item>> =
                wave.par_iter().map(|piece| left_items(core, piece, &suffixes)).collect();
            parts.iter().for_each(|part| range.gather(part));
            progress.advance(wave.len() as u64);
        }
        left.write(range, file)?;
    }
    Ok(())
}

/// The index of the bigram of the last two words, the first word, and the factor of a trigram.
type Item = (u32, u32, f32);

/// The words and factors of the lists of one kind, filled as they come.
struct Section {
    words: Open,
    factors: Open,
}

impl Section {
    fn new<W: Write + Seek>(kind: &str, postings: u32, file: &mut Writer<W>) -> Self {
        let words = file.reserve::<u32>(format!("{kind}.words"), postings.into());
        let factors = file.reserve::<f32>(format!("{kind}.factors"), postings.into());
        Section { words, factors }
    }

    fn fill<W: Write + Seek>(
        &self,
        words: &[u32],
        factors: &[f32],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        file.fill(self.words, words)?;
        file.fill(self.factors, factors)
    }
}

/// The trigrams of a few first words.
#[derive(Default)]
struct Part {
    bigram_words: Vec<u32>,
    bigram_factors: Vec<f32>,
    right_words: Vec<u32>,
    factors: Vec<f32>,
    left: Vec<Item>,
    /// (pairs) outer word behind, of each first word in turn.
    pair_words: Vec<u32>,
    /// (pairs) number of middle words.
    sizes: Vec<u32>,
    middle_words: Vec<u32>,
    middle_factors: Vec<f32>,
}

/// The lists around a middle word.
struct Pairs {
    words: Open,
    offsets: Open,
    middle: Section,
    /// Where the next list begins.
    end: u32,
}

impl Pairs {
    fn new<W: Write + Seek>(
        pair_offsets: &[u32],
        trigrams: u32,
        file: &mut Writer<W>,
    ) -> io::Result<Self> {
        let pairs = u64::from(pair_offsets.last().copied().unwrap_or(0));
        file.section("middle.pair_offsets", pair_offsets)?;
        let words = file.reserve::<u32>("middle.pair_words", pairs);
        let offsets = file.reserve::<u32>("middle.offsets", pairs + 1);
        file.fill(offsets, &[0u32])?;
        Ok(Pairs { words, offsets, middle: Section::new("middle", trigrams, file), end: 0 })
    }

    fn fill<W: Write + Seek>(&mut self, part: &Part, file: &mut Writer<W>) -> io::Result<()> {
        let ends = part.sizes.iter().map(|size| {
            self.end += size;
            self.end
        });
        let ends: Vec<u32> = ends.collect();
        file.fill(self.words, &part.pair_words)?;
        file.fill(self.offsets, &ends)?;
        self.middle.fill(&part.middle_words, &part.middle_factors, file)
    }
}

/// How many lists there will be, and how long.
struct Survey {
    /// (words + 1) where the pairs of each first word begin.
    pair_offsets: Vec<u32>,
    /// (bigrams + 1) where the list by each bigram of words behind begins.
    left: Vec<u32>,
}

impl Survey {
    fn new(core: &Core<'_>, pieces: &[Range<u32>], progress: &dyn Progress) -> Self {
        let mut pair_offsets = vec![0u32];
        let mut left = vec![0u32; core.levels[0].ngrams() + 1];
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let parts: Vec<(Vec<u32>, Vec<u32>)> =
                wave.par_iter().map(|piece| Self::piece(core, piece)).collect();
            progress.advance(wave.len() as u64);
            for (pairs, suffixes) in parts {
                for count in pairs {
                    pair_offsets.push(pair_offsets.last().map_or(0, |end| end + count));
                }
                for suffix in suffixes {
                    if let Some(count) = left.get_mut(suffix as usize + 1) {
                        *count += 1;
                    }
                }
            }
        }
        for i in 1..left.len() {
            left[i] += left[i - 1];
        }
        Survey { pair_offsets, left }
    }

    /// Per first word its number of pairs, and the index of the last two words of every trigram.
    fn piece(core: &Core<'_>, first: &Range<u32>) -> (Vec<u32>, Vec<u32>) {
        let (mut pairs, mut suffixes) = (Vec::new(), Vec::new());
        let mut last_words = Vec::new();
        for word in first.clone() {
            last_words.clear();
            core.contexts(2, word..word + 1, &mut |_, trigrams| {
                for (suffix, last) in trigrams.endings() {
                    suffixes.push(suffix);
                    last_words.push(last);
                }
            });
            last_words.sort_unstable();
            last_words.dedup();
            pairs.push(last_words.len() as u32);
        }
        (pairs, suffixes)
    }
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
            for pair in items.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
                part.pair_words.push((pair[0].0 >> 32) as u32);
                part.sizes.push(pair.len() as u32);
            }
            part.middle_words.extend(items.iter().map(|item| item.0 as u32));
            part.middle_factors.extend(items.iter().map(|item| item.1));
        }
        part
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
    section: Section,
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
        offsets: Vec<u32>,
        trigrams: u32,
        memory: u64,
        file: &mut Writer<W>,
    ) -> io::Result<Self> {
        file.section("left.offsets", &offsets)?;
        let section = Section::new("left", trigrams, file);
        let most = (memory / 8).clamp(1 << 16, u32::MAX.into()) as u32;
        Ok(Left { offsets, section, most, done: 0 })
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
        self.section.fill(&range.words, &range.factors, file)
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
