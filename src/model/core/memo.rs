//! What has been looked up in a text, because text repeats itself: of the bigrams of news, four in five have
//! been seen within the last million words.
//!
//! One table an order: a context and a word, and what became of the word there; and contexts, with what follows from
//! their children. Each has one slot, which the latest takes. What is remembered is what a look-up would find, so that
//! no number depends on a memo.

use super::level::Children;
use super::ngrams::MAX_ORDER;
use super::prefetch::prefetch;

/// No n-gram, and no context.
pub(crate) const NONE: u32 = u32::MAX;

/// A word on its way through the orders.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Item {
    /// Its position among the children of the current suffix; [`NONE`] if it is none of them.
    pub(super) position: u32,
    /// How many children the suffix has.
    pub(super) universe: u32,
    /// The n-gram of the order before that ends with it; [`NONE`] if that is not stored.
    pub(super) node: u32,
    /// Order of the longest stored n-gram that ends with it.
    pub(super) matched: u32,
    /// P(w | h) as far as it is known.
    pub(super) p: f64,
}

/// A word on its way through the tables of all orders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tabled {
    /// The context of the order before; [`NONE`] below bigrams.
    pub(super) suffix: u32,
    /// The n-gram of the order before that ends with it; [`NONE`] if that is not stored.
    pub(super) node: u32,
    /// Order of the longest stored n-gram that ends with it.
    pub(super) matched: u32,
    /// P(w | h) as far as it is known.
    pub(super) p: f64,
}

/// A context, as its children and their counts make it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Family {
    pub(super) children: Children,
    /// The sum of the children's adjusted counts, and gamma.
    pub(super) constants: [f64; 2],
}

/// A memo of one model, with the memory of a batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memo {
    pub(super) items: Vec<Item>,
    pub(super) tabled: Vec<Tabled>,
    pub(super) tables: [Table; MAX_ORDER - 1],
}

/// The memo of one order; of nothing, if it has no slots.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// A power of two, or none.
    slots: Vec<Slot>,
    /// 64 less the log2 of their number.
    shift: u32,
    /// A power of two, or none.
    contexts: Vec<(u32, Family)>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    context: u32,
    word: u32,
    item: Item,
}

impl Memo {
    /// For a model of this order, with 2^`log2` slots an order above the first, 32 bytes each, and a quarter as many for
    /// contexts, 56 bytes each; `log2` from 2 to 32.
    pub(crate) fn new(order: usize, log2: u32) -> Self {
        let empty = Slot { context: NONE, word: 0, item: Item::default() };
        let mut memo = Memo::default();
        for table in memo.tables.iter_mut().take(order.saturating_sub(1)) {
            let contexts = vec![(NONE, Family::default()); 1 << (log2 - 2)];
            *table = Table { slots: vec![empty; 1 << log2], shift: 64 - log2, contexts };
        }
        memo
    }
}

impl Table {
    fn slot(&self, context: u32, word: u32) -> usize {
        // Fibonacci hashing: the highest bits of the product depend on all of the pair.
        let pair = u64::from(context) << 32 | u64::from(word);
        let mixed = (pair ^ pair >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed.checked_shr(self.shift).unwrap_or(0) as usize
    }

    /// Asks for the slot of a word in its context.
    pub(super) fn prefetch(&self, context: u32, word: u32) {
        prefetch(&self.slots, self.slot(context, word));
    }

    fn slot_of(&self, context: u32) -> usize {
        // Frequent words are the first ones: the lowest bits tell them apart.
        context as usize & self.contexts.len().wrapping_sub(1)
    }

    /// Asks for the slot of a context.
    pub(super) fn prefetch_context(&self, context: u32) {
        prefetch(&self.contexts, self.slot_of(context));
    }

    /// What follows from the children of a context, if that is remembered.
    pub(super) fn context(&self, context: u32) -> Option<Family> {
        let &(of, family) = self.contexts.get(self.slot_of(context))?;
        (of == context).then_some(family)
    }

    /// Remembers it in place of what was there.
    pub(super) fn put_context(&mut self, context: u32, family: Family) {
        let at = self.slot_of(context);
        if let Some(slot) = self.contexts.get_mut(at) {
            *slot = (context, family);
        }
    }

    /// What became of a word in its context, if that is remembered.
    pub(super) fn get(&self, context: u32, word: u32) -> Option<Item> {
        let slot = self.slots.get(self.slot(context, word))?;
        (slot.context == context && slot.word == word).then_some(slot.item)
    }

    /// Remembers it in place of what was there.
    pub(super) fn put(&mut self, context: u32, word: u32, item: Item) {
        let at = self.slot(context, word);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot { context, word, item };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_holds_the_latest_and_answers_for_no_other() {
        let mut memo = Memo::new(3, 2);
        let table = &mut memo.tables[0];
        assert!(table.get(7, 0).is_none() && table.get(0, 0).is_none());
        let pairs: Vec<(u32, u32)> = (0..9).flat_map(|a| (0..9).map(move |b| (a, b))).collect();
        for &(context, word) in &pairs {
            table.put(context, word, Item::default());
            assert!(table.get(context, word).is_some());
        }
        let kept = pairs.iter().filter(|pair| table.get(pair.0, pair.1).is_some()).count();
        assert!((1..=4).contains(&kept), "four slots");
        let table = &mut memo.tables[1];
        table.put_context(5, Family { constants: [2.0, 0.5], ..Family::default() });
        assert_eq!(table.context(5).map(|family| family.constants), Some([2.0, 0.5]));
        assert!(table.context(6).is_none(), "the same slot");
        assert!(memo.tables[2].get(1, 1).is_none(), "a model of trigrams has two tables");
    }
}
