//! What can be written as ARPA text: n-grams by order, in the order of their ids, with log10 numbers.

use super::tables::Arpa;
use crate::model::core::State;
use crate::model::core::ngrams::log10;
use crate::model::view::View;

/// Is given the n-grams of one order: ids, log10 p, log10 of the backoff weight (0 at the highest order).
/// Its error ends the walk.
pub type Visitor<'f, E> = dyn FnMut(&[u32], f32, f32) -> Result<(), E> + 'f;

/// A backoff model that can be walked through.
pub trait Source {
    /// Highest order.
    fn order(&self) -> usize;
    /// Number of n-grams of order `n`, from 1 to the highest.
    fn count(&self, n: usize) -> usize;
    /// A word by its id.
    fn word(&self, id: u32) -> &[u8];
    /// Visits the n-grams of order `n`, from 1 to the highest, sorted by ids.
    ///
    /// # Errors
    /// The first that `visit` returns.
    fn visit<E>(&self, n: usize, visit: &mut Visitor<'_, E>) -> Result<(), E>;
}

impl Source for View<'_> {
    fn order(&self) -> usize {
        self.order
    }

    fn count(&self, n: usize) -> usize {
        match n {
            1 => self.core.words,
            n => self.core.levels[n - 2].ngrams(),
        }
    }

    fn word(&self, id: u32) -> &[u8] {
        self.vocabulary.word(id)
    }

    fn visit<E>(&self, n: usize, visit: &mut Visitor<'_, E>) -> Result<(), E> {
        let core = &self.core;
        let backoff = |state: &State| if core.order > n { core.log10_backoff(state) } else { 0.0 };
        let mut done = Ok(());
        let words = 0..core.words as u32;
        if n == 1 {
            return words.into_iter().try_for_each(|word| {
                let stored = core.unigrams.get(word as usize).copied().unwrap_or_default();
                let log10_p = if core.logs { stored } else { log10(stored.into()) };
                visit(&[word], log10_p, backoff(&State::of(&[word])))
            });
        }
        let mut ids = Vec::with_capacity(n);
        core.contexts(n - 1, words, &mut |context, expansion| {
            for i in 0..expansion.len() {
                if done.is_err() {
                    return;
                }
                let child = expansion.child(i);
                ids.clear();
                ids.extend_from_slice(context);
                ids.push(child.word);
                let log10_p = expansion.log10_p(i).unwrap_or_else(|| log10(child.p));
                done = visit(&ids, log10_p, backoff(&State::of(&child.nodes[..n])));
            }
        });
        done
    }
}

impl Source for Arpa {
    fn order(&self) -> usize {
        self.levels.len()
    }

    fn count(&self, n: usize) -> usize {
        self.levels[n - 1].log10_p.len()
    }

    fn word(&self, id: u32) -> &[u8] {
        self.words.get(id)
    }

    fn visit<E>(&self, n: usize, visit: &mut Visitor<'_, E>) -> Result<(), E> {
        let tries: Vec<Trie<'_>> = self.levels[1..n]
            .iter()
            .map(|l| Trie { offsets: &l.offsets, words: &l.words })
            .collect();
        let level = &self.levels[n - 1];
        walk(self.words.len(), &tries, &mut |ids, i| {
            visit(ids, level.log10_p[i], level.log10_backoff.get(i).copied().unwrap_or(0.0))
        })
    }
}

/// The arrays of one level that say which n-grams there are.
struct Trie<'a> {
    offsets: &'a [u32],
    words: &'a [u32],
}

/// Visits the ids and the place of every n-gram of the deepest of `tries`, or of every word.
fn walk<E>(
    words: usize,
    tries: &[Trie<'_>],
    visit: &mut impl FnMut(&[u32], usize) -> Result<(), E>,
) -> Result<(), E> {
    let mut ids = Vec::new();
    (0..words).try_for_each(|word| {
        ids.push(word as u32);
        below(word, tries, &mut ids, visit)?;
        ids.clear();
        Ok(())
    })
}

/// Visits the n-grams that begin with `ids`, which stands at place `at` of its order.
fn below<E>(
    at: usize,
    tries: &[Trie<'_>],
    ids: &mut Vec<u32>,
    visit: &mut impl FnMut(&[u32], usize) -> Result<(), E>,
) -> Result<(), E> {
    let Some((trie, deeper)) = tries.split_first() else {
        return visit(ids, at);
    };
    let children = trie.offsets.get(at..).and_then(|rest| rest.first_chunk::<2>());
    let Some(&[start, end]) = children else {
        return Ok(());
    };
    for place in start as usize..end as usize {
        let Some(&word) = trie.words.get(place) else {
            break;
        };
        ids.push(word);
        below(place, deeper, ids, visit)?;
        ids.pop();
    }
    Ok(())
}
