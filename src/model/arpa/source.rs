//! What can be written as ARPA text: n-grams by order, in the order of their ids, with log10 numbers.

use super::Arpa;
use crate::model::view::View;

/// Hears of the n-grams of one order: ids, log10 p, log10 of the backoff weight (0 at the highest
/// order). Its error ends the walk.
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
        self.levels[n - 1].ln_p.len()
    }

    fn word(&self, id: u32) -> &[u8] {
        self.vocabulary.word(id)
    }

    fn visit<E>(&self, n: usize, visit: &mut Visitor<'_, E>) -> Result<(), E> {
        let log10 = |ln: Option<&f32>| match ln {
            Some(&ln) => (f64::from(ln) / std::f64::consts::LN_10) as f32,
            None => 0.0,
        };
        let tries: Vec<Trie<'_>> =
            self.levels[1..n].iter().map(|l| Trie { offsets: l.offsets, words: l.words }).collect();
        let level = &self.levels[n - 1];
        walk(self.levels[0].ln_p.len(), &tries, &mut |ids, i| {
            visit(ids, log10(level.ln_p.get(i)), log10(level.ln_backoff.get(i)))
        })
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
