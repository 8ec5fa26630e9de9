//! A rising sequence of numbers in about 2 + log2(largest / length) bits each, with random access
//! (Elias 1974, Fano 1971).
//!
//! Each number is cut in two: its lowest `l` bits stand in an array; the differences of the rest are
//! written in unary, so that the i-th one bit stands at `(number >> l) + i`. The place of every 64th one
//! bit is kept; where the 64 after it are far apart, so are the places of all of them (Clark 1996). The
//! highest bit of a sample tells which: where it is set, the others are an index into these places.
//!
//! ```text
//! u64  length, l, words of the samples, of the places, and of the low bits
//!      samples, places, low bits, high bits
//! ```

use super::bits::{self, BitWriter};
use super::prefetch::prefetch;

/// One in this many one bits has its place kept.
const SAMPLE: usize = 64;
/// Samples at least this many bits apart have all their places kept.
const FAR: u64 = 2048;
const IS_FAR: u64 = 1 << 63;
const HEAD: usize = 5;

/// A sequence that is being written.
#[derive(Debug)]
pub struct Builder {
    shift: u32,
    length: u64,
    low: BitWriter,
    high: BitWriter,
    /// The last number without its low bits.
    last: u64,
    samples: Vec<u64>,
    /// The places after the last sample.
    block: Vec<u64>,
    places: Vec<u64>,
}

impl Builder {
    /// A sequence of about `length` numbers up to about `largest`: the guesses only decide how small
    /// it becomes.
    pub fn new(length: u64, largest: u64) -> Self {
        let shift = (largest / length.max(1)).checked_ilog2().unwrap_or(0).min(50);
        let (low, high) = (BitWriter::default(), BitWriter::default());
        Builder {
            shift,
            length: 0,
            low,
            high,
            last: 0,
            samples: Vec::new(),
            block: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Adds a number that is not below the one before it.
    pub fn push(&mut self, number: u64) {
        self.low.push(number & ((1 << self.shift) - 1), self.shift);
        let mut zeros = (number >> self.shift) - self.last;
        while zeros >= 64 {
            self.high.push(0, 64);
            zeros -= 64;
        }
        self.high.push(0, zeros as u32);
        if self.block.len() == SAMPLE {
            self.cut();
        }
        self.block.push(self.high.len());
        self.high.push(1, 1);
        self.last = number >> self.shift;
        self.length += 1;
    }

    /// Writes the sample of a block.
    fn cut(&mut self) {
        let (Some(&first), Some(&last)) = (self.block.first(), self.block.last()) else {
            return;
        };
        let far = last - first > FAR;
        self.samples.push(if far { IS_FAR | self.places.len() as u64 } else { first });
        if far {
            self.places.extend_from_slice(&self.block);
        }
        self.block.clear();
    }

    /// The sequence as a section of a model file.
    pub fn finish(mut self) -> Vec<u64> {
        self.cut();
        let [samples, places, low] =
            [self.samples.len(), self.places.len(), self.low.words().len()].map(|n| n as u64);
        let head = [self.length, self.shift.into(), samples, places, low];
        [&head, &self.samples[..], &self.places, self.low.words(), self.high.words()].concat()
    }
}

/// A sequence in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct EliasFano<'a> {
    length: usize,
    shift: u32,
    samples: &'a [u64],
    places: &'a [u64],
    low: &'a [u64],
    high: &'a [u64],
}

impl<'a> EliasFano<'a> {
    /// Finds the parts of a section; `None` if their lengths do not fit.
    pub fn parse(section: &'a [u64]) -> Option<Self> {
        let (&[length, shift, samples, places, low], rest) = section.split_first_chunk::<HEAD>()?;
        let (samples, rest) = rest.split_at_checked(usize::try_from(samples).ok()?)?;
        let (places, rest) = rest.split_at_checked(usize::try_from(places).ok()?)?;
        let (low, high) = rest.split_at_checked(usize::try_from(low).ok()?)?;
        let length = usize::try_from(length).ok()?;
        let shift = u32::try_from(shift).ok().filter(|&shift| shift <= 50)?;
        let enough = samples.len() == length.div_ceil(SAMPLE)
            && low.len() as u128 * 64 >= length as u128 * u128::from(shift)
            && high.len() as u128 * 64 >= length as u128;
        enough.then_some(EliasFano { length, shift, samples, places, low, high })
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// The `i`-th number and the one after it; zeros where they do not exist.
    #[inline]
    pub fn pair(&self, i: usize) -> (u64, u64) {
        if i >= self.length.saturating_sub(1) {
            return (0, 0);
        }
        let first = self.place(i);
        let second = match (i + 1) % SAMPLE {
            0 => self.place(i + 1),
            at => match self.far(i) {
                Some(places) => self.places.get(places + at).copied().unwrap_or(0),
                None => Ones::after(self.high, first).next(self.high),
            },
        };
        (self.number(i, first), self.number(i + 1, second))
    }

    /// The `i`-th number, as [`Self::pair`] gives it.
    #[inline]
    pub fn first(&self, i: usize) -> u64 {
        if i >= self.length.saturating_sub(1) {
            return 0;
        }
        self.number(i, self.place(i))
    }

    /// Asks for what tells where the `i`-th number is.
    #[inline]
    pub fn prefetch_sample(&self, i: usize) {
        prefetch(self.samples, i / SAMPLE);
    }

    /// Asks for the `i`-th number.
    #[inline]
    pub fn prefetch(&self, i: usize) {
        prefetch(self.low, i * self.shift as usize / 64);
        let Some(&sample) = self.samples.get(i / SAMPLE) else {
            return;
        };
        if sample & IS_FAR != 0 {
            prefetch(self.places, (sample & !IS_FAR) as usize + i % SAMPLE);
        } else {
            // The one bits are about as far apart as the numbers rise on average: one and a half bits.
            prefetch(self.high, (sample / 64) as usize);
            prefetch(self.high, (sample / 64) as usize + (i % SAMPLE) / 20);
        }
    }

    pub fn iter(self) -> impl Iterator<Item = u64> + 'a {
        let mut ones = Ones::from(self.high, 0);
        (0..self.length).map(move |i| self.number(i, ones.next(self.high)))
    }

