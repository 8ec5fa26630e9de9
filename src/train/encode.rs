//! The n-grams of one order as the model stores them: per kept context, the positions of the kept children
//! among those of the context's suffix, their adjusted counts, and the sum of the others' counts.

use rayon::prelude::*;

use super::table::Table;
use crate::model::core::build::LevelBuilder;
use crate::model::pieces::pieces;

/// The least n-grams and contexts in one piece of parallel work.
const CHUNK: u64 = 1 << 15;

/// The children of consecutive contexts.
#[derive(Debug, Default)]
pub struct Part {
    /// (kept contexts) how many children are kept, and how many its suffix has.
    sizes: Vec<[u32; 2]>,
    /// (kept contexts) sum of the adjusted counts of the lost children.
    lost: Vec<u32>,
    /// (kept n-grams)
    positions: Vec<u32>,
    /// (kept n-grams) adjusted counts.
    adjusted: Vec<u32>,
}

impl Part {
    /// Begins the children of the next kept context.
    pub fn context(&mut self, universe: u32) {
        self.sizes.push([0, universe]);
        self.lost.push(0);
    }

    /// Adds a kept child to the last context.
    pub fn child(&mut self, position: u32, adjusted: u32) {
        if let Some(size) = self.sizes.last_mut() {
            size[0] += 1;
        }
        self.positions.push(position);
        self.adjusted.push(adjusted);
    }

    /// Adds a child of the last context that is not kept.
    pub fn lost_child(&mut self, adjusted: u32) {
        if let Some(lost) = self.lost.last_mut() {
            *lost = lost.saturating_add(adjusted);
        }
    }

    /// Writes all contexts.
    pub fn append(&self, builder: &mut LevelBuilder) {
        let mut at = 0;
        for (&[size, universe], &lost) in self.sizes.iter().zip(&self.lost) {
            let children = at..at + size as usize;
            let (positions, adjusted) =
                (&self.positions[children.clone()], &self.adjusted[children.clone()]);
            builder.context(universe, positions, adjusted, lost);
            at = children.end;
        }
    }
}

/// The children of a context's suffix, among which positions are counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Universe {
    first: u32,
    /// How many there are.
    pub size: u32,
}

impl Universe {
    /// For a context of n - 1 words; `below` has the (n-1)-grams. The suffix of a single word is empty,
    /// and its children are the `kept_words` words.
    pub fn of(below: &Table, n: usize, context: usize, kept_words: usize) -> Self {
        if n == 2 {
            return Universe { first: 0, size: kept_words as u32 };
        }
        let siblings = below.children(below.suffix(context));
        let first = below.kept.rank(siblings.start);
        Universe { first, size: below.kept.rank(siblings.end) - first }
    }

    /// The position of the n-gram with this suffix.
    pub fn position(&self, below: &Table, suffix: usize) -> u32 {
        below.kept.rank(suffix) - self.first
    }
}

/// The level of order `n`, from its table and that of the order below.
pub fn encode(n: usize, kept_words: usize, below: &Table, table: &Table) -> LevelBuilder {
    let contexts = below.len();
    let mut builder = LevelBuilder::counts(n, kept_words, contexts as u64, table.len() as u64);
    let before = |context: usize| u64::from(table.starts[context]) + context as u64;
    for wave in pieces(contexts, before, CHUNK).chunks(2 * rayon::current_num_threads()) {
        let parts: Vec<Part> = wave
            .par_iter()
            .map(|piece| {
                let mut part = Part::default();
                let all = table.starts[piece.start] as usize..table.starts[piece.end] as usize;
                let mut counts = table.adjusted.range(all);
                for context in piece.clone() {
                    let children = table.children(context);
                    if !below.kept.contains(context) {
                        counts.by_ref().take(children.len()).for_each(|_| {});
                        continue;
                    }
                    let universe = Universe::of(below, n, context, kept_words);
                    part.context(universe.size);
                    for (child, adjusted) in children.zip(&mut counts) {
                        match table.kept.contains(child) {
                            true => {
                                let position = universe.position(below, table.suffix(child));
                                part.child(position, adjusted);
                            }
                            false => part.lost_child(adjusted),
                        }
                    }
                }
                part
            })
            .collect();
        parts.iter().for_each(|part| part.append(&mut builder));
    }
    builder
}
