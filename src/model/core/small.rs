//! Numbers most of which are tiny, with random access: two bits each, and more where they do not suffice
//! (directly addressable codes; Brisaboa, Ladra & Navarro 2013).
//!
//! 0, 1 and 2 are written as they are; 3 means that the number is among the larger ones, at the place given
//! by the number of 3s before it: one byte, number - 3. 255 there means that it stands in a sorted table of
//! places and numbers.
//!
//! ```text
//! u64  length, bytes, entries of the table
//!      threes before every 64th code (u32), codes (2 bits), bytes (u8), table (2 × u32 each)
//! ```

use bytemuck::cast_slice;

use super::bits::BitWriter;
use super::prefetch::prefetch;

const CODES_A_WORD: usize = 32;
const WORDS_A_SAMPLE: usize = 2;
const EVEN: u64 = 0x5555_5555_5555_5555;
const HEAD: usize = 3;

/// Numbers that are being written.
#[derive(Debug, Default)]
pub struct Builder {
    length: u64,
    codes: BitWriter,
    samples: Vec<u32>,
    bytes: Vec<u8>,
    table: Vec<[u32; 2]>,
}

impl Builder {
    pub fn push(&mut self, number: u32) {
        if (self.length as usize).is_multiple_of(CODES_A_WORD * WORDS_A_SAMPLE) {
            self.samples.push(self.bytes.len() as u32);
        }
        self.codes.push(number.min(3).into(), 2);
        if let Some(more) = number.checked_sub(3) {
            if more >= 255 {
                self.table.push([self.bytes.len() as u32, number]);
            }
            self.bytes.push(more.min(255) as u8);
        }
        self.length += 1;
    }

    /// The numbers as a section of a model file.
    pub fn finish(mut self) -> Vec<u64> {
        let head = [self.length, self.bytes.len() as u64, self.table.len() as u64];
        self.samples.resize(self.samples.len().next_multiple_of(2), 0);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let mut section = head.to_vec();
        section.extend(
            self.samples.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32),
        );
        section.extend_from_slice(self.codes.words());
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &b| word << 8 | u64::from(b));
        section.extend(self.bytes.chunks(8).map(word));
        section
            .extend(self.table.iter().map(|&[at, number]| u64::from(at) | u64::from(number) << 32));
        section
    }
}

/// Numbers in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Small<'a> {
    length: usize,
    samples: &'a [u32],
    codes: &'a [u64],
    bytes: &'a [u8],
    table: &'a [[u32; 2]],
}

impl<'a> Small<'a> {
    /// Finds the parts of a section; `None` if their lengths do not fit.
    pub fn parse(section: &'a [u64]) -> Option<Self> {
        let (head, rest) = section.split_first_chunk::<HEAD>()?;
        let [length, bytes, table] = head.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let codes = length.div_ceil(CODES_A_WORD);
        let samples = codes.div_ceil(WORDS_A_SAMPLE);
        let (samples, rest) = rest.split_at_checked(samples.div_ceil(2))?;
        let (codes, rest) = rest.split_at_checked(codes)?;
        let (byte_words, rest) = rest.split_at_checked(bytes.div_ceil(8))?;
        let bytes = cast_slice(byte_words).get(..bytes)?;
        let table = (rest.len() == table).then(|| cast_slice(rest))?;
        Some(Small { length, samples: cast_slice(samples), codes, bytes, table })
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The `i`-th number; 0 where there is none.
    #[inline]
    pub fn get(&self, i: usize) -> u32 {
        match self.code(i) {
            3 => self.large(self.threes_before(i)),
            code => code,
        }
    }

    /// Asks for the `i`-th number.
    #[inline]
    pub fn prefetch(&self, i: usize) {
        prefetch(self.codes, i / CODES_A_WORD);
        prefetch(self.samples, i / CODES_A_WORD / WORDS_A_SAMPLE);
    }

    /// Asks for the larger ones among the numbers near the `i`-th, of which [`Self::prefetch`] has been asked.
    #[inline]
    pub fn prefetch_large(&self, i: usize) {
        let sample = self.samples.get(i / CODES_A_WORD / WORDS_A_SAMPLE);
        prefetch(self.bytes, sample.map_or(0, |&before| before as usize));
    }

    /// All numbers of a range.
    pub fn range(self, range: std::ops::Range<usize>) -> impl Iterator<Item = u32> + 'a {
        let mut threes = self.threes_before(range.start);
        range.map(move |i| match self.code(i) {
            3 => {
                threes += 1;
                self.large(threes - 1)
            }
            code => code,
        })
    }

