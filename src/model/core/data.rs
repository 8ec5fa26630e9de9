//! The n-grams of a model as they lie in the file: sections in memory, and where they are in a file.
//!
//! ```text
//! ngrams.discounts        3 × f64     D1, D2, D3+ of every order
//! ngrams.1.p              f32         (words) probabilities of single words
//! ngrams.N.starts         Elias-Fano  (contexts + 1) where the n-grams of each context begin, N > 1
//! ngrams.N.bits           Elias-Fano  (contexts + 1) where the positions of each begin, in bits, N > 2
//! ngrams.N.positions      bits        last words, as positions among the children of the suffix
//! ngrams.2.buckets        buckets     where to look among the words after a frequent word
//! ngrams.N.counts         small       adjusted counts less 1
//! ngrams.N.pruned         small       (contexts) the sum of the counts that were pruned; empty where
//!                                     none was
//! ngrams.N.heavy          u32         contexts of more than 64 children, rising
//! ngrams.N.heavy_constants  2 × f64   (heavy) the sum of the children's counts, and gamma
//! ```
//!
//! `train --fast` adds `ngrams.N.tiles`, `.table`, `.frequent` and `.constants`, the same n-grams once more, for look-ups
//! ([`super::table`]).
//!
//! From an ARPA file there are, in place of `ngrams.1.p` and of counts, pruned and heavy:
//!
//! ```text
//! ngrams.1.log10_p, ngrams.N.log10_p  f32  as they were printed
//! ngrams.N.log10_backoff              f32  (contexts)
//! ```
//!
//! Ids are ranks by frequency after `<unk>` 0, `<s>` 1 and `</s>` 2. With an n-gram, its context and the
//! n-gram without its first word are stored too; everything relies on it. Encodings: [`super::elias_fano`],
//! [`super::small`], [`super::buckets`], [`super::bits`].

use std::io::{self, Seek, Write};

use super::bits;
use super::buckets::Buckets;
use super::elias_fano::EliasFano;
use super::level::{Level, Values};
use super::ngrams::{Core, MAX_ORDER};
use super::small::Small;
use super::table::Table;
use crate::model::format::Writer;
use crate::model::skip::SkipData;

/// The n-grams of a model in memory.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct CoreData {
    /// (words) as in [`Core::unigrams`].
    pub unigrams: Vec<f32>,
    /// As in [`Core::logs`].
    pub logs: bool,
    /// D1, D2 and D3+ of single words.
    pub discounts: [f64; 3],
    /// One for every order from 2.
    pub levels: Vec<LevelData>,
    /// Pairs of words with others between them, if there are any.
    pub skip: Option<SkipData>,
}

/// The sections of one order; see [`Level`].
#[derive(Debug, Clone, PartialEq)]
pub struct LevelData {
    pub(super) order: usize,
    pub(super) words: usize,
    pub(super) ngrams: u64,
    pub(super) starts: Vec<u64>,
    pub(super) bits: Vec<u64>,
    pub(super) positions: Vec<u64>,
    pub(super) buckets: Vec<u64>,
    pub(super) values: ValuesData,
    pub(super) discounts: [f64; 3],
}

/// See [`Values`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ValuesData {
    Counts { counts: Vec<u64>, pruned: Vec<u64>, heavy: Vec<u32>, heavy_constants: Vec<[f64; 2]> },
    Logs { log10_p: Vec<f32>, log10_backoff: Vec<f32> },
}

/// The sections of one order, wherever they lie.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// `ngrams.N.starts`
    pub starts: &'a [u64],
    /// `ngrams.N.bits`, for n > 2.
    pub bits: &'a [u64],
    /// `ngrams.N.positions`
    pub positions: &'a [u64],
    /// `ngrams.2.buckets`, for n = 2.
    pub buckets: &'a [u64],
    pub values: PartValues<'a>,
    /// D1, D2 and D3+ of this order.
    pub discounts: [f64; 3],
}

/// The sections of one order with figures.
#[derive(Debug, Clone, Copy)]
pub enum PartValues<'a> {
    /// `ngrams.N.counts`, `.pruned`, `.heavy` and `.heavy_constants`.
    Counts(&'a [u64], &'a [u64], &'a [u32], &'a [[f64; 2]]),
    /// `ngrams.N.log10_p` and `.log10_backoff`.
    Logs(&'a [f32], &'a [f32]),
}

