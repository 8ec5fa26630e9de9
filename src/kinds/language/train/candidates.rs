//! The n-grams that may get weights, and their weights by naive Bayes, from which training begins.
//!
//! An n-gram is a candidate if it was seen often enough in all kinds together. Its weight for a kind is
//! a ln P(n-gram | kind) up to a constant of the n-gram, P by counts with a half added to each, over all n-grams
//! of its order; a is less than one because n-grams overlap.

use hashbrown::HashMap;

use super::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use crate::kinds::features::{self, whole};
use crate::kinds::language::classifier::{ORDER, hashes};
use crate::kinds::linear::Linear;
use crate::text::counted;

/// Seen less often than this in all, an n-gram is no candidate.
const FEWEST: u8 = 4;
/// The cells that count n-grams before they are told apart. A few rare ones share a cell with others.
const CELLS: usize = 1 << 26;
/// What naive Bayes counts for beside a weight that is learned.
const TRUST: f32 = 0.4;
const ADDED: f32 = 0.5;
/// The most weights that are learned before n-grams are chosen: 8 GiB of them.
const MOST_WEIGHTS: u64 = 1 << 31;

/// The words of a kind and how often each occurs; a share of a word is possible.
pub type Words = Vec<(u32, f32)>;

/// Candidates by number.
pub struct Candidates {
    /// Hashes of the candidates.
    pub hashes: Vec<u64>,
    /// How often each was seen.
    pub counts: Vec<f32>,
    numbers: HashMap<u64, u32>,
}

/// The candidates of the words of all kinds, and their first weights.
///
/// # Errors
/// They are too many.
pub fn candidates(vocabulary: &Vocabulary, kinds: &[Words]) -> Result<(Candidates, Linear)> {
    let mut totals = vec![0f32; vocabulary.len()];
    kinds.iter().flatten().for_each(|&(word, count)| totals[word as usize] += count);
    let mut cells = vec![0u8; CELLS];
    for (word, &count) in totals.iter().enumerate() {
        let count = count.ceil().min(255.0) as u8;
        hashes(vocabulary.word(word as u32), |hash| {
            let cell = &mut cells[features::row(hash, CELLS)];
            *cell = cell.saturating_add(count);
        });
    }
    let (mut numbers, mut all) = (HashMap::new(), Vec::new());
    for word in 0..totals.len() as u32 {
        hashes(vocabulary.word(word), |hash| {
            if cells[features::row(hash, CELLS)] >= FEWEST {
                numbers.entry(hash).or_insert_with(|| {
                    all.push(hash);
                    all.len() as u32 - 1
                });
            }
        });
    }
    drop(cells);
    let weights = all.len() as u64 * kinds.len() as u64;
    if weights > MOST_WEIGHTS {
        let what = format!(
            "{} in {} would take {weights} weights",
            counted(all.len() as u64, "n-gram"),
            counted(kinds.len() as u64, "label")
        );
        return Err(Error::value(what, "train on fewer labels, or on less text of each"));
    }
    let mut orders = vec![0u8; all.len()];
    let mut sizes = vec![[0f64; ORDER + 2]; kinds.len()];
    let mut linear = Linear::new(all.len(), kinds.len()).cautious(1.0);
    for (kind, words) in kinds.iter().enumerate() {
        for &(word, count) in words {
            orders_of(vocabulary.word(word), |order, hash| {
                sizes[kind][order] += f64::from(count);
                if let Some(&number) = numbers.get(&hash) {
                    orders[number as usize] = order as u8;
                    linear.row_mut(number)[kind] += count;
                }
            });
        }
    }
    let counts = (0..all.len()).map(|number| linear.row(number as u32).iter().sum()).collect();
    for (number, &order) in orders.iter().enumerate() {
        let row = linear.row_mut(number as u32);
        for (weight, sizes) in row.iter_mut().zip(&sizes) {
            let size = sizes[order as usize].max(1.0) as f32;
            *weight = TRUST * libm::logf((*weight + ADDED) / size);
        }
        let mean = row.iter().sum::<f32>() / row.len() as f32;
        row.iter_mut().for_each(|weight| *weight -= mean);
    }
    Ok((Candidates { hashes: all, counts, numbers }, linear))
}

/// Visits the n-grams of a word as [`hashes`] does, with their orders; a whole word's is one more than the highest.
fn orders_of(padded: &[char], mut see: impl FnMut(usize, u64)) {
    features::ngrams(padded, 1..=ORDER, |_, order, hash| see(order, hash));
    if padded.len() > ORDER {
        see(ORDER + 1, whole(padded));
    }
}

impl Candidates {
    /// The candidates of every word.
    pub fn of_words(&self, vocabulary: &Vocabulary) -> Rows {
        Rows::new(vocabulary, |hash| self.numbers.get(&hash).copied())
    }
}

/// The rows of the n-grams of every word.
pub struct Rows {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Rows {
    /// As `row` finds them by hash.
    pub fn new(vocabulary: &Vocabulary, row: impl Fn(u64) -> Option<u32>) -> Self {
        let (mut rows, mut ends) = (Vec::new(), Vec::with_capacity(vocabulary.len()));
        for word in 0..vocabulary.len() as u32 {
            hashes(vocabulary.word(word), |hash| rows.extend(row(hash)));
            ends.push(rows.len());
        }
        Rows { rows, ends }
    }

    /// Those of a word.
    pub fn of(&self, word: u32) -> &[u32] {
        let word = word as usize;
        let start = if word == 0 { 0 } else { self.ends[word - 1] };
        &self.rows[start..self.ends[word]]
    }
}
