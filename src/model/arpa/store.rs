//! N-grams with logs, an ARPA file's or others, as a model stores them.

use std::ops::Range;

use rayon::prelude::*;

use super::tables::{Arpa, ArpaLevel};
use crate::model::core::build::LevelBuilder;
use crate::model::core::data::CoreData;

impl Arpa {
    /// The n-grams with their own figures, as sections of a model file.
    pub fn core(&self) -> CoreData {
        core(&self.levels)
    }
}

impl ArpaLevel {
    /// The places of the n-grams with a context.
    pub(crate) fn children(&self, context: usize) -> Range<usize> {
        self.offsets[context] as usize..self.offsets[context + 1] as usize
    }

    /// The places in the order below of the children of a context's suffix, one of which is the suffix of every child of
    /// the context.
    fn among(&self, below: &ArpaLevel, context: usize) -> Range<usize> {
        match below.suffix.get(context) {
            Some(&suffix) => below.children(suffix as usize),
            None => 0..below.log10_p.len(), // the suffix of a single word is empty
        }
    }

    /// Whether the suffixes of all n-grams are where they have to be; those of the order below are.
    pub(crate) fn fits(&self, below: &ArpaLevel) -> bool {
        (0..below.log10_p.len()).into_par_iter().all(|context| {
            let among = self.among(below, context);
            self.suffix[self.children(context)]
                .iter()
                .all(|&suffix| among.contains(&(suffix as usize)))
        })
    }

    /// How many children the suffix of a context has, and the positions among them of the n-grams with that context;
    /// `below` is the order below.
    pub(crate) fn positions(&self, below: &ArpaLevel, context: usize) -> (u32, Vec<u32>) {
        let among = self.among(below, context);
        let links = self.suffix[self.children(context)].iter();
        (among.len() as u32, links.map(|&suffix| suffix - among.start as u32).collect())
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
            let (universe, positions) = level.positions(below, context);
            let p = &level.log10_p[level.children(context)];
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
