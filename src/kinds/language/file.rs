//! The file of a classifier.
//!
//! ```text
//!  0  8  "IMPKINDS"
//!  8  4  the version of this format, 1
//! 12  4  zero
//! 16  8  the length of the payload before it was compressed
//! 24  8  XXH3-64 of what follows
//! 32     one zstd frame, the payload:
//!          4  the length of the header
//!             the header, JSON
//!             the order of the kinds in what follows, 2 bytes each
//!        128 K  how many keys each of 65,536 buckets has, 2 bytes each
//!             the lower 8 bits of every key
//!             for every key half a byte for each kind, its weight, -8 to 7 as 0 to 15, and one for the scale, the lower
//!             half first; whole bytes for each key
//! ```
//!
//! All numbers are little-endian. It is small and read whole.

use std::io::Read;
use std::path::Path;

use twox_hash::XxHash3_64;
use zstd::zstd_safe::CParameter;

use super::classifier::Classifier;
use super::header::Header;
use super::keys::{BUCKETS, Keys};
use super::rows::{Rows, SCALES};
use super::similar::order;
use crate::error::{Error, ErrorKind, Result, display};
use crate::text::input;

const MAGIC: &[u8; 8] = b"IMPKINDS";
const VERSION: u32 = 1;
const PREAMBLE: usize = 32;
/// The largest file and payload that are read.
pub(super) const MOST: u64 = 1 << 29;
/// The longest header: labels are short.
const MOST_HEADER: usize = 4 << 20;
/// The most n-grams: a few kilobytes can claim no more memory than these have weights.
pub(super) const MOST_NGRAMS: usize = 1 << 22;

/// How hard the payload is compressed, and how far back it refers, as a power of two: whoever unpacks it keeps as much
/// in memory.
const LEVEL: i32 = 19;
const WINDOW: u32 = 18;

const MAKE_AGAIN: &str = "it is damaged: copy or train it again";
const GIVE_ONE: &str = "give the file of a classifier, as `language train` writes it";

/// Whether a file is that of a classifier, by its first bytes.
///
/// # Errors
/// It cannot be read.
pub fn is_classifier(path: &Path) -> Result<bool> {
    input::open(path)?.begins_with(MAGIC)
}

fn open(path: &Path) -> Result<Classifier> {
    let mut input = input::open(path)?;
    if !input.begins_with(MAGIC)? {
        return Err(foreign(&display(path)));
    }
    let mut bytes = Vec::new();
    let read_all = input.reader.take(MOST).read_to_end(&mut bytes);
    read_all.map_err(|e| Error::io(&input.name, "read", e))?;
    read(&bytes, &input.name)
}

fn foreign(name: &str) -> Error {
    Error::file(name, "this is not a classifier of texts", GIVE_ONE).of(ErrorKind::Foreign)
}

fn read(bytes: &[u8], name: &str) -> Result<Classifier> {
    if !bytes.starts_with(MAGIC) {
        return Err(foreign(name));
    }
    let damaged = |what: &str| Error::file(name, what, MAKE_AGAIN).of(ErrorKind::Damaged);
    let Some((preamble, frame)) = bytes.split_at_checked(PREAMBLE) else {
        return Err(damaged("the beginning of a classifier is all there is"));
    };
    let number = |at: usize, bytes: usize| {
        preamble[at..at + bytes].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    };
    if number(8, 4) != u64::from(VERSION) {
        let what = format!(
            "the format of this classifier has version {}, known is {VERSION}",
            number(8, 4)
        );
        return Err(Error::file(
            name,
            what,
            "train it again, or use the version of the program that wrote it",
        )
        .of(ErrorKind::Version));
    }
    if XxHash3_64::oneshot(frame) != number(24, 8) || number(12, 4) != 0 {
        return Err(damaged("the checksum does not fit the bytes of this classifier"));
    }
    let senseless = || damaged("a part of this classifier is missing or makes no sense");
    let payload = zstd::stream::read::Decoder::with_buffer(frame).map_err(|_| senseless())?;
    parse(payload, number(16, 8)).ok_or_else(senseless)
}

