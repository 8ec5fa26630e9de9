//! P(w | h) of all words of a text at once, order by order.
//!
//! Word by word, every look-up waits for memory several times, each time for what the last one found.
//! But the bigrams of a text do not depend on each other, nor do its trigrams, once the bigrams are
//! known. So a block of words goes through each stage of a look-up together, and every stage asks for
//! what the next one will read.

use super::level::{Children, Level, Values};
use super::ngrams::Core;
use crate::model::words::BOS;

/// Words that go through the stages together.
const BLOCK: usize = 32;
/// No n-gram.
const NONE: u32 = u32::MAX;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The natural log of P(w | h); 0 for `<s>`.
    pub ln_p: f64,
    /// Order of the longest stored n-gram that ends with the word.
    pub matched: usize,
}

/// A word on its way through the orders.
#[derive(Debug, Clone, Copy)]
struct Item {
    /// Its position among the children of the current suffix; [`NONE`] if it is none of them.
    position: u32,
    /// How many children the suffix has.
    universe: u32,
    /// The n-gram of the order before that ends with it; [`NONE`] if that is not stored.
    node: u32,
    matched: u32,
    p: f64,
}

impl Core<'_> {
    /// Scores every word of a text, in which `<s>` begins each sentence.
    ///
    /// # Complexity
    /// As [`Core::step`] for every word, without most of the waiting; 40 bytes a word.
    pub fn score(&self, text: &[u32], scores: &mut Vec<Scored>) {
        let item = |&word: &u32| Item {
            position: word,
            universe: self.words as u32,
            node: word,
            matched: 1,
            p: f64::from(self.unigrams.get(word as usize).copied().unwrap_or_default()),
        };
        let mut items: Vec<Item> = text.iter().map(item).collect();
        for level in &self.levels[..self.order.saturating_sub(1).min(self.levels.len())] {
            // The context of a word: the n-gram of the order below that ends with the word before.
            let mut context = NONE;
            for start in (0..text.len()).step_by(BLOCK) {
                let block = start..text.len().min(start + BLOCK);
                context = level.score(&text[block.clone()], &mut items[block], context);
            }
        }
        scores.clear();
        scores.extend(text.iter().zip(&items).map(|(&word, item)| Scored {
            ln_p: if word == BOS { 0.0 } else { self.ln(item.p) },
            matched: item.matched as usize,
        }));
    }
}

impl Level<'_> {
    /// Takes a block of words one order further; `before` is the context of the first one. Returns the
    /// context of the word after the block.
    fn score(&self, text: &[u32], items: &mut [Item], before: u32) -> u32 {
        let mut contexts = [NONE; BLOCK];
        let mut last = before;
        for ((context, item), &word) in contexts.iter_mut().zip(&*items).zip(text) {
            *context = if word == BOS { NONE } else { last };
            last = item.node;
        }
        let contexts = &contexts[..text.len()];
        let known = || contexts.iter().enumerate().filter(|(_, context)| **context != NONE);
        for (_, &context) in known() {
            self.starts.prefetch_sample(context as usize);
            self.bits.prefetch_sample(context as usize);
        }
        for (_, &context) in known() {
            self.starts.prefetch(context as usize);
            self.bits.prefetch(context as usize);
        }
        let mut children = [Children::default(); BLOCK];
        for (i, &context) in known() {
            children[i] = self.children(context as usize, items[i].universe as usize);
            self.prefetch(context as usize, &children[i], items[i].position);
        }
        for (i, &context) in known() {
            self.prefetch_word(context as usize, &children[i], items[i].position);
        }
        let mut found = [None; BLOCK];
        for (i, &context) in known() {
            let position = items[i].position;
            if position != NONE {
                found[i] = self.search(context as usize, &children[i], position);
            }
            if let (Some(at), Values::Counts { counts, .. }) = (found[i], &self.values) {
                counts.prefetch(children[i].start + at);
            }
        }
        for (i, &context) in known() {
            self.update(&mut items[i], context as usize, &children[i], found[i]);
        }
        for (item, _) in items.iter_mut().zip(contexts).filter(|(_, context)| **context == NONE) {
            (item.position, item.node) = (NONE, NONE);
        }
        last
    }

    fn update(&self, item: &mut Item, context: usize, children: &Children, found: Option<usize>) {
        let ngram = found.map(|at| children.start + at);
        item.p = self.take_further(item.p, context, children, ngram);
        (item.position, item.node) = (NONE, NONE);
        if let (Some(at), Some(ngram)) = (found, ngram) {
            (item.position, item.node) = (at as u32, ngram as u32);
            item.universe = children.count as u32;
            item.matched += 1;
        }
    }
}
