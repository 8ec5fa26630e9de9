//! What is in a message: ids, never texts.
//!
//! A message of type `jobs` is `["0190…", …]`, one of type `pieces` is `{"batch":7,"firsts":[0,16]}`: the batch, and
//! the number of each piece's first row.

use std::io::Write;

use serde::Deserialize;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::store::postgres::Ids;

/// The type of messages with jobs.
pub const JOBS: &str = "jobs";
/// The type of messages with pieces.
pub const PIECES: &str = "pieces";
/// The most parts of a message that is read.
const MOST: usize = 4096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pieces {
    batch: i64,
    firsts: Vec<i64>,
}

/// Writes a message of jobs.
pub fn write_jobs(ids: &[Uuid], out: &mut Vec<u8>) {
    let mut text = [0; Hyphenated::LENGTH];
    out.reserve(ids.len() * (text.len() + 3) + 2);
    let mut before = b"[\"".as_slice();
    for id in ids {
        out.extend_from_slice(before);
        out.extend_from_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
        before = b"\",\"";
    }
    out.extend_from_slice(if ids.is_empty() { b"[]" } else { b"\"]" });
}

/// Writes a message of pieces.
pub fn write_pieces(batch: i64, firsts: &[i64], out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{{\"batch\":{batch},\"firsts\":[");
    for (number, first) in firsts.iter().enumerate() {
        let _ = write!(out, "{}{first}", if number == 0 { "" } else { "," });
    }
    out.extend_from_slice(b"]}");
}

/// Reads a message of this type; `None` of what is none.
pub fn read(kind: Option<&str>, bytes: &[u8]) -> Option<Ids> {
    let body = match kind? {
        JOBS => Ids::Jobs(serde_json::from_slice(bytes).ok()?),
        PIECES => {
            let Pieces { batch, firsts } = serde_json::from_slice(bytes).ok()?;
            Ids::Pieces { batch, firsts }
        }
        _ => return None,
    };
    (1..=MOST).contains(&body.parts()).then_some(body)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_look_as_the_documentation_says() {
        let mut out = Vec::new();
        write_jobs(&[Uuid::from_u128(1), Uuid::from_u128(2)], &mut out);
        let ids =
            "[\"00000000-0000-0000-0000-000000000001\",\"00000000-0000-0000-0000-000000000002\"]";
        assert_eq!(std::str::from_utf8(&out), Ok(ids));
        out.clear();
        write_pieces(7, &[0, 16], &mut out);
        assert_eq!(std::str::from_utf8(&out), Ok("{\"batch\":7,\"firsts\":[0,16]}"));
    }

    #[test]
    fn what_is_no_message_is_none() {
        let id = format!("\"{}\"", Uuid::from_u128(1));
        let many = format!("[{}]", vec![id.as_str(); MOST + 1].join(","));
        for (kind, text) in [
            (None, "[]"),
            (Some("jobs"), "[]"),
            (Some("jobs"), "[\"x\"]"),
            (Some("jobs"), "{\"batch\":7,\"firsts\":[0]}"),
            (Some("jobs"), many.as_str()),
            (Some("pieces"), "{\"batch\":7,\"firsts\":[]}"),
            (Some("pieces"), "{\"batch\":7}"),
            (Some("rows"), "[1]"),
            (Some("jobs"), ""),
        ] {
            assert_eq!(read(kind, text.as_bytes()), None, "{kind:?} {text:.40}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(ids in prop::collection::vec(any::<u128>(), 1..70),
            batch in any::<i64>(), firsts in prop::collection::vec(any::<i64>(), 1..70)) {
            let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_u128).collect();
            let mut out = Vec::new();
            write_jobs(&ids, &mut out);
            prop_assert_eq!(read(Some(JOBS), &out), Some(Ids::Jobs(ids)));
            out.clear();
            write_pieces(batch, &firsts, &mut out);
            prop_assert_eq!(read(Some(PIECES), &out), Some(Ids::Pieces { batch, firsts }));
        }

        #[test]
        fn nothing_that_arrives_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            read(Some(JOBS), &bytes);
            read(Some(PIECES), &bytes);
        }
    }
}
