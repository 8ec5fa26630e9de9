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

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;
use zstd::zstd_safe::CParameter;

use super::calibration::Calibration;
use super::classifier::Classifier;
use super::keys::Keys;
use super::rows::{Rows, SCALES};
use super::similar::order;
use crate::error::{Error, Result, display};

const MAGIC: &[u8; 8] = b"IMPKINDS";
const VERSION: u32 = 1;
const PREAMBLE: usize = 32;
const BUCKETS: usize = 1 << 16;
/// The largest file and payload that are read.
const MOST: u64 = 1 << 30;
/// The most kinds that a classifier may have.
pub(super) const MOST_KINDS: usize = 4096;

/// How hard the payload is compressed, and how far back it refers, as a power of two: whoever unpacks it keeps as much
/// in memory.
const LEVEL: i32 = 19;
const WINDOW: u32 = 18;

const MAKE_AGAIN: &str = "it is damaged: copy or train it again";
const GIVE_ONE: &str = "give the file of a classifier, as `language train` writes it";

/// What a classifier says about itself, and what goes with its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The labels of texts, in order.
    pub labels: Vec<String>,
    /// The label of each kind, as its place among the labels; none for a foreign one.
    pub kinds: Vec<Option<usize>>,
    /// What a unit of the weights is, in nats.
    pub unit: f32,
    /// What is added to the weights of each kind, in nats.
    pub offsets: Vec<f32>,
    /// How scores become probabilities.
    pub calibration: Calibration,
    /// Texts it was trained on.
    pub texts: u64,
    /// The version of the program that trained it.
    pub version: String,
    /// The day it was trained, as YYYY-MM-DD.
    pub date: String,
    /// The licence of what it may be used for, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

pub(super) fn open(path: &Path) -> Result<Classifier> {
    let name = display(path);
    let fail = |e| Error::io(&name, "open", e);
    let file = std::fs::File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).map_err(|e| Error::io(&name, "read", e))?;
    read(&bytes, &name)
}

pub(super) fn read(bytes: &[u8], name: &str) -> Result<Classifier> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::file(name, "this is not a classifier of texts", GIVE_ONE));
    }
    let damaged = |what: &str| Error::file(name, format!("{what} of this classifier"), MAKE_AGAIN);
    let Some((preamble, frame)) = bytes.split_at_checked(PREAMBLE) else {
        return Err(damaged("the beginning is all there is"));
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
        ));
    }
    if XxHash3_64::oneshot(frame) != number(24, 8) || number(16, 8) > MOST {
        return Err(damaged("the checksum does not fit the bytes"));
    }
    let payload = zstd::stream::read::Decoder::with_buffer(frame)
        .map_err(|_| damaged("a part is missing"))?;
    parse(payload.take(number(16, 8))).ok_or_else(|| damaged("a part is missing or makes no sense"))
}

/// Reads the payload piece by piece, so that it is never in memory as a whole.
fn parse(mut payload: impl Read) -> Option<Classifier> {
    let header: Header = {
        let mut length = [0; 4];
        payload.read_exact(&mut length).ok()?;
        serde_json::from_slice(&take(&mut payload, u32::from_le_bytes(length) as usize)?).ok()?
    };
    let Header { labels, kinds, unit, offsets, calibration, .. } = &header;
    let known = kinds.iter().flatten().all(|&label| label < labels.len());
    let many = labels.len() <= kinds.len() && !labels.is_empty() && kinds.len() <= MOST_KINDS;
    let centred = offsets.len() == kinds.len() && offsets.iter().all(|offset| offset.is_finite());
    if !(centred && known && many && *unit > 0.0 && unit.is_finite() && calibration.is_sound()) {
        return None;
    }
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

/// The next bytes; memory grows only with what is there.
fn take(payload: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    payload.take(length as u64).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length).then_some(bytes)
}

impl Classifier {
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
