//! Sorted n-grams with their counts, in about three bytes each.
//!
//! Only n-grams of the highest order are kept; those cut short by the end of a sentence are filled up with
//! [`PAD`]. So every token of the text begins exactly one of them, and the count of a shorter n-gram is the
//! sum over all that begin with it.
//!
//! ```text
//! tag      u8, low 3 bits: how many words are shared with the n-gram before; high 5 bits: count
//! count    varint, only if the count in the tag is 31
//! words    varints: the first word that differs as a difference, the others as they are
//! ```
//!
//! Varints have 7 bits per byte, lowest first. Words are ids + 1; 0 is [`PAD`]. The first n-gram of a block
//! shares 0 words, and its difference is from 0.

use super::spill::Store;
use crate::model::core::MAX_ORDER;

/// Fills up n-grams after `</s>`. Other words are ids + 1.
pub const PAD: u32 = 0;

const LARGE: u8 = 31;

/// A word for every position of the longest n-gram.
pub type Words = [u32; MAX_ORDER];

/// The sorted n-grams of a whole text, cut into blocks at changes of the first word.
#[derive(Debug, Default)]
pub struct Run {
    /// Order of the n-grams.
    pub order: usize,
    /// The blocks.
    pub blocks: Store<u8>,
    /// (blocks) first word of the first n-gram, an id.
    pub firsts: Vec<u32>,
    /// Number of distinct n-grams of every order from 1; those of order 1 are all words.
    pub ngrams: [u64; MAX_ORDER],
}

/// Appends n-grams to a block.
#[derive(Debug, Clone)]
pub struct Encoder {
    order: usize,
    last: Words,
    /// The block so far.
    pub bytes: Vec<u8>,
}

impl Encoder {
    /// For n-grams of this order.
    pub fn new(order: usize) -> Self {
        Encoder { order, last: [0; MAX_ORDER], bytes: Vec::new() }
    }

    /// Takes the finished block; the next n-gram begins another one.
    pub fn take(&mut self) -> Vec<u8> {
        self.last = [0; MAX_ORDER];
        let mut block = std::mem::take(&mut self.bytes);
        block.shrink_to_fit();
        block
    }

    /// How many of its first words an n-gram shares with the one before.
    pub fn shared(&self, words: &Words) -> usize {
        let pairs = words[..self.order].iter().zip(&self.last);
        pairs.take_while(|(a, b)| a == b).count().min(self.order - 1)
    }

    /// Adds an n-gram that sorts after the one before.
    pub fn push(&mut self, words: &Words, count: u64) {
        let shared = self.shared(words);
        let small = count.min(LARGE.into()) as u8;
        self.bytes.push(shared as u8 | small << 3);
        if small == LARGE {
            put(&mut self.bytes, count);
        }
        put(&mut self.bytes, (words[shared] - self.last[shared]).into());
        let rest = &words[shared + 1..self.order];
        rest.iter().for_each(|&word| put(&mut self.bytes, word.into()));
        self.last = *words;
    }
}

/// Appends a varint.
pub fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads the n-grams of a block.
#[derive(Debug, Clone)]
pub struct Decoder<'a> {
    order: usize,
    bytes: &'a [u8],
    words: Words,
}

/// One n-gram of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Its words, filled up with [`PAD`].
    pub words: Words,
    /// How many of its first words it shares with the n-gram before.
    pub shared: usize,
    /// How often it was counted.
    pub count: u64,
}

impl<'a> Decoder<'a> {
    /// For a block with n-grams of this order.
    pub fn new(order: usize, bytes: &'a [u8]) -> Self {
        Decoder { order, bytes, words: [0; MAX_ORDER] }
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    #[inline]
    fn word(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// The next n-gram; `None` at the end of the block, or if it is damaged.
    #[inline]
    pub fn next_record(&mut self) -> Option<Record> {
        let (&tag, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        let shared = usize::from(tag & 7);
        let count = match tag >> 3 {
            LARGE => self.number()?,
            small => small.into(),
        };
        if shared >= self.order {
            return None;
        }
        self.words[shared] = self.words[shared].checked_add(self.word()?)?;
        for at in shared + 1..self.order {
            self.words[at] = self.word()?;
        }
        Some(Record { words: self.words, shared, count })
    }

    /// Whether all of the block was read.
    pub fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            ngrams in proptest::collection::btree_map(
                proptest::array::uniform5(prop_oneof![0u32..4, 0u32..5_000_000]), 1u64..1 << 40, 0..60),
            order in 2usize..=5,
        ) {
            let mut cut = BTreeMap::new();
            for (mut words, count) in ngrams {
                words[order..].fill(0);
                cut.insert(words, if count % 2 == 0 { count } else { count % 40 + 1 });
            }
            let mut encoder = Encoder::new(order);
            cut.iter().for_each(|(words, &count)| encoder.push(words, count));
            let block = encoder.take();
            let mut decoder = Decoder::new(order, &block);
            let mut last = [0; MAX_ORDER];
            for (words, &count) in &cut {
                let record = decoder.next_record().unwrap();
                prop_assert_eq!((&record.words, record.count), (words, count));
                prop_assert_eq!(&words[..record.shared], &last[..record.shared]);
                last = *words;
            }
            prop_assert!(decoder.next_record().is_none() && decoder.is_done());
        }

        #[test]
        fn damaged_blocks_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), order in 2usize..=5) {
            let mut decoder = Decoder::new(order, &bytes);
            while decoder.next_record().is_some() {}
        }
    }
}
