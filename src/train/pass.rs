//! One pass over a block of the run: the distinct n-grams of one order, each with its context, the
//! n-gram without its first word, and its count.

use super::run::{Decoder, PAD};
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::model::gallop::gallop;

/// An n-gram of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ngram {
    /// Index of its context, the n-gram without its last word.
    pub context: usize,
    /// First word, an id.
    pub first: u32,
    /// Last word, an id.
    pub word: u32,
    /// Index of the n-gram without its first word.
    pub suffix: usize,
    /// How often it was counted, as far as 32 bits tell: a model stores no more.
    pub count: u32,
}

/// Visits the n-grams of order `n` in a block of the run, in order. `below` has the (n-1)-grams; `base` is
/// the index of the first one that begins in this block.
///
/// # Errors
/// An n-gram without its first word is missing: the counts of [`super::parts`] cannot be those of a text.
pub fn ngrams(
    n: usize,
    mut block: Decoder<'_>,
    below: &Table,
    base: usize,
    mut visit: impl FnMut(Ngram),
) -> Result<()> {
    let mut context = base.wrapping_sub(1);
    let mut siblings = Siblings::default();
    let mut current: Option<Ngram> = None;
    while let Some(record) = block.next_record() {
        let words = &record.words;
        if record.shared < n {
            current.take().into_iter().for_each(&mut visit);
            if record.shared < n - 1 && words[n - 2] != PAD {
                context = match n {
                    2 => words[0] as usize - 1,
                    _ => context.wrapping_add(1),
                };
                siblings = Siblings::of(below, n, context);
            }
            if words[n - 1] != PAD {
                let word = words[n - 1] - 1;
                let suffix = match n {
                    2 => word as usize,
                    _ => siblings.find(below, word).ok_or_else(contradiction)?,
                };
                current = Some(Ngram { context, first: words[0] - 1, word, suffix, count: 0 });
            }
        }
        if let Some(ngram) = &mut current {
            let more = u32::try_from(record.count).unwrap_or(u32::MAX);
            ngram.count = ngram.count.saturating_add(more);
        }
    }
    current.into_iter().for_each(visit);
    Ok(())
}

fn contradiction() -> Error {
    Error::value(
        "the counts contradict each other: the end of an n-gram was never counted",
        "count the texts again",
    )
    .of(ErrorKind::Damaged)
}

/// The children of the suffix of a context, searched for increasing words.
#[derive(Debug, Default)]
struct Siblings {
    at: usize,
    end: usize,
}

impl Siblings {
    fn of(below: &Table, n: usize, context: usize) -> Self {
        if n == 2 {
            return Siblings::default(); // the suffix of a word is empty, and its children are all words
        }
        let range = below.children(below.suffix(context));
        Siblings { at: range.start, end: range.end }
    }

    /// Every part of an n-gram was counted with it, so the word must be there.
    fn find(&mut self, below: &Table, word: u32) -> Option<usize> {
        let words = &below.words[self.at..self.end];
        let at = gallop(words, word, 1);
        let found = words.get(at) == Some(&word);
        self.at += at;
        found.then_some(self.at)
    }
}
