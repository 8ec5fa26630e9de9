//! Rows of any bytes, plain, gzip or zstd: refused, or written back as they came.
//!
//! The first byte says whether the format is forced and whether broken UTF-8 is accepted.

#![no_main]

use std::io::Cursor;

use impute::text::input::decompress;
use impute::text::kaggle;
use impute::text::rows::{Format, Row, RowReader};
use impute_fuzz as _; // its bound on allocations
use libfuzzer_sys::fuzz_target;

/// A few bytes can be millions of packed empty lines, whose memory is theirs to take.
const MOST: usize = 100_000;

/// The rows, and what came before the first one.
type Read = (Format, &'static [u8], Vec<Row>);

fn read(bytes: &[u8], forced: Option<Format>, lossy: bool) -> Option<Read> {
    let input = decompress(Box::new(Cursor::new(bytes.to_vec())), "in".into(), None).ok()?;
    let rows = RowReader::new(input, forced, lossy).and_then(|mut reader| {
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row()? {
            rows.push(row);
            if rows.len() == MOST {
                return Ok(None);
            }
        }
        Ok(Some((reader.format(), reader.mark(), rows)))
    });
    if let Err(error) = &rows {
        let text = error.to_string();
        assert!(text.starts_with("in: ") && text.contains("; "), "no place or no remedy: {text}");
    }
    rows.ok().flatten()
}

fn written(rows: &[Row]) -> Vec<u8> {
    let mut out = [kaggle::HEADER, b"\n"].concat();
    for row in rows {
        kaggle::write(&mut out, &row.id, &row.sentence).expect("memory takes all");
    }
    out
}

fuzz_target!(|data: &[u8]| {
    let Some((&mode, bytes)) = data.split_first() else { return };
    let forced = [None, Some(Format::Text), Some(Format::Kaggle)][usize::from(mode % 3)];
    let lossy = mode & 0x80 != 0;
    let Some((format, mark, rows)) = read(bytes, forced, lossy) else { return };
    let packed = bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    if format == Format::Text {
        let mut back = mark.to_vec();
        rows.iter().for_each(|row| back.extend([&row.sentence[..], row.ending].concat()));
        assert!(packed || back == bytes, "a text does not come out as it went in");
        return;
    }
    let back = written(&rows);
    let again = read(&back, None, lossy).expect("what was written can be read");
    let content = |row: &Row| (row.id.clone(), row.sentence.clone());
    assert!(again.2.iter().map(content).eq(rows.iter().map(content)), "another row");
    assert!(written(&again.2) == back, "a second time, other bytes");
    if packed {
        return;
    }
    // A sentence in quotes comes out as it went in.
    let lines = bytes[mark.len()..].split(|&b| b == b'\n').skip(1);
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    let out: Vec<&[u8]> = back.split(|&b| b == b'\n').skip(1).collect();
    for (line, out) in lines.iter().zip(out) {
        let field = line.iter().position(|&b| b == b',').map(|at| &line[at + 1..]);
        if field.is_some_and(|field| field.starts_with(b"\"")) {
            assert!(*line == out, "{} became {}", line.escape_ascii(), out.escape_ascii());
        }
    }
});
