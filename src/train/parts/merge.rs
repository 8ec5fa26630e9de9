//! Merges sorted counts as they stream by.

use super::ngrams::ngrams;
use super::reader::Reader;
use super::words::words;
use crate::error::Result;
use crate::train::run::Words;

/// Takes merged counts: all words first, then all n-grams, both in order.
pub(crate) trait Sink {
    /// The next word; the first one has the id after the special ones.
    ///
    /// # Errors
    /// It cannot be taken.
    fn word(&mut self, word: &[u8]) -> Result<()>;
    /// The next n-gram.
    ///
    /// # Errors
    /// It cannot be taken.
    fn ngram(&mut self, words: &Words, count: u64) -> Result<()>;
}

/// Merges counts of this order or higher ones, whose lines put aside have been read, into counts of this order.
///
/// # Errors
/// A damaged file, or what `sink` reports.
pub(crate) fn merge(
    mut readers: Vec<Reader<'_>>,
    order: usize,
    sink: &mut impl Sink,
) -> Result<()> {
    let (ids, known) = words(&mut readers, sink)?;
    ngrams(readers, ids, known, order, sink)
}