impl<'a> Parts<'a> {
    /// The level of order `n`, if all lengths fit `words` words, `ngrams` n-grams and `contexts` contexts.
    pub fn level(
        self,
        n: usize,
        words: usize,
        ngrams: usize,
        contexts: usize,
    ) -> Option<Level<'a>> {
        let starts = EliasFano::parse(self.starts)?;
        let bits = if n > 2 { EliasFano::parse(self.bits)? } else { EliasFano::default() };
        let values = match self.values {
            PartValues::Counts(counts, pruned, heavy, heavy_constants) => Values::Counts {
                counts: Small::parse(counts).filter(|counts| counts.len() == ngrams)?,
                pruned: Small::parse(pruned).filter(|p| [0, contexts].contains(&p.len()))?,
                heavy: (heavy.len() == heavy_constants.len()).then_some(heavy)?,
                heavy_constants,
            },
            PartValues::Logs(log10_p, log10_backoff) => {
                let fit = log10_p.len() == ngrams && log10_backoff.len() == contexts;
                fit.then_some(Values::Logs { log10_p, log10_backoff })?
            }
        };
        let fit = starts.len() == contexts + 1 && (n == 2 || bits.len() == contexts + 1);
        let buckets = if n == 2 { Buckets::parse(self.buckets)? } else { Buckets::default() };
        let width = if n == 2 { bits::width(words as u64) } else { 0 };
        let (positions, discounts) = (self.positions, self.discounts);
        let table = Table::default();
        fit.then_some(Level { starts, bits, width, positions, buckets, values, discounts, table })
    }
}

impl LevelData {
    pub fn ngrams(&self) -> u64 {
        self.ngrams
    }

    fn parts(&self) -> Parts<'_> {
        let values = match &self.values {
            ValuesData::Counts { counts, pruned, heavy, heavy_constants } => {
                PartValues::Counts(counts, pruned, heavy, heavy_constants)
            }
            ValuesData::Logs { log10_p, log10_backoff } => PartValues::Logs(log10_p, log10_backoff),
        };
        let Self { starts, bits, positions, buckets, discounts, .. } = self;
        Parts { starts, bits, positions, buckets, values, discounts: *discounts }
    }

    fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        let name = |part: &str| format!("ngrams.{}.{part}", self.order);
        file.section(name("starts"), &self.starts)?;
        if self.order > 2 {
            file.section(name("bits"), &self.bits)?;
        }
        file.section(name("positions"), &self.positions)?;
        if self.order == 2 {
            file.section(name("buckets"), &self.buckets)?;
        }
        match &self.values {
            ValuesData::Logs { log10_p, log10_backoff } => {
                file.section(name("log10_p"), log10_p)?;
                file.section(name("log10_backoff"), log10_backoff)
            }
            ValuesData::Counts { counts, pruned, heavy, heavy_constants } => {
                file.section(name("counts"), counts)?;
                file.section(name("pruned"), pruned)?;
                file.section(name("heavy"), heavy)?;
                file.section(name("heavy_constants"), heavy_constants)
            }
        }
    }
}

impl CoreData {
    /// Number of n-grams of every order from 1.
    pub fn counts(&self) -> Vec<u64> {
        let words = self.unigrams.len() as u64;
        std::iter::once(words).chain(self.levels.iter().map(LevelData::ngrams)).collect()
    }

    /// The n-grams, borrowed.
    pub fn view(&self) -> Core<'_> {
        let mut core = Core {
            order: self.levels.len() + 1,
            words: self.unigrams.len(),
            unigrams: &self.unigrams,
            logs: self.logs,
            ..Core::default()
        };
        let counts = self.counts();
        for (i, data) in self.levels.iter().enumerate().take(MAX_ORDER - 1) {
            let [contexts, ngrams] = [counts[i], counts[i + 1]].map(|n| n as usize);
            let level = data.parts().level(data.order, data.words, ngrams, contexts);
            core.levels[i] = level.unwrap_or_default(); // what the builder made fits
        }
        core
    }

    /// Writes all sections.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        let discounts: Vec<[f64; 3]> = std::iter::once(self.discounts)
            .chain(self.levels.iter().map(|level| level.discounts))
            .collect();
        file.section("ngrams.discounts", &discounts)?;
        file.section(if self.logs { "ngrams.1.log10_p" } else { "ngrams.1.p" }, &self.unigrams)?;
        self.levels.iter().try_for_each(|level| level.write(file))?;
        self.skip.iter().try_for_each(|skip| skip.write(file))
    }
}
