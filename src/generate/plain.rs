//! The fast sampler: P(w|h) as a mixture, without computing it.
//!
//! By `P(w|h) = share(w|h) + gamma(h) P(w|h')` a word of P(.|h) is drawn so: with probability gamma(h)
//! it is a word of P(.|h'); else it is one of the context's own words, by its share. At the end stand
//! the single words. Only the context that the draw stops at is read.
//!
//! # Complexity
//! O(m log n) for a context of m words that is read for the first time; O(1) expected for one whose
//! table is kept, and for single words.

use super::cache::Cache;
use super::contexts::{Context, Contexts};
use super::cumulative::Cumulative;
use super::stream::Stream;

/// Contexts of fewer words are read anew each time.
const KEPT_FROM: usize = 8;

/// The words of one context and the running sums of their shares.
#[derive(Debug, Clone, Default)]
pub struct Table {
    words: Vec<u32>,
    sums: Cumulative,
}

impl Table {
    fn draw(&self, random: &mut Stream) -> Option<u32> {
        let total = self.sums.total();
        let drawn = || self.words.get(self.sums.find(random.uniform() * total)).copied();
        (total > 0.0).then(drawn).flatten()
    }
}

/// What all threads share.
#[derive(Debug)]
pub struct Tables {
    kept: Cache<Table>,
    unigrams: Cumulative,
}

impl Tables {
    /// The single words' table; the others are made when they are needed.
    pub fn new(contexts: &Contexts<'_>) -> Self {
        let unigrams = Cumulative::guided(contexts.unigrams().iter().copied());
        Tables { kept: Cache::default(), unigrams }
    }
}

/// One thread's scratch memory.
#[derive(Debug)]
pub struct Sampler<'g, 'm> {
    contexts: &'g Contexts<'m>,
    tables: &'g Tables,
    scratch: Table,
    shares: Vec<f64>,
}

impl<'g, 'm> Sampler<'g, 'm> {
    /// A sampler with empty scratch memory.
    pub fn new(contexts: &'g Contexts<'m>, tables: &'g Tables) -> Self {
        Sampler { contexts, tables, scratch: Table::default(), shares: Vec::new() }
    }

    /// A word of P(.|history), `<unk>` and `</s>` among them.
    pub fn draw(&mut self, history: &[u32], random: &mut Stream) -> u32 {
        for start in 0..history.len() {
            let history = &history[start..];
            if let Some(context) = self.contexts.node(history)
                && random.uniform() >= self.contexts.backoff(context)
                && let Some(word) = self.own(history, context, random)
            {
                return word;
            }
        }
        let sums = &self.tables.unigrams;
        sums.find(random.uniform() * sums.total()) as u32
    }

    /// One of the context's own words.
    fn own(&mut self, history: &[u32], context: Context, random: &mut Stream) -> Option<u32> {
        if let Some(table) = self.tables.kept.get(context.key()) {
            return table.draw(random);
        }
        let Sampler { contexts, tables, scratch, shares } = self;
        contexts.shares(history, context, &mut scratch.words, shares);
        scratch.sums.set(shares.iter().copied());
        let word = scratch.draw(random);
        if scratch.words.len() >= KEPT_FROM {
            scratch.sums.add_guide();
            let size = scratch.sums.size() + scratch.words.len() * size_of::<u32>();
            tables.kept.keep(context.key(), size, || scratch.clone());
        }
        word
    }
}
