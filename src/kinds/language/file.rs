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
//!        128 K  how many keys each of 65,536 buckets has, 2 bytes each
//!             the lower 8 bits of every key
//!             for every key its scale, 0 to 3, then the weight of each kind, -8 to 7 as 0 to 15, a byte each
//! ```
//!
//! All numbers are little-endian. It is small and read whole.

use std::io::Read;
use std::path::Path;

use twox_hash::XxHash3_64;

use super::classifier::Classifier;
use super::header::{Header, MOST_KINDS};
use super::keys::Keys;
use super::rows::{Rows, SCALES};
use super::texts::is_label;
use crate::error::{Error, ErrorKind, Result, display};
use crate::text::input;

const MAGIC: &[u8; 8] = b"IMPKINDS";
const VERSION: u32 = 1;
const PREAMBLE: usize = 32;
const BUCKETS: usize = 1 << 16;
/// The largest file and payload that are read.
pub(super) const MOST: u64 = 1 << 29;
/// The longest header: labels are short.
const MOST_HEADER: usize = 4 << 20;
/// The most n-grams: a few kilobytes can claim no more memory than these have weights.
pub(super) const MOST_NGRAMS: usize = 1 << 22;
/// The largest unit and offset, in nats: sums of them stay finite.
const MOST_NATS: f32 = 1e3;

const MAKE_AGAIN: &str = "it is damaged: copy or train it again";
const GIVE_ONE: &str = "give the file of a classifier, as `language train` writes it";

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
    let header: Header =
        serde_json::from_slice(&take(&mut payload, header_length)?).ok().filter(is_sound)?;
    let kinds = &header.kinds;
    let sizes = take(&mut payload, 2 * BUCKETS)?;
    let sizes: Vec<u16> = sizes.as_chunks().0.iter().map(|&two| u16::from_le_bytes(two)).collect();
    let n: usize = sizes.iter().map(|&size| usize::from(size)).sum();
    if n > MOST_NGRAMS || length > MOST || length != payload_length(header_length, n, kinds.len()) {
        return None;
    }
    let keys = Keys::from_parts(&sizes, take(&mut payload, n)?)?;
    let mut rows = Rows::new(n, kinds.len());
    let mut bytes = vec![0; 1 + kinds.len()];
    for row in 0..n {
        payload.read_exact(&mut bytes).ok()?;
        rows.set_scale(row, Some(bytes[0]).filter(|&scale| usize::from(scale) < SCALES.len())?);
        for (kind, &weight) in bytes[1..].iter().enumerate() {
            rows.set(row, kind, i8::try_from(weight).ok().filter(|&weight| weight < 16)? - 8);
        }
    }
    (payload.read(&mut [0]).ok()? == 0).then_some(Classifier { header, keys, rows })
}

/// Whether what the header says fits together.
fn is_sound(header: &Header) -> bool {
    let Header { labels, kinds, unit, offsets, calibration, .. } = header;
    let known = kinds.iter().flatten().all(|&label| label < labels.len());
    let many = labels.len() <= kinds.len() && !labels.is_empty() && kinds.len() <= MOST_KINDS;
    let in_order = labels.is_sorted_by(|a, b| a < b) && labels.iter().all(|label| is_label(label));
    let centred =
        offsets.len() == kinds.len() && offsets.iter().all(|offset| offset.abs() <= MOST_NATS);
    let weighted = *unit > 0.0 && *unit <= MOST_NATS;
    known && many && in_order && centred && weighted && calibration.is_sound()
}

