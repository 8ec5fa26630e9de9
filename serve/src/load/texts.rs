//! The texts that are sent.
//!
//! In: a file, as lines or the competition's CSV, plain or compressed; or none. Out: all of its sentences that are
//! not blank, in order. All are held in memory.

use std::path::Path;

use anyhow::{Context, Result, bail};
use impute::text::input;
use impute::text::rows::RowReader;

/// Sentences for those who only want to see the service work.
const OWN: &str = include_str!("sentences.txt");

/// Reads the texts of a file, or its own if there is none.
///
/// # Errors
/// The file cannot be read, is not UTF-8, or holds no text.
pub fn read(path: Option<&Path>) -> Result<Vec<String>> {
    let Some(path) = path else {
        return Ok(OWN.lines().map(str::to_owned).collect());
    };
    let mut rows = RowReader::new(input::open(path)?, None, false)?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next_row()? {
        let line = row.line;
        let text = String::from_utf8(row.sentence).with_context(|| {
            format!("{}: line {line}: not UTF-8: convert the file to it", rows.name())
        })?;
        if !text.trim().is_empty() {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        bail!("{}: only blank lines: give it at least one sentence", rows.name());
    }
    Ok(texts)
}

/// What is sent as a batch: the file as it is, or the sentences as lines.
///
/// # Errors
/// The file cannot be read.
pub fn whole(path: Option<&Path>) -> Result<Vec<u8>> {
    let Some(path) = path else {
        return Ok(OWN.as_bytes().to_vec());
    };
    std::fs::read(path)
        .with_context(|| format!("{}: cannot be read: check the path", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_and_the_competitions_csv_without_blanks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("texts");
        std::fs::write(&path, "\"id\",\"sentence\"\n1,\"a \"\"b\"\" c\"\n2,\"\"\n3,\"d\"\n")
            .unwrap();
        assert_eq!(read(Some(&path)).unwrap(), ["a \"b\" c", "d"]);
        std::fs::write(&path, "one\n\ntwo\n").unwrap();
        assert_eq!(read(Some(&path)).unwrap(), ["one", "two"]);
        std::fs::write(&path, "\n\n").unwrap();
        assert!(read(Some(&path)).unwrap_err().to_string().contains("only blank lines"));
        let missing = folder.path().join("missing");
        assert!(read(Some(&missing)).unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn has_a_dozen_sentences_of_its_own() {
        let own = read(None).unwrap();
        assert!(own.len() >= 12 && own.iter().all(|text| text.split(' ').count() > 5));
    }
}
