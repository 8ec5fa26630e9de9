//! N-grams with logs, an ARPA file's or others, as a model stores them.

use super::tables::{Arpa, ArpaLevel};
use crate::model::core::build::LevelBuilder;
use crate::model::core::data::CoreData;

impl Arpa {
    /// The n-grams with their own figures, as sections of a model file.
    pub fn core(&self) -> CoreData {
        core(&self.levels)
    }
}

/// The same of the n-grams of all orders from 1, sorted and complete.
pub(crate) fn core(all: &[ArpaLevel]) -> CoreData {
    let words = all[0].log10_p.len();
    let levels = (1..all.len()).map(|n| {
        let (below, level) = (&all[n - 1], &all[n]);
        let contexts = below.log10_p.len();
        let ngrams = level.words.len() as u64;
        let mut builder = LevelBuilder::logs(n + 1, words, contexts as u64, ngrams);
        for context in 0..contexts {
            let children = level.offsets[context] as usize..level.offsets[context + 1] as usize;
            let (start, universe) = match n {
                1 => (0, words as u32),
                _ => {
                    let suffix = below.suffix[context] as usize;
                    let start = below.offsets[suffix];
                    (start, below.offsets[suffix + 1] - start)
                }
            };
            let links = &level.suffix[children.clone()];
            let positions: Vec<u32> = links.iter().map(|&suffix| suffix - start).collect();
            let p = &level.log10_p[children];
            builder.context_of_logs(universe, &positions, p, below.log10_backoff[context]);
        }
        builder.finish([0.0; 3])
    });
    CoreData {
        skip: None,
        levels: levels.collect(),
        unigrams: all[0].log10_p.clone(),
        logs: true,
        discounts: [0.0; 3],
    }
}