/// How long the payload is for `n` n-grams.
pub(super) fn payload_length(header: usize, n: usize, kinds: usize) -> u64 {
    4 + header as u64 + 2 * BUCKETS as u64 + n as u64 * (2 + kinds as u64)
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
        let (sizes, rests) = self.keys.parts();
        payload.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
        payload.extend(rests);
        let kinds = self.rows.kinds();
        for row in 0..self.rows.len() {
            payload.push(self.rows.scale(row));
            payload.extend((0..kinds).map(|kind| (self.rows.get(row, kind) + 8) as u8));
        }
        let fail = |e| Error::io("the classifier", "compress", e);
        let frame = zstd::bulk::compress(&payload, 19).map_err(fail)?;
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
mod tests {
    use super::*;
    use crate::kinds::language::small::small;
    use serde_json::{Value, json};

    /// A file with right checksums whose payload, header apart, or header is changed.
    fn forged(header: impl Fn(&mut Value), rest: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        forged_text(
            |text| {
                let mut value = serde_json::from_str(text).unwrap();
                header(&mut value);
                *text = value.to_string();
            },
            rest,
        )
    }

    fn forged_text(header: impl Fn(&mut String), rest: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        let whole = small().to_bytes().unwrap();
        let payload = zstd::bulk::decompress(&whole[PREAMBLE..], 1 << 20).unwrap();
        let (length, after) = payload.split_first_chunk().unwrap();
        let (text, after) = after.split_at(u32::from_le_bytes(*length) as usize);
        let (mut text, mut after) = (String::from_utf8(text.to_vec()).unwrap(), after.to_vec());
        header(&mut text);
        rest(&mut after);
        file_of(&[&(text.len() as u32).to_le_bytes(), text.as_bytes(), &after].concat())
    }

    fn file_of(payload: &[u8]) -> Vec<u8> {
        let frame = zstd::bulk::compress(payload, 3).unwrap();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((payload.len() as u64).to_le_bytes());
        bytes.extend(XxHash3_64::oneshot(&frame).to_le_bytes());
        bytes.extend(frame);
        bytes
    }

    /// It is refused with its name, a remedy, and an error of this kind.
    #[track_caller]
    fn refused(bytes: &[u8], kind: ErrorKind) {
        let error = read(bytes, "some.kinds").unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(text.starts_with("some.kinds: ") && text.contains("; "), "{text}");
    }

    fn same(a: &Classifier, b: &Classifier) -> bool {
        let weights = |c: &Classifier| -> Vec<i8> {
            let row = |row| (0..c.rows.kinds()).map(move |kind| (row, kind));
            (0..c.rows.len()).flat_map(row).map(|(row, kind)| c.rows.get(row, kind)).collect()
        };
        let scales =
            |c: &Classifier| (0..c.rows.len()).map(|row| c.rows.scale(row)).collect::<Vec<_>>();
        a.header == b.header
            && a.keys.parts() == b.keys.parts()
            && weights(a) == weights(b)
            && scales(a) == scales(b)
    }

    #[test]
    fn what_was_written_is_read_again() {
        let whole = small();
        let bytes = whole.to_bytes().unwrap();
        let again = read(&bytes, "x").unwrap();
        assert!(same(&whole, &again));
        assert_eq!(again.to_bytes().unwrap(), bytes);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        assert!(same(&Classifier::open(file.path()).unwrap(), &whole));
        std::fs::write(file.path(), zstd::bulk::compress(&bytes, 1).unwrap()).unwrap();
        assert!(same(&Classifier::open(file.path()).unwrap(), &whole));
        // Nothing changed is no forgery.
        assert!(same(&read(&forged(|_| (), |_| ()), "x").unwrap(), &whole));
    }

    #[test]
    fn a_byte_changed_anywhere_or_an_end_cut_off_is_noticed() {
        let bytes = small().to_bytes().unwrap();
        for at in 0..bytes.len() {
            let kind = match at {
                0..8 => ErrorKind::Foreign,
                8..12 => ErrorKind::Version,
                _ => ErrorKind::Damaged,
            };
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                refused(&changed, kind);
            }
            let kind = if at < 8 { ErrorKind::Foreign } else { ErrorKind::Damaged };
            refused(&bytes[..at], kind);
        }
        refused(&[&bytes[..], b"x"].concat(), ErrorKind::Damaged);
    }

    #[test]
    fn another_file_and_a_newer_version_are_told_apart() {
        for other in [&b""[..], b"a text", b"impute\r\n and so on"] {
            refused(other, ErrorKind::Foreign);
        }
        let mut newer = small().to_bytes().unwrap();
        newer[8] = 2;
        refused(&newer, ErrorKind::Version);
        let told = read(&newer, "x").unwrap_err().to_string();
        assert!(told.contains("version 2, known is 1"), "{told}");
    }

    #[test]
    fn headers_that_make_no_sense_are_refused_whatever_their_checksum() {
        let sharp = |value: f64, n| json!(vec![json!({ "sharpness": value, "foreign": 0.0 }); n]);
        let changes: &[(&str, Value)] = &[
            ("kinds", json!([0, 1, 1, 2, null])),
            ("kinds", json!([0, 1, 1, -1, null])),
            ("kinds", json!([0, 1])),
            ("kinds", json!([])),
            ("labels", json!([])),
            ("labels", json!(["two", "one"])),
            ("labels", json!(["one", "one"])),
            ("labels", json!(["one", "two words"])),
            ("labels", json!(["", "one"])),
            ("labels", json!(["one", "x".repeat(65)])),
            ("labels", json!(["\u{1b}[31m", "one"])),
            ("labels", json!(["a", "b", "c", "d", "e", "f", "g"])),
            ("unit", json!(0.0)),
            ("unit", json!(-1.0)),
            ("unit", json!(null)),
            ("unit", json!(1e30)),
            ("offsets", json!([0.0])),
            ("offsets", json!([0.0, 0.0, 0.0, 0.0, 1e30])),
            ("offsets", json!([0.0, 0.0, 0.0, 0.0, null])),
            ("calibration", sharp(1.0, 1)),
            ("calibration", sharp(0.0, 10)),
            ("calibration", sharp(-1.0, 10)),
            ("calibration", sharp(1e30, 10)),
        ];
        for (name, value) in changes {
            refused(&forged(|header| header[*name] = value.clone(), |_| ()), ErrorKind::Damaged);
        }
        let with = |from: &str, to: &str| {
            forged_text(
                |text| {
                    assert!(text.contains(from), "{text}");
                    *text = text.replace(from, to);
                },
                |_| (),
            )
        };
        for number in ["NaN", "1e999", "Infinity", "\"1\""] {
            refused(&with("\"unit\":0.25", &format!("\"unit\":{number}")), ErrorKind::Damaged);
        }
        refused(&with("{", "["), ErrorKind::Damaged);
        refused(&with("{", &"[".repeat(100_000)), ErrorKind::Damaged);
        refused(&with("\"unit\":", "\"other\":"), ErrorKind::Damaged);
        refused(&with("}]", &format!("}}]{}", " ".repeat(MOST_HEADER))), ErrorKind::Damaged);
    }

    #[test]
    fn as_many_kinds_as_may_be_are_read_and_one_more_is_not() {
        let with = |kinds: usize| {
            let rows = small().rows.len();
            let header = |header: &mut Value| {
                header["kinds"] = (0..kinds).map(|kind| json!(kind % 2)).collect();
                header["offsets"] = vec![0.0; kinds].into();
            };
            forged(header, |rest| {
                rest.truncate(2 * BUCKETS + rows);
                rest.extend(std::iter::repeat_n([0], rows * (1 + kinds)).flatten());
            })
        };
        let most = read(&with(MOST_KINDS), "x").unwrap();
        assert_eq!((most.rows.kinds(), most.rows.get(3, MOST_KINDS - 1)), (MOST_KINDS, -8));
        refused(&with(MOST_KINDS + 1), ErrorKind::Damaged);
    }

    #[test]
    fn keys_and_weights_that_make_no_sense_are_refused_whatever_their_checksum() {
        let rows = small().rows.len();
        let first = 2 * BUCKETS + rows;
        let with = |change: &dyn Fn(&mut Vec<u8>)| forged(|_| (), change);
        for scale in [4, 255] {
            refused(&with(&|rest| rest[first] = scale), ErrorKind::Damaged);
        }
        for weight in [16, 128, 255] {
            refused(&with(&|rest| rest[first + 1] = weight), ErrorKind::Damaged);
            refused(&with(&|rest| *rest.last_mut().unwrap() = weight), ErrorKind::Damaged);
        }
        refused(&with(&|rest| rest.truncate(rest.len() - 1)), ErrorKind::Damaged);
        refused(&with(&|rest| rest.push(0)), ErrorKind::Damaged);
        refused(&with(&|rest| rest.truncate(100)), ErrorKind::Damaged);
        refused(&with(&|rest| rest[0] += 1), ErrorKind::Damaged);
        // Two equal keys in a bucket, and more keys than any file has.
        let twice = |rest: &mut Vec<u8>| {
            rest[..2 * BUCKETS].fill(0);
            rest[..2].copy_from_slice(&(rows as u16).to_le_bytes());
            rest[2 * BUCKETS..first].fill(7);
        };
        refused(&with(&twice), ErrorKind::Damaged);
        refused(&with(&|rest| rest[..2 * BUCKETS].fill(255)), ErrorKind::Damaged);
    }

    #[test]
    fn a_length_that_is_not_the_payloads_is_refused() {
        let bytes = small().to_bytes().unwrap();
        let length = u64::from_le_bytes(bytes[16..24].try_into().unwrap());
        for wrong in [0, length - 1, length + 1, MOST, MOST + 1, u64::MAX] {
            let mut changed = bytes.clone();
            changed[16..24].copy_from_slice(&wrong.to_le_bytes());
            refused(&changed, ErrorKind::Damaged);
        }
    }
}
