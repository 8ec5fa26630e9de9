//! The compact form of a model, for shipping: one zstd frame without the posting lists.
//!
//! Logs are rounded to 1/128 nat and kept in 16 bits (below -255 nats: `<s>`), words are
//! differences within a context, and the bytes of each number are split into planes, which zstd
//! compresses well. Inside the frame stands the same container as in a mapped file, with the
//! sections below. Opening rebuilds the lists: about 0.1 s a million n-grams, in memory.
//!
//! ```text
//! compact.words            all words behind the special ones, each with \n behind it
//! compact.N.sizes          (contexts) number of n-grams of each, planes of 4 bytes; N > 1
//! compact.N.words          (n-grams) difference to the word before in the context, planes of 4
//! compact.N.ln_p           (n-grams) 16-bit logs, planes of 2
//! compact.N.ln_backoff     the same, below the highest order
//! ```

use std::io::{self, Cursor, Read, Write};

use super::format::{self, Directory, Writer, damaged};
use super::header::Header;
use super::ngrams::{LN_ZERO, Level, MAX_ORDER, Ngrams, suffix_links};
use super::words::{SPECIAL, WordList};
use crate::error::{Error, Result};

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Steps of the rounded logs in one nat.
const STEPS: f32 = 128.0;
/// No compact model may unpack to more than this, in bytes.
const MOST_BYTES: u64 = 4 << 30;

/// Whether the bytes of a file are a compact model.
pub fn is_compact(bytes: &[u8]) -> bool {
    bytes.starts_with(&ZSTD_MAGIC)
}

/// Writes the compact form.
///
/// # Errors
/// What the writer reports.
pub fn pack(words: &WordList, ngrams: &Ngrams, header: Header, out: impl Write) -> io::Result<()> {
    let mut file = Writer::new(Cursor::new(Vec::new()))?;
    let mut spelled = Vec::new();
    for word in words.iter().skip(SPECIAL) {
        spelled.extend_from_slice(word);
        spelled.push(b'\n');
    }
    file.section("compact.words", &spelled)?;
    for (level, n) in ngrams.levels.iter().zip(1..) {
        if n > 1 {
            let sizes: Vec<u32> = level.offsets.windows(2).map(|w| w[1] - w[0]).collect();
            file.section(section(n, "sizes"), &planes(&sizes))?;
            let mut differences = level.words.clone();
            for range in level.offsets.windows(2) {
                let children = &mut differences[range[0] as usize..range[1] as usize];
                for i in (1..children.len()).rev() {
                    children[i] -= children[i - 1];
                }
            }
            file.section(section(n, "words"), &planes(&differences))?;
        }
        file.section(section(n, "ln_p"), &round(&level.ln_p))?;
        if n < ngrams.levels.len() {
            file.section(section(n, "ln_backoff"), &round(&level.ln_backoff))?;
        }
    }
    let bytes = file.finish(header)?.into_inner();
    let mut encoder = zstd::Encoder::new(out, 19)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
    encoder.write_all(&bytes)?;
    encoder.finish()?.flush()
}

/// Reads the compact form.
///
/// # Errors
/// Not a model, another version, truncated or damaged.
pub fn unpack(packed: &[u8], name: &str) -> Result<(WordList, Ngrams, Header)> {
    let mut bytes = Vec::new();
    zstd::Decoder::with_buffer(packed)
        .and_then(|decoder| decoder.take(MOST_BYTES).read_to_end(&mut bytes))
        .map_err(|_| damaged(name, "the compressed data"))?;
    let directory = format::read_directory(&bytes, name)?;
    format::verify(&bytes, &directory, name)?;
    let file = Reader { bytes: &bytes, directory: &directory, name };
    let order = directory.header.order;
    if !(2..=MAX_ORDER).contains(&order) {
        return Err(damaged(name, "the header"));
    }
    let mut words = WordList::new();
    let spelled = file.section("compact.words")?;
    for word in spelled.split_inclusive(|&b| b == b'\n') {
        words.push(word.strip_suffix(b"\n").unwrap_or(word));
    }
    let mut levels: Vec<Level> = Vec::with_capacity(order);
    for n in 1..=order {
        let below = levels.last();
        levels.push(file.level(n, order, words.len(), below)?);
    }
    let ngrams = Ngrams { levels };
    if ngrams.counts() != directory.header.ngrams {
        return Err(damaged(name, "the header"));
    }
    Ok((words, ngrams, directory.header))
}