    /// Where the places of the block of the `i`-th one bit begin, if they are kept.
    #[inline]
    fn far(&self, i: usize) -> Option<usize> {
        let sample = self.samples.get(i / SAMPLE).copied().unwrap_or(0);
        (sample & IS_FAR != 0).then_some((sample & !IS_FAR) as usize)
    }

    /// The place of the `i`-th one bit.
    #[inline]
    fn place(&self, i: usize) -> u64 {
        if let Some(places) = self.far(i) {
            return self.places.get(places + i % SAMPLE).copied().unwrap_or(0);
        }
        let sample = self.samples.get(i / SAMPLE).copied().unwrap_or(u64::MAX);
        let Ones { mut word, mut left } = Ones::from(self.high, sample);
        let mut skip = (i % SAMPLE) as u32;
        while left.count_ones() <= skip {
            skip -= left.count_ones();
            word = word.saturating_add(1);
            match self.high.get(word) {
                Some(&next) => left = next,
                None => return 0,
            }
        }
        word as u64 * 64 + u64::from(select(left, skip))
    }

    fn number(&self, i: usize, place: u64) -> u64 {
        let low = bits::read(self.low, i as u64 * u64::from(self.shift), self.shift);
        place.wrapping_sub(i as u64) << self.shift | low
    }
}

/// Walks over the one bits.
struct Ones {
    word: usize,
    /// What is left of the current word.
    left: u64,
}

impl Ones {
    #[inline]
    fn from(high: &[u64], place: u64) -> Self {
        let word = usize::try_from(place / 64).unwrap_or(usize::MAX);
        let left = high.get(word).copied().unwrap_or(0) & (u64::MAX << (place % 64));
        Ones { word, left }
    }

    #[inline]
    fn after(high: &[u64], place: u64) -> Self {
        Self::from(high, place.wrapping_add(1))
    }

    /// The place of the next one bit.
    #[inline]
    fn next(&mut self, high: &[u64]) -> u64 {
        while self.left == 0 {
            self.word = self.word.saturating_add(1);
            match high.get(self.word) {
                Some(&next) => self.left = next,
                None => return 0,
            }
        }
        let bit = self.left.trailing_zeros();
        self.left &= self.left - 1;
        self.word as u64 * 64 + u64::from(bit)
    }
}

/// The place of the one bit with `skip` others below it.
#[inline]
fn select(mut word: u64, mut skip: u32) -> u32 {
    let mut place = 0;
    for half in [32, 16, 8] {
        let below = (word & ((1 << half) - 1)).count_ones();
        if skip >= below {
            skip -= below;
            word >>= half;
            place += half;
        }
    }
    for _ in 0..skip {
        word &= word.wrapping_sub(1);
    }
    place + word.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_is_kept(mut numbers in proptest::collection::vec(prop_oneof![0u64..1000, 0u64..100_000], 0..400), guess in 1u64..1000) {
            numbers.sort_unstable();
            let mut builder = Builder::new(guess, 100_000);
            numbers.iter().for_each(|&number| builder.push(number));
            let section = builder.finish();
            let sequence = EliasFano::parse(&section).unwrap();
            prop_assert_eq!(sequence.len(), numbers.len());
            for (i, pair) in numbers.windows(2).enumerate() {
                prop_assert_eq!(sequence.pair(i), (pair[0], pair[1]));
                prop_assert_eq!(sequence.first(i), pair[0]);
            }
            prop_assert_eq!(sequence.iter().collect::<Vec<u64>>(), numbers);
        }

        #[test]
        fn a_damaged_section_never_panics(mut section in proptest::collection::vec(any::<u64>(), 0..40), head in any::<[u8; 4]>()) {
            for (word, byte) in section.iter_mut().zip(head) {
                *word = u64::from(byte);
            }
            if let Some(sequence) = EliasFano::parse(&section) {
                for i in 0..sequence.len().min(500) {
                    prop_assert_eq!(sequence.pair(i).0, sequence.first(i));
                }
                sequence.iter().take(500).for_each(drop);
            }
        }
    }
}
