//! The n-grams of a block of a file, as they are written and read.
//!
//! ```text
//! tag      u8, low 3 bits: how many words are shared with the n-gram before; high 5 bits: count
//! count    u64, only if the count in the tag is 31
//! words    numbers: the first word that differs as a difference, the others as they are
//! ```
//!
//! The low two bits of a number say that it has 1, 2, 3 or 5 bytes, lowest first; the others are its value. Words
//! are ids + 1; 0 fills up n-grams after `</s>`. The first n-gram of a block shares 0 words, and its difference is
//! from 0. Merging is reading and writing these numbers, so that there is no branch in either, and blocks of them are
//! not compressed: that takes as long as writing them, and saves a quarter of the size.

use crate::model::words::{BOS, EOS};
use crate::train::run::{PAD, Words};

/// The end and the beginning of a sentence, as they are written.
const END: u32 = EOS + 1;
const BEGIN: u32 = BOS + 1;
/// The count in a tag that stands for any larger one, too.
const LARGE: u8 = 31;
/// How many bytes a number with these low bits has, and which bits of them count.
const LENGTH: [usize; 4] = [1, 2, 3, 5];
const MASK: [u64; 4] = [0xff, 0xffff, 0xff_ffff, 0xff_ffff_ffff];
/// Bytes that must follow a block that is read.
pub const SPARE: usize = 8;

/// Writes n-grams that rise.
#[derive(Debug, Default)]
pub struct Encoder {
    order: usize,
    last: Words,
    /// The block so far.
    pub bytes: Vec<u8>,
}

impl Encoder {
    /// For n-grams of this order.
    pub fn new(order: usize) -> Self {
        Encoder { order, ..Encoder::default() }
    }

    /// Empties the block; the next n-gram begins another one.
    pub fn begin_block(&mut self) {
        self.last = Words::default();
        self.bytes.clear();
    }

    /// Adds an n-gram that sorts after the one before.
    #[inline]
    pub fn push(&mut self, words: &Words, count: u64) {
        let mut shared = 0;
        while shared + 1 < self.order && words[shared] == self.last[shared] {
            shared += 1;
        }
        let small = count.min(LARGE.into()) as u8;
        self.bytes.push(shared as u8 | small << 3);
        if small == LARGE {
            self.bytes.extend_from_slice(&count.to_le_bytes());
        }
        self.put(words[shared] - self.last[shared]);
        words[shared + 1..self.order].iter().for_each(|&word| self.put(word));
        self.last = *words;
    }

    #[inline]
    fn put(&mut self, number: u32) {
        let form = usize::from(number >= 1 << 6)
            + usize::from(number >= 1 << 14)
            + usize::from(number >= 1 << 22);
        let end = self.bytes.len() + LENGTH[form];
        self.bytes.extend_from_slice(&(u64::from(number) << 2 | form as u64).to_le_bytes());
        self.bytes.truncate(end);
    }
}

