//! P(w | h) by the tables of all orders: the same numbers as from the compact n-grams, in the same order of
//! operations.
//!
//! What a look-up reads is known as soon as context and word are: a line for the n-gram, one for the constants of its
//! context. It is asked for before it is read: for one word in every order at once, for a text order by order, some
//! words ahead.

use super::batch::Scored;
use super::level::{Values, share};
use super::memo::{NONE, Tabled};
use super::ngrams::{Core, MAX_ORDER};
use super::state::{State, Step};
use super::table::{Found, Place};
use crate::model::words::BOS;

/// How many words before it is read a line is asked for.
const AHEAD: usize = 32;

/// What has been asked for: a context, [`NONE`] for none, and where a word after it is.
#[derive(Debug, Clone, Copy)]
struct Asked {
    context: u32,
    place: Place,
}

impl Core<'_> {
    /// [`Core::step`] by tables.
    pub(super) fn step_by_tables(&self, history: &State, word: u32) -> Step {
        let mut places = [Place::default(); MAX_ORDER - 1];
        for ((place, level), &context) in places.iter_mut().zip(&self.levels).zip(history.nodes()) {
            *place = level.table.ask(context, word);
        }
        let mut item = self.item(word);
        let mut nodes = [word; MAX_ORDER];
        for (at, (&context, &place)) in history.nodes().iter().zip(&places).enumerate() {
            self.take_further(at, &mut item, Asked { context, place });
            nodes[at + 1] = item.node;
        }
        let kept = (item.matched as usize).min(self.order - 1);
        Step {
            ln_p: self.ln(item.p),
            matched: item.matched as usize,
            state: State::of(&nodes[..kept]),
        }
    }

    /// [`Core::score`] by tables.
    pub(super) fn score_by_tables(
        &self,
        text: &[u32],
        scores: &mut Vec<Scored>,
        items: &mut Vec<Tabled>,
    ) {
        items.clear();
        items.extend(text.iter().map(|&word| self.item(word)));
        for at in 0..self.order - 1 {
            let table = &self.levels[at].table;
            let ask = |items: &[Tabled], i: usize| {
                let mut asked = Asked { context: NONE, place: Place::default() };
                if let (Some(&word), Some(before)) = (text.get(i), items.get(i.wrapping_sub(1)))
                    && before.node != NONE
                    && word != BOS
                {
                    asked.context = before.node;
                    asked.place = table.ask(before.node, word);
                }
                asked
            };
            let mut asked: [Asked; AHEAD] = std::array::from_fn(|i| ask(items, i));
            for i in 0..text.len() {
                let later = ask(items, i + AHEAD);
                let now = std::mem::replace(&mut asked[i % AHEAD], later);
                match now.context {
                    NONE => items[i].node = NONE,
                    _ => self.take_further(at, &mut items[i], now),
                }
            }
        }
        scores.clear();
        scores.extend(text.iter().zip(&*items).map(|(&word, item)| Scored {
            ln_p: if word == BOS { 0.0 } else { self.ln(item.p) },
            matched: item.matched as usize,
        }));
    }

    fn item(&self, word: u32) -> Tabled {
        let p = self.unigrams.get(word as usize).copied().unwrap_or_default();
        let node = if (word as usize) < self.words { word } else { NONE };
        Tabled { suffix: NONE, node, matched: 1, p: p.into() }
    }

    /// Takes a word one order further, from the context of the order before to one of `at + 1` words.
    #[inline(always)]
    fn take_further(&self, at: usize, item: &mut Tabled, Asked { context, place }: Asked) {
        let level = &self.levels[at];
        let mut found = Found::Nothing;
        if item.node != NONE {
            found = level.table.find(place);
            if found == Found::Unknown {
                found = self.find_compact(item, at, context);
            }
        }
        item.p = match (&level.values, found) {
            (Values::Counts { .. }, found) => {
                let constants = level.table.constants(context);
                let [total, gamma] = constants.unwrap_or_else(|| {
                    // They need no positions, and so no universe.
                    level.constants(context as usize, &level.children(context as usize, 1))
                });
                let share = match found {
                    Found::Ngram { count, .. } => share(count, total, &level.discounts),
                    _ => 0.0,
                };
                item.p * gamma + share
            }
            (Values::Logs { log10_p, .. }, Found::Ngram { index, .. }) => {
                log10_p.get(index as usize).copied().unwrap_or_default().into()
            }
            (Values::Logs { log10_backoff, .. }, _) => {
                item.p + f64::from(log10_backoff.get(context as usize).copied().unwrap_or_default())
            }
        };
        item.suffix = context;
        item.node = NONE;
        if let Found::Ngram { index, .. } = found {
            item.node = index;
            item.matched += 1;
        }
    }

    /// The n-gram of a word and a context of `at + 1` words, as the compact n-grams have it.
    #[cold]
    fn find_compact(&self, item: &Tabled, at: usize, context: u32) -> Found {
        let (level, mut position, mut universe) =
            (&self.levels[at], item.node as usize, self.words);
        if let Some(lower) = at.checked_sub(1).and_then(|lower| self.levels.get(lower)) {
            let siblings = lower.children(item.suffix as usize, 1);
            (position, universe) = (position.wrapping_sub(siblings.start), siblings.count);
        }
        let children = level.children(context as usize, universe);
        match level.search(context as usize, &children, position as u32) {
            None => Found::Nothing,
            Some(i) => {
                let index = children.start + i;
                let count = match &level.values {
                    Values::Counts { counts, .. } => counts.get(index),
                    Values::Logs { .. } => 0,
                };
                Found::Ngram { index: index as u32, count }
            }
        }
    }
}