    /// How many numbers of a range are 0, 1, and more, and the sum of all.
    #[inline]
    pub fn tally(&self, range: std::ops::Range<usize>) -> ([u32; 3], u64) {
        let (mut ones, mut twos, mut threes) = (0, 0, 0);
        let (first, last) = (range.start / CODES_A_WORD, range.end.div_ceil(CODES_A_WORD));
        for at in first..last {
            let mut word = self.codes.get(at).copied().unwrap_or(0);
            let start = at * CODES_A_WORD;
            if range.end < start + CODES_A_WORD {
                word &= (1 << (2 * (range.end - start))) - 1;
            }
            if range.start > start {
                word &= u64::MAX << (2 * (range.start - start));
            }
            let (low, high) = (word & EVEN, word >> 1 & EVEN);
            ones += (low & !high).count_ones();
            twos += (high & !low).count_ones();
            threes += (low & high).count_ones();
        }
        let mut sum = u64::from(ones) + 2 * u64::from(twos);
        if threes > 0 {
            let before = self.threes_before(range.start);
            sum +=
                (before..before + threes as usize).map(|at| u64::from(self.large(at))).sum::<u64>();
        }
        let zeros = range.len() as u32 - (ones + twos + threes);
        ([zeros, ones, twos + threes], sum)
    }

    #[inline]
    fn code(&self, i: usize) -> u32 {
        let word = self.codes.get(i / CODES_A_WORD).copied().unwrap_or(0);
        (word >> (2 * (i % CODES_A_WORD))) as u32 & 3
    }

    #[inline]
    fn threes_before(&self, i: usize) -> usize {
        let word = i / CODES_A_WORD;
        let sample = word / WORDS_A_SAMPLE;
        let threes = |word: u64| (word & word >> 1 & EVEN).count_ones() as usize;
        let words = self.codes.get(sample * WORDS_A_SAMPLE..word).unwrap_or_default();
        let last = self.codes.get(word).copied().unwrap_or(0);
        let part = last & ((1 << (2 * (i % CODES_A_WORD))) - 1);
        self.samples.get(sample).copied().unwrap_or(0) as usize
            + words.iter().map(|&word| threes(word)).sum::<usize>()
            + threes(part)
    }

    /// The number at the `at`-th place of the larger ones.
    #[inline]
    fn large(&self, at: usize) -> u32 {
        match self.bytes.get(at) {
            None => 0,
            Some(255) => {
                let found = self.table.binary_search_by_key(&(at as u32), |entry| entry[0]);
                found.map_or(0, |found| self.table[found][1])
            }
            Some(&byte) => u32::from(byte) + 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = u32> {
        prop_oneof![8 => 0u32..4, 2 => 0u32..600, 1 => any::<u32>()]
    }

    proptest! {
        #[test]
        fn every_number_is_kept(numbers in proptest::collection::vec(number(), 0..1200), cut in any::<[u16; 2]>()) {
            let mut builder = Builder::default();
            numbers.iter().for_each(|&number| builder.push(number));
            let section = builder.finish();
            let small = Small::parse(&section).unwrap();
            prop_assert_eq!(small.len(), numbers.len());
            for (i, &number) in numbers.iter().enumerate() {
                prop_assert_eq!(small.get(i), number);
            }
            let [a, b] = cut.map(|cut| cut as usize % (numbers.len() + 1));
            let range = a.min(b)..a.max(b);
            let part = &numbers[range.clone()];
            prop_assert_eq!(small.range(range.clone()).collect::<Vec<_>>(), part);
            let count = |f: &dyn Fn(u32) -> bool| part.iter().filter(|&&n| f(n)).count() as u32;
            let tally = [count(&|n| n == 0), count(&|n| n == 1), count(&|n| n > 1)];
            let sum = part.iter().map(|&n| u64::from(n)).sum();
            prop_assert_eq!(small.tally(range), (tally, sum));
        }

        #[test]
        fn a_damaged_section_never_panics(mut section in proptest::collection::vec(any::<u64>(), 0..60), head in any::<[u8; 3]>()) {
            for (word, byte) in section.iter_mut().zip(head) {
                *word = u64::from(byte);
            }
            if let Some(small) = Small::parse(&section) {
                let end = small.len().min(700);
                (0..end + 2).for_each(|i| assert!(small.get(i) < u32::MAX || i < 700));
                small.tally(0..end);
                small.range(0..end).for_each(drop);
            }
        }
    }
}
