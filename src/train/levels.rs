//! Stage 3, adjust: sorted n-grams of the highest order → adjusted counts of every order, as stored.
//!
//! The run of sorted n-grams is read once per order. In the pass for order n every distinct n-gram is looked
//! up without its first word among the (n-1)-grams, which adds 1 to the adjusted count found there and gives
//! the position that the model stores ([`crate::model::core::level`]). Tables of the two orders below are in
//! memory; that of the highest order never is.
//!
//! An n-gram stays in the model if it was seen more often than the threshold of its order, its words are not
//! cut, and the n-grams without its first and without its last word stay.

use rayon::prelude::*;

use super::Config;
use super::encode::{Part, Universe, encode};
use super::means::Means;
use super::memory::give_back;
use super::pass::{Ngram, ngrams};
use super::run::{Decoder, Run};
use super::table::{Kept, Table};
use crate::error::{Error, Remedy, Result, Setting};
use crate::model::core::build::LevelBuilder;
use crate::model::words::BOS;
use crate::progress::Unit;
use crate::text::counted;

/// Counts of counts: how many n-grams have an adjusted count of 1, 2, 3 and 4.
pub type CountsOfCounts = [u64; 4];

/// Every order of the model.
pub struct Levels {
    /// (words) adjusted counts of single words, including cut ones.
    pub words: Vec<u32>,
    /// One for every order from 2.
    pub builders: Vec<LevelBuilder>,
    /// One for every order from 1, before anything is pruned.
    pub counts_of_counts: Vec<CountsOfCounts>,
}

/// What all passes share.
pub struct Passes<'a> {
    /// The n-grams of the highest order, which the last pass uses up.
    pub run: Run,
    /// Order and thresholds.
    pub config: &'a Config,
    /// How many words stay, the first ones.
    pub kept_words: usize,
    /// Bytes of memory in use for other things.
    pub held: u64,
    /// Memory and progress.
    pub means: Means<'a>,
}

