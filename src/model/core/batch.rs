//! P(w | h) of all words of a text at once, order by order.
//!
//! Word by word, every look-up waits for memory several times, each time for what the last one found. But the bigrams
//! of a text do not depend on each other, nor do its trigrams, once the bigrams are known. So a block of words goes
//! through each stage of a look-up together, and every stage asks for what the next one will read. What a [`Memo`]
//! holds from earlier in the text is not looked up again. Between texts of which nothing before them is known stands
//! [`NONE`], no word.

use super::level::{Level, Values};
use super::memo::{Family, Item, Memo, NONE, Table};
use super::ngrams::Core;
use crate::model::words::BOS;

/// Words that go through the stages together.
const BLOCK: usize = 32;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The natural log of P(w | h); 0 for `<s>`.
    pub ln_p: f64,
    /// Order of the longest stored n-gram that ends with the word.
    pub matched: usize,
}

impl Core<'_> {
    /// Scores every word of a text, in which `<s>` or [`NONE`] begins each sentence.
    ///
    /// # Complexity
    /// As [`Core::step`] for every word, without most of the waiting; 40 bytes a word.
    pub fn score(&self, text: &[u32], scores: &mut Vec<Scored>) {
        self.score_again(text, scores, &mut Memo::default());
    }

    /// The same numbers, with a memo of this model for what is looked up again and again.
    pub(crate) fn score_again(&self, text: &[u32], scores: &mut Vec<Scored>, memo: &mut Memo) {
        if self.tabled {
            return self.score_by_tables(text, scores, &mut memo.tabled);
        }
        let item = |&word: &u32| Item {
            position: word,
            universe: self.words as u32,
            node: word,
            matched: 1,
            p: f64::from(self.unigrams.get(word as usize).copied().unwrap_or_default()),
        };
        let Memo { items, tables, .. } = memo;
        items.clear();
        items.extend(text.iter().map(item));
        let levels = &self.levels[..self.order.saturating_sub(1).min(self.levels.len())];
        for (level, table) in levels.iter().zip(tables) {
            // The context of a word: the n-gram of the order below that ends with the word before.
            let mut context = NONE;
            for start in (0..text.len()).step_by(BLOCK) {
                let block = start..text.len().min(start + BLOCK);
                context = level.score(&text[block.clone()], &mut items[block], context, table);
            }
        }
        scores.clear();
        scores.extend(text.iter().zip(&*items).map(|(&word, item)| Scored {
            ln_p: if word == BOS { 0.0 } else { self.ln(item.p) },
            matched: item.matched as usize,
        }));
    }
}

impl Level<'_> {
    /// Takes a block of words one order further; `before` is the context of the first one. Returns the
    /// context of the word after the block.
    fn score(&self, text: &[u32], items: &mut [Item], before: u32, table: &mut Table) -> u32 {
        let mut contexts = [NONE; BLOCK];
        let mut last = before;
        for ((context, item), &word) in contexts.iter_mut().zip(&*items).zip(text) {
            *context = if word == BOS || word == NONE { NONE } else { last };
            last = item.node;
            table.prefetch(*context, word);
            table.prefetch_context(*context);
        }
        // Those that have to be looked up.
        let (mut wanted, mut count) = ([0; BLOCK], 0);
        for (i, (item, &word)) in items.iter_mut().zip(text).enumerate() {
            if contexts[i] == NONE {
                (item.position, item.node) = (NONE, NONE);
            } else if let Some(known) = table.get(contexts[i], word) {
                *item = known;
            } else {
                wanted[count] = i;
                count += 1;
            }
        }
        let wanted = || wanted[..count].iter().map(|&i| (i, contexts[i] as usize));
        // Of them, those whose context is new.
        let mut families = [Family::default(); BLOCK];
        let (mut strange, mut count) = ([0; BLOCK], 0);
        for (i, context) in wanted() {
            if let Some(family) = table.context(contexts[i]) {
                families[i] = family;
            } else {
                strange[count] = i;
                count += 1;
                self.starts.prefetch_sample(context);
                self.bits.prefetch_sample(context);
            }
        }
        let strange = || strange[..count].iter().map(|&i| (i, contexts[i] as usize));
        for (_, context) in strange() {
            self.starts.prefetch(context);
            self.bits.prefetch(context);
        }
        for (i, context) in strange() {
            families[i].children = self.children(context, items[i].universe as usize);
            self.prefetch_counts(&families[i].children);
        }
        for (i, context) in wanted() {
            let children = &mut families[i].children;
            // What is remembered of a context may be from a word that was none of the children of its suffix.
            children.of_universe(self, items[i].universe as usize);
            self.prefetch_positions(context, children, items[i].position);
        }
        for (i, context) in wanted() {
            self.prefetch_word(context, &families[i].children, items[i].position);
        }
        let mut heavy = [None; BLOCK];
        for (i, context) in strange() {
            heavy[i] = self.prefetch_constants(context, &families[i].children);
        }
        // Steps of long searches in turn, so that they wait together.
        let mut within = families.map(|family| (0, family.children.count));
        let (mut long, mut left) = ([0; BLOCK], 0);
        for (i, _) in wanted().filter(|&(i, _)| items[i].position != NONE) {
            long[left] = i;
            left += 1;
        }
        while left > 0 {
            let searched = std::mem::take(&mut left);
            for at in 0..searched {
                let i = long[at];
                if self.narrow(&families[i].children, items[i].position, &mut within[i]) {
                    long[left] = i;
                    left += 1;
                }
            }
        }
        let mut found = [None; BLOCK];
        for (i, context) in wanted() {
            let (position, children) = (items[i].position, &families[i].children);
            if position != NONE {
                found[i] = self.search_within(context, children, position, within[i]);
            }
            if let (Some(at), Values::Counts { counts, .. }) = (found[i], &self.values) {
                counts.prefetch(children.start + at);
            }
        }
        if let Values::Counts { counts, .. } = &self.values {
            for (i, _) in wanted() {
                found[i]
                    .iter()
                    .for_each(|at| counts.prefetch_large(families[i].children.start + at));
            }
        }
        for (i, context) in strange() {
            families[i].constants = self.constants_of(context, &families[i].children, heavy[i]);
            table.put_context(contexts[i], families[i]);
        }
        for (i, context) in wanted() {
            self.update(&mut items[i], context, &families[i], found[i]);
            table.put(contexts[i], text[i], items[i]);
        }
        last
    }

    fn update(&self, item: &mut Item, context: usize, family: &Family, found: Option<usize>) {
        let Family { children, constants } = family;
        let ngram = found.map(|at| children.start + at);
        item.p = self.take_further_with(item.p, context, ngram, || *constants);
        (item.position, item.node) = (NONE, NONE);
        if let (Some(at), Some(ngram)) = (found, ngram) {
            (item.position, item.node) = (at as u32, ngram as u32);
            item.universe = children.count as u32;
            item.matched += 1;
        }
    }
}
