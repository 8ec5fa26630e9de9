//! Merges sorted counts as they stream by.

use super::ngrams::ngrams;
use super::reader::Reader;
use super::sink::Sink;
use super::words::words;
use crate::error::Result;

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