impl Passes<'_> {
    /// Makes all orders.
    ///
    /// # Errors
    /// Too little memory for the tables, or the temporary file cannot be read.
    pub fn levels(mut self) -> Result<Levels> {
        let order = self.config.order;
        let pieces = (order - 1) * self.run.blocks.len();
        self.means.progress.stage("adjust", Unit::Pieces, Some(pieces as u64));
        let mut levels =
            Levels { words: Vec::new(), builders: Vec::new(), counts_of_counts: Vec::new() };
        // Per block of the run, the index of the first context in it.
        let mut bases: Vec<u32> = self.run.firsts.clone();
        bases.push(self.run.ngrams[0] as u32);
        bases[0] = 0;
        // The two orders below the one that is being made.
        let mut lower = Table::default();
        let mut below = Table::of_words(self.run.ngrams[0] as usize, self.kept_words);
        for n in 2..=order {
            let (mut table, mut highest) = (Table::default(), None);
            match n == order {
                false => (table, bases) = self.table(n, &lower, &below, &bases)?,
                true => highest = Some(self.highest(n, &lower, &below, &bases)?),
            }
            give_back();
            let adjusted = || below.adjusted.range(0..below.len());
            levels.counts_of_counts.push(counts_of_counts(adjusted()));
            match n - 1 {
                1 => levels.words = adjusted().collect(),
                n => levels.builders.push(encode(n, self.kept_words, &lower, &below)),
            }
            if let Some((builder, counts)) = highest {
                levels.builders.push(builder);
                levels.counts_of_counts.push(counts);
            }
            lower = std::mem::replace(&mut below, table);
        }
        Ok(levels)
    }

    /// The table of order `n`, below the highest, and the bases for the next order.
    fn table(
        &mut self,
        n: usize,
        lower: &Table,
        below: &Table,
        bases: &[u32],
    ) -> Result<(Table, Vec<u32>)> {
        let (contexts, distinct) = (below.len(), self.run.ngrams[n - 1] as usize);
        let entry = if n > 2 { 10 } else { 6 };
        self.check(n, lower, below, 4 * contexts as u64 + entry * distinct as u64)?;
        let mut table = Table::with_capacity(contexts, distinct, n > 2);
        let (mut flags, mut next_bases) = (Vec::new(), vec![0]);
        let threshold = self.config.threshold(n);
        let any_lost = threshold > 0 || !below.kept.is_all();
        let make = |block: Block<'_>| {
            let mut part = TablePart { sizes: vec![0; block.contexts], ..TablePart::default() };
            ngrams(n, block.decoder, below, block.base, |ngram| {
                below.adjusted.add_one(ngram.suffix);
                // Nothing comes before <s>: its n-grams keep their counts.
                if ngram.first == BOS {
                    part.bos.push((part.words.len(), ngram.count));
                }
                part.sizes[ngram.context - block.base] += 1;
                part.words.push(ngram.word);
                if n > 2 {
                    part.suffix.push(ngram.suffix as u32);
                }
                if any_lost {
                    part.kept.push(keeps(&ngram, below, threshold));
                }
            })?;
            Ok(part)
        };
        self.each_block(bases, false, make, |part| {
            for (i, count) in part.bos {
                table.adjusted.set(table.words.len() + i, count);
            }
            table.append(&part.sizes, &part.words, &part.suffix);
            flags.extend_from_slice(&part.kept);
            next_bases.push(table.words.len() as u32);
        })?;
        table.kept = Kept::new(flags);
        Ok((table, next_bases))
    }

    /// The level of the highest order, and its counts of counts.
    fn highest(
        &mut self,
        n: usize,
        lower: &Table,
        below: &Table,
        bases: &[u32],
    ) -> Result<(LevelBuilder, CountsOfCounts)> {
        self.check(n, lower, below, 0)?;
        let mut capped = 0u64;
        let distinct = self.run.ngrams[n - 1];
        let mut builder = LevelBuilder::counts(n, self.kept_words, below.len() as u64, distinct);
        let mut totals = CountsOfCounts::default();
        let (threshold, kept_words) = (self.config.threshold(n), self.kept_words);
        let make = |block: Block<'_>| {
            let (mut part, mut t, mut capped) = (Part::default(), CountsOfCounts::default(), 0u64);
            let mut contexts = block.base..block.base + block.contexts;
            let mut universe = Universe::default();
            let mut inside = false;
            ngrams(n, block.decoder, below, block.base, |ngram| {
                below.adjusted.add_one(ngram.suffix);
                capped += u64::from(ngram.count == u32::MAX);
                if let Some(count) = t.get_mut(ngram.count as usize - 1) {
                    *count += 1;
                }
                while contexts.start <= ngram.context {
                    inside = below.kept.contains(contexts.start);
                    if inside {
                        universe = match contexts.start == ngram.context {
                            true => Universe::of(below, n, ngram.context, kept_words),
                            false => Universe::default(),
                        };
                        part.context(universe.size);
                    }
                    contexts.start += 1;
                }
                match keeps(&ngram, below, threshold) {
                    true => part.child(universe.position(below, ngram.suffix), ngram.count),
                    false if inside => part.lost_child(ngram.count),
                    false => {}
                }
            })?;
            contexts.filter(|&context| below.kept.contains(context)).for_each(|_| part.context(0));
            Ok((part, t, capped))
        };
        self.each_block(bases, true, make, |(part, t, more)| {
            part.append(&mut builder);
            capped += more;
            totals.iter_mut().zip(t).for_each(|(total, t)| *total += t);
        })?;
        if capped > 0 {
            let ngrams = counted(capped, "n-gram");
            self.means.progress.note(&format!(
                "{ngrams} counted more often than 4,294,967,295 times: a model stores no higher count"
            ));
        }
        Ok((builder, totals))
    }

    /// Checks that there is memory for the pass of order `n`, whose table takes `size` bytes.
    fn check(&self, n: usize, lower: &Table, below: &Table, size: u64) -> Result<()> {
        let ngrams = self.run.ngrams[n - 1];
        if ngrams > u32::MAX.into() {
            let what =
                format!("{ngrams} n-grams of order {n}, of which a model holds 4,294,967,295");
            let remedy = Remedy::by("train a lower order, or on fewer counts", &[Setting::Order]);
            return Err(Error::value(what, remedy));
        }
        // What the model stores takes 2 to 3 bytes per n-gram so far, half as much again while it grows,
        // and a flag each if any are dropped. A block being worked on takes six times its compressed size.
        let stored: u64 = self.run.ngrams[1..n].iter().map(|count| count * 7 / 2).sum();
        let sizes: Vec<u64> = (0..self.run.blocks.len()).map(|i| self.run.blocks.size(i)).collect();
        let wave = sizes.chunks(2 * rayon::current_num_threads()).map(|wave| wave.iter().sum());
        let working = 6 * wave.max().unwrap_or(0u64);
        let flags = if self.config.threshold(n) > 0 { ngrams } else { 0 };
        let held = self.held + lower.size() + below.size();
        let what = format!("the {ngrams} n-grams of order {n}");
        self.means.plan.rest(held, size + stored + flags + working, &what).map(drop)
    }

    /// Runs `make` on every block of the run, a few at a time, and `append` on the results in order. The
    /// `last` pass uses up the run.
    fn each_block<P: Send>(
        &mut self,
        bases: &[u32],
        last: bool,
        make: impl Fn(Block<'_>) -> Result<P> + Sync,
        mut append: impl FnMut(P),
    ) -> Result<()> {
        let blocks: Vec<usize> = (0..self.run.blocks.len()).collect();
        for wave in blocks.chunks(2 * rayon::current_num_threads()) {
            let parts: Result<Vec<P>> = wave
                .par_iter()
                .map(|&i| {
                    self.means.progress.go_on()?;
                    let bytes = self.run.blocks.get(i, self.means.spill)?;
                    let decoder = Decoder::new(self.run.order, &bytes);
                    let (base, end) = (bases[i] as usize, bases[i + 1] as usize);
                    let part = make(Block { decoder, base, contexts: end - base })?;
                    self.means.progress.advance(1);
                    Ok(part)
                })
                .collect();
            parts?.into_iter().for_each(&mut append);
            if last {
                wave.iter().for_each(|&i| self.run.blocks.forget(i));
            }
        }
        Ok(())
    }
}

/// A block of the run.
struct Block<'b> {
    decoder: Decoder<'b>,
    /// Index of the first context that begins in it.
    base: usize,
    /// How many contexts begin in it.
    contexts: usize,
}

/// What a block adds to a table.
#[derive(Default)]
struct TablePart {
    /// (contexts) number of children.
    sizes: Vec<u32>,
    words: Vec<u32>,
    suffix: Vec<u32>,
    kept: Vec<bool>,
    /// Which n-grams begin with `<s>`, and their counts.
    bos: Vec<(usize, u32)>,
}

fn keeps(ngram: &Ngram, below: &Table, threshold: u32) -> bool {
    ngram.count > threshold
        && below.kept.contains(ngram.context)
        && below.kept.contains(ngram.suffix)
}

fn counts_of_counts(adjusted: impl Iterator<Item = u32>) -> CountsOfCounts {
    let mut t = CountsOfCounts::default();
    for count in adjusted.filter(|count| (1..=4).contains(count)) {
        t[count as usize - 1] += 1;
    }
    t
}