/// Reads the payload of `length` bytes piece by piece, so that it is never in memory as a whole.
fn parse(mut payload: impl Read, length: u64) -> Option<Classifier> {
    let mut header_length = [0; 4];
    payload.read_exact(&mut header_length).ok()?;
    let header_length = u32::from_le_bytes(header_length) as usize;
    if header_length > MOST_HEADER {
        return None;
    }
    let header: Header = serde_json::from_slice(&take(&mut payload, header_length)?)
        .ok()
        .filter(Header::is_sound)?;
    let kinds = &header.kinds;
    let mut numbers = |n: usize| {
        let bytes = take(&mut payload, 2 * n)?;
        Some(bytes.as_chunks().0.iter().map(|&two| u16::from_le_bytes(two)).collect::<Vec<_>>())
    };
    let (order, sizes) = (numbers(kinds.len())?, numbers(BUCKETS)?);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.iter().map(|&kind| usize::from(kind)).eq(0..kinds.len()) {
        return None;
    }
    let n: usize = sizes.iter().map(|&size| usize::from(size)).sum();
    if n > MOST_NGRAMS || length > MOST || length != payload_length(header_length, n, kinds.len()) {
        return None;
    }
    let keys = Keys::from_parts(&sizes, take(&mut payload, n)?)?;
    let mut rows = Rows::new(n, kinds.len());
    let mut bytes = vec![0; kinds.len() / 2 + 1];
    for row in 0..n {
        payload.read_exact(&mut bytes).ok()?;
        let half = |i: usize| bytes[i / 2] >> (4 * (i % 2)) & 15;
        for (i, &kind) in order.iter().enumerate() {
            rows.set(row, usize::from(kind), half(i) as i8 - 8);
        }
        rows.set_scale(
            row,
            Some(half(kinds.len())).filter(|&scale| usize::from(scale) < SCALES.len())?,
        );
    }
    (payload.read(&mut [0]).ok()? == 0).then_some(Classifier { header, keys, rows })
}

/// How long the payload is for `n` n-grams.
pub(super) fn payload_length(header: usize, n: usize, kinds: usize) -> u64 {
    let (kinds, buckets) = (kinds as u64, BUCKETS as u64);
    4 + header as u64 + 2 * kinds + 2 * buckets + n as u64 * (1 + kinds / 2 + 1)
}

/// The next bytes; memory grows only with what is there.
fn take(payload: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    payload.take(length as u64).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length).then_some(bytes)
}

impl Classifier {
    /// Reads a classifier from a file.
    ///
    /// # Errors
    /// It cannot be read, is none, or is damaged.
    pub fn open(path: &Path) -> Result<Self> {
        open(path)
    }

    /// Reads a classifier from the bytes of a file; `name` is for messages.
    ///
    /// # Errors
    /// They are none, or damaged.
    pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Self> {
        read(bytes, name)
    }

    /// The classifier of 38 languages that ships with the library.
    ///
    /// # Errors
    /// None that a test would not have found.
    #[cfg(feature = "shipped")]
    pub fn shipped() -> Result<Self> {
        read(impute_languages::MODEL, "the shipped classifier")
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// They cannot be compressed.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut payload = Vec::new();
        let header = serde_json::to_vec(&self.header).unwrap_or_default();
        payload.extend((header.len() as u32).to_le_bytes());
        payload.extend(header);
        let order = order(&self.rows);
        payload.extend(order.iter().flat_map(|kind| kind.to_le_bytes()));
        let (sizes, rests) = self.keys.parts();
        payload.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
        payload.extend(rests);
        let mut halves = Vec::new();
        for row in 0..self.rows.len() {
            halves.clear();
            halves.extend(
                order.iter().map(|&kind| (self.rows.get(row, usize::from(kind)) + 8) as u8),
            );
            halves.push(self.rows.scale(row));
            payload.extend(
                halves.chunks(2).map(|pair| pair[0] | pair.get(1).map_or(0, |high| high << 4)),
            );
        }
        let fail = |e| Error::io("the classifier", "compress", e);
        let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(fail)?;
        compressor.set_parameter(CParameter::WindowLog(WINDOW)).map_err(fail)?;
        let frame = compressor.compress(&payload).map_err(fail)?;
        let mut bytes = Vec::with_capacity(PREAMBLE + frame.len());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((payload.len() as u64).to_le_bytes());
        bytes.extend(XxHash3_64::oneshot(&frame).to_le_bytes());
        bytes.extend(frame);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