fn section(n: usize, part: &str) -> String {
    format!("compact.{n}.{part}")
}

struct Reader<'a> {
    bytes: &'a [u8],
    directory: &'a Directory,
    name: &'a str,
}

impl<'a> Reader<'a> {
    fn section(&self, section: &str) -> Result<&'a [u8]> {
        format::section(self.bytes, self.directory, section).ok_or_else(|| self.damaged(section))
    }

    fn damaged(&self, section: &str) -> Error {
        damaged(self.name, section)
    }

    fn level(&self, n: usize, order: usize, words: usize, below: Option<&Level>) -> Result<Level> {
        let mut level =
            Level { ln_p: unround(self.section(&section(n, "ln_p"))?), ..Level::default() };
        let count = level.ln_p.len();
        if n < order {
            level.ln_backoff = unround(self.section(&section(n, "ln_backoff"))?);
            if level.ln_backoff.len() != count {
                return Err(self.damaged(&section(n, "ln_backoff")));
            }
        }
        let Some(below) = below else {
            let fits = count == words;
            return if fits { Ok(level) } else { Err(self.damaged("compact.words")) };
        };
        let sizes = unplanes(self.section(&section(n, "sizes"))?);
        let mut end = 0u64;
        level.offsets.push(0);
        for &size in &sizes {
            end += u64::from(size);
            level.offsets.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        if end != count as u64 || sizes.len() != below.ln_p.len() {
            return Err(self.damaged(&section(n, "sizes")));
        }
        level.words = unplanes(self.section(&section(n, "words"))?);
        if level.words.len() != count {
            return Err(self.damaged(&section(n, "words")));
        }
        for range in level.offsets.windows(2) {
            let children = &mut level.words[range[0] as usize..range[1] as usize];
            for i in 1..children.len() {
                children[i] = children[i].wrapping_add(children[i - 1]);
            }
            let rising = children.windows(2).all(|w| w[0] < w[1]);
            if !rising || children.last().is_some_and(|&word| word as usize >= words) {
                return Err(self.damaged(&section(n, "words")));
            }
        }
        level.suffix =
            suffix_links(&below.offsets, &below.words, &below.suffix, &level.offsets, &level.words)
                .ok_or_else(|| self.damaged(&section(n, "words")))?;
        Ok(level)
    }
}

/// All lowest bytes, then all second ones, and so on.
fn planes(numbers: &[u32]) -> Vec<u8> {
    (0..4).flat_map(|plane| numbers.iter().map(move |n| (n >> (8 * plane)) as u8)).collect()
}

fn unplanes(bytes: &[u8]) -> Vec<u32> {
    let count = bytes.len() / 4;
    let byte = |plane: usize, i: usize| u32::from(bytes[plane * count + i]) << (8 * plane);
    (0..count).map(|i| byte(0, i) | byte(1, i) | byte(2, i) | byte(3, i)).collect()
}

/// Logs as planes of 16-bit steps.
fn round(logs: &[f32]) -> Vec<u8> {
    let steps = |ln: &f32| (ln * STEPS).round().clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    let low = logs.iter().map(|ln| steps(ln) as u8);
    low.chain(logs.iter().map(|ln| (steps(ln) >> 8) as u8)).collect()
}

fn unround(bytes: &[u8]) -> Vec<f32> {
    let (low, high) = bytes.split_at(bytes.len() / 2);
    let number = |(&low, &high)| match i16::from_le_bytes([low, high]) {
        // Only the unigram <s>, whose log is about -228 nats, comes near the end of the range.
        steps if steps < -28_000 => LN_ZERO,
        steps => f32::from(steps) / STEPS,
    };
    low.iter().zip(high).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn planes_are_undone(numbers in proptest::collection::vec(any::<u32>(), 0..20)) {
            prop_assert_eq!(unplanes(&planes(&numbers)), numbers);
        }

        #[test]
        fn logs_are_kept_to_half_a_step(logs in proptest::collection::vec(-200f32..10.0, 0..20)) {
            let back = unround(&round(&logs));
            prop_assert!(back.iter().zip(&logs).all(|(a, b)| (a - b).abs() <= 0.5 / STEPS + 1e-4));
        }
    }
}
