//! The n-grams of the blocks of a file, one after the other, each checked: can it come after the one before?

use crate::model::words::{BOS, EOS};
use crate::train::run::{LARGE, PAD, Words};

/// The end and the beginning of a sentence, and the last special word, as they are written.
const END: u32 = EOS + 1;
const BEGIN: u32 = BOS + 1;

/// The n-gram read last, and totals so far.
#[derive(Debug, Default)]
pub struct Records {
    order: usize,
    /// How many words there are, the special ones included.
    known: u32,
    /// Its words.
    pub words: Words,
    /// Whether the next one begins a block.
    fresh: bool,
    /// How many n-grams there were.
    pub ngrams: u64,
    /// The sum of their counts, and of the counts of those that begin with `<s>`.
    pub sum: u64,
    pub begun: u64,
}

impl Records {
    /// For n-grams of this order, of this many words.
    pub fn new(order: usize, known: u32) -> Self {
        Records { order, known, ..Records::default() }
    }

    /// Another block begins.
    pub fn begin_block(&mut self) {
        self.fresh = true;
    }

    /// Reads the next n-gram from the rest of a block: how many words it shares with the one before, at least,
    /// and its count. `None` if it cannot be right.
    #[inline]
    pub fn next(&mut self, bytes: &mut &[u8]) -> Option<(usize, u64)> {
        let (&tag, rest) = bytes.split_first()?;
        *bytes = rest;
        let shared = usize::from(tag & 7);
        let count = match tag >> 3 {
            LARGE => number(bytes)?,
            small => small.into(),
        };
        let step = word(bytes)?;
        let sound = shared < self.order && count > 0;
        if std::mem::take(&mut self.fresh) {
            if !sound || shared > 0 {
                return None;
            }
            let before = std::mem::take(&mut self.words);
            self.fill(0, step, before[0], bytes)?;
            (before < self.words).then_some(())?;
        } else {
            if !sound || step == 0 {
                return None;
            }
            let first = self.words[shared].checked_add(step)?;
            self.fill(shared, first, self.words[0], bytes)?;
        }
        self.ngrams += 1;
        self.sum = self.sum.wrapping_add(count);
        if self.words[0] == BEGIN {
            self.begun = self.begun.wrapping_add(count);
        }
        Some((shared, count))
    }

    /// Takes the words from `shared` on, the first of which is known; `before` began the n-gram before.
    #[inline]
    fn fill(&mut self, shared: usize, first: u32, before: u32, bytes: &mut &[u8]) -> Option<()> {
        self.put(shared, first, before)?;
        (shared + 1..self.order).try_for_each(|at| {
            let word = word(bytes)?;
            self.put(at, word, before)
        })
    }

    #[inline]
    fn put(&mut self, at: usize, word: u32, before: u32) -> Option<()> {
        self.words[at] = word;
        if at > 0 && word > END && word <= self.known && self.words[at - 1] > END {
            return Some(());
        }
        let possible = match at.checked_sub(1).map(|previous| self.words[previous]) {
            // Every word begins n-grams, </s> none.
            None if word > END => {
                word <= self.known && (word == before || word == before.max(END) + 1)
            }
            None => word > PAD && word < END,
            Some(PAD | END) => word == PAD,
            Some(_) => word > PAD && word != BEGIN && word <= self.known,
        };
        possible.then_some(())
    }

    /// Whether n-grams have begun with all words.
    pub fn is_complete(&self) -> bool {
        self.words[0].max(END) == self.known
    }
}

#[inline]
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

/// A word takes three bytes at most where there are fewer than two million.
#[inline]
fn word(bytes: &mut &[u8]) -> Option<u32> {
    if let &[a, b, c, ..] = *bytes
        && a & b & 0x80 != 0
        && c < 0x80
    {
        *bytes = &bytes[3..];
        return Some(u32::from(a & 0x7f) | u32::from(b & 0x7f) << 7 | u32::from(c) << 14);
    }
    u32::try_from(number(bytes)?).ok()
}
