//! Numbers of any width, end to end in 64-bit words, lowest bits first.

/// Bits that are being written.
#[derive(Debug, Default, Clone)]
pub struct BitWriter {
    words: Vec<u64>,
    length: u64,
}

impl BitWriter {
    /// Adds the lowest `width` bits of `number`, at most 64.
    pub fn push(&mut self, number: u64, width: u32) {
        if width == 0 {
            return;
        }
        let shift = (self.length % 64) as u32;
        if shift == 0 {
            self.words.push(number);
        } else {
            let last = self.words.len() - 1;
            self.words[last] |= number << shift;
            if shift + width > 64 {
                self.words.push(number >> (64 - shift));
            }
        }
        self.length += u64::from(width);
    }

    pub fn len(&self) -> u64 {
        self.length
    }

    /// The words; bits after the last one are 0.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Takes out the words that are full; the length counts from there on.
    pub fn take_full(&mut self) -> Vec<u64> {
        let rest = self.words.split_off((self.length / 64) as usize);
        self.length %= 64;
        std::mem::replace(&mut self.words, rest)
    }

    pub fn into_words(self) -> Vec<u64> {
        self.words
    }
}

/// The number of `width` bits, at most 56, that begins at bit `at`; bits beyond the end are 0.
#[inline]
pub fn read(words: &[u64], at: u64, width: u32) -> u64 {
    let bytes: &[u8] = bytemuck::cast_slice(words);
    let (byte, shift) = ((at / 8) as usize, (at % 8) as u32);
    let eight = match bytes.get(byte..).and_then(<[u8]>::first_chunk) {
        Some(&eight) => u64::from_le_bytes(eight),
        None => last(bytes, byte),
    };
    eight >> shift & ((1 << width) - 1)
}

/// The eight bytes from `byte` on, 0 beyond the end.
#[cold]
fn last(bytes: &[u8], byte: usize) -> u64 {
    let rest = bytes.get(byte..).unwrap_or_default();
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// How many bits hold all numbers below `limit`.
pub fn width(limit: u64) -> u32 {
    u64::BITS - limit.saturating_sub(1).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths() {
        assert_eq!([0, 1, 2, 3, 4, 5, 1 << 20].map(width), [0, 0, 1, 2, 2, 3, 20]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(items in proptest::collection::vec((any::<u64>(), 0u32..57), 0..50)) {
            let mut writer = BitWriter::default();
            let masked: Vec<_> = items.iter().map(|&(n, w)| (n & ((1 << w) - 1), w)).collect();
            for &(number, width) in &masked {
                writer.push(number, width);
            }
            let mut at = 0;
            for &(number, width) in &masked {
                prop_assert_eq!(read(writer.words(), at, width), number);
                at += u64::from(width);
            }
            prop_assert_eq!(at, writer.len());
            prop_assert_eq!(read(writer.words(), at + 200, 7), 0);
        }
    }
}
