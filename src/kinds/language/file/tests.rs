//! What is read back, and what is refused: damaged and forged files of classifiers.

use super::*;
use crate::kinds::language::header::MOST_KINDS;
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
            let keys = rest[2 * small().rows.kinds()..][..2 * BUCKETS + rows].to_vec();
            *rest = (0..kinds as u16).flat_map(u16::to_le_bytes).collect();
            rest.extend(keys);
            rest.resize(rest.len() + rows * (kinds / 2 + 1), 0);
        })
    };
    let most = read(&with(MOST_KINDS), "x").unwrap();
    assert_eq!((most.rows.kinds(), most.rows.get(3, MOST_KINDS - 1)), (MOST_KINDS, -8));
    refused(&with(MOST_KINDS + 1), ErrorKind::Damaged);
}

#[test]
fn keys_and_weights_that_make_no_sense_are_refused_whatever_their_checksum() {
    let (rows, kinds) = (small().rows.len(), small().rows.kinds());
    let (sizes, rests) = (2 * kinds, 2 * kinds + 2 * BUCKETS);
    let first = rests + rows;
    let with = |change: &dyn Fn(&mut Vec<u8>)| forged(|_| (), change);
    for scale in [4, 15] {
        refused(&with(&|rest| rest[first + kinds / 2] = scale << 4), ErrorKind::Damaged);
    }
    refused(&with(&|rest| rest[0] = rest[2]), ErrorKind::Damaged);
    refused(&with(&|rest| rest[1] = 1), ErrorKind::Damaged);
    refused(&with(&|rest| rest.truncate(rest.len() - 1)), ErrorKind::Damaged);
    refused(&with(&|rest| rest.push(0)), ErrorKind::Damaged);
    refused(&with(&|rest| rest.truncate(100)), ErrorKind::Damaged);
    refused(&with(&|rest| rest[sizes] += 1), ErrorKind::Damaged);
    // Two equal keys in a bucket, and more keys than any file has.
    let twice = |rest: &mut Vec<u8>| {
        rest[sizes..rests].fill(0);
        rest[sizes..sizes + 2].copy_from_slice(&(rows as u16).to_le_bytes());
        rest[rests..first].fill(7);
    };
    refused(&with(&twice), ErrorKind::Damaged);
    refused(&with(&|rest| rest[sizes..rests].fill(255)), ErrorKind::Damaged);
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