/// Reads the n-grams of one block after another, and checks of each whether it can come after the one before.
#[derive(Debug, Default)]
pub struct Records {
    order: usize,
    /// How many words there are, the special ones included.
    known: u32,
    /// The words of the n-gram read last.
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
        Records { order, known, fresh: true, ..Records::default() }
    }

    /// Another block begins.
    pub fn begin_block(&mut self) {
        self.fresh = true;
    }

    /// Reads the n-gram that begins at `at` in a block with [`SPARE`] bytes after it, and moves on.
    /// Returns its count; `None` if it cannot be right.
    #[inline(always)]
    pub fn next(&mut self, block: &[u8], at: &mut usize) -> Option<u64> {
        let tag = *block.get(*at)?;
        *at += 1;
        let shared = usize::from(tag & 7);
        let mut count = u64::from(tag >> 3);
        if tag >> 3 == LARGE {
            count = long(block, *at)?;
            *at += size_of::<u64>();
        }
        let step = number(block, at)?;
        if shared >= self.order || count == 0 {
            return None;
        }
        if self.fresh {
            self.fresh = false;
            self.first(block, at, shared, step)?;
        } else {
            let before = self.words[0];
            let first = self.words[shared].checked_add(step).filter(|_| step > 0)?;
            self.put(shared, first, before)?;
            for place in shared + 1..self.order {
                let word = number(block, at)?;
                self.put(place, word, before)?;
            }
        }
        self.ngrams += 1;
        self.sum = self.sum.checked_add(count)?;
        self.begun += if self.words[0] == BEGIN { count } else { 0 }; // at most the sum
        Some(count)
    }

    /// Reads the rest of the first n-gram of a block.
    #[inline(never)]
    fn first(&mut self, block: &[u8], at: &mut usize, shared: usize, first: u32) -> Option<()> {
        let before = std::mem::take(&mut self.words);
        self.put(0, first, before[0])?;
        for place in 1..self.order {
            let word = number(block, at)?;
            self.put(place, word, before[0])?;
        }
        (shared == 0 && before < self.words).then_some(())
    }

    /// Takes a word; `before` began the n-gram before.
    #[inline(always)]
    fn put(&mut self, place: usize, word: u32, before: u32) -> Option<()> {
        self.words[place] = word;
        match place > 0 && word > END && word <= self.known && self.words[place - 1] > END {
            true => Some(()),
            false => self.possible(place, word, before),
        }
    }

    #[inline(never)]
    fn possible(&self, place: usize, word: u32, before: u32) -> Option<()> {
        let next = word == before || word == before.max(END) + 1;
        let possible = match place.checked_sub(1).map(|previous| self.words[previous]) {
            // Every word begins n-grams, </s> none.
            None if word > END => word <= self.known && next,
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

#[inline(always)]
fn long(block: &[u8], at: usize) -> Option<u64> {
    let bytes = block.get(at..at + size_of::<u64>())?;
    bytes.try_into().ok().map(u64::from_le_bytes)
}

#[inline(always)]
fn number(block: &[u8], at: &mut usize) -> Option<u32> {
    let bytes = long(block, *at)?;
    let form = (bytes & 3) as usize;
    *at += LENGTH[form];
    u32::try_from((bytes & MASK[form]) >> 2).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// What is read from a block of n-grams of this order, of words up to `known`.
    fn read(block: &[u8], order: usize, known: u32) -> Option<Vec<(Words, u64)>> {
        let padded = [block, &[0; SPARE]].concat();
        let (mut records, mut at, mut all) = (Records::new(order, known), 0, Vec::new());
        while at < block.len() {
            let count = records.next(&padded, &mut at)?;
            all.push((records.words, count));
        }
        (at == block.len()).then_some(all)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rests in proptest::collection::btree_map(
                proptest::array::uniform4(prop_oneof![4u32..70, 4u32..u32::MAX - 1]), 1u64..u64::MAX, 0..60),
            order in 2usize..=5, small in any::<bool>(),
        ) {
            let mut ngrams = BTreeMap::new();
            for ([a, b, c, d], count) in rests {
                let mut words = [BEGIN, a, b, c, d];
                words[order..].fill(0);
                // All of them together are less than 2^64.
                ngrams.insert(words, if small { count % 40 + 1 } else { count / 64 + 1 });
            }
            let mut encoder = Encoder::new(order);
            ngrams.iter().for_each(|(words, &count)| encoder.push(words, count));
            let all: Vec<_> = ngrams.into_iter().collect();
            prop_assert_eq!(read(&encoder.bytes, order, u32::MAX - 1), Some(all));
        }

        #[test]
        fn counts_that_pass_64_bits_together_are_refused(count in 1u64..u64::MAX) {
            let mut encoder = Encoder::new(2);
            encoder.push(&[BEGIN, 4, 0, 0, 0], count);
            encoder.push(&[BEGIN, 5, 0, 0, 0], u64::MAX - count + 1);
            prop_assert_eq!(read(&encoder.bytes, 2, 9), None);
        }

        #[test]
        fn damaged_blocks_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), order in 2usize..=5) {
            if let Some(ngrams) = read(&bytes, order, 9) {
                prop_assert!(ngrams.is_sorted_by(|a, b| a.0 < b.0));
            }
        }
    }
}
