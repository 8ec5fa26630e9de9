//! The rows of a batch as a piece keeps them, and the bytes of the submission that they become.
//!
//! A piece is a JSON array of `[id, sentence, ending]`; the ending is what ended the line: 0 for nothing, 1 for a line
//! feed, 2 with a carriage return before it.

use impute::text::rows::{Format, Row};
use serde::{Deserialize, Serialize};

const ENDINGS: [&str; 3] = ["", "\n", "\r\n"];

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept(String, String, usize);

impl Kept {
    /// The sentence.
    pub fn sentence(&self) -> &str {
        &self.1
    }

    fn row(&self) -> Row {
        let ending = ENDINGS.get(self.2).copied().unwrap_or("\n").as_bytes();
        Row { id: self.0.clone().into_bytes(), ending, ..Row::default() }
    }

    /// The row of the submission with this sentence.
    pub fn answered(&self, format: &str, sentence: &[u8], out: &mut Vec<u8>) {
        // Writing to memory cannot fail.
        let _ = format_named(format).write_row(out, &self.row(), sentence);
    }
}

/// `kaggle` or `text`.
pub fn name_of(format: Format) -> &'static str {
    match format {
        Format::Kaggle => "kaggle",
        Format::Text => "text",
    }
}

fn format_named(name: &str) -> Format {
    if name == name_of(Format::Kaggle) { Format::Kaggle } else { Format::Text }
}

/// Rows as a piece keeps them. They are UTF-8, which their reader has checked.
pub fn keep(rows: &[Row]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let kept = rows.iter().map(|row| {
        let ending = ENDINGS.iter().position(|known| known.as_bytes() == row.ending);
        Kept(text(&row.id), text(&row.sentence), ending.unwrap_or(1))
    });
    serde_json::to_string(&kept.collect::<Vec<_>>()).unwrap_or_default()
}

/// The rows of a piece; none of what is no piece.
pub fn kept(piece: &str) -> Vec<Kept> {
    serde_json::from_str(piece).unwrap_or_default()
}

/// A piece for each of its rows.
pub fn split(piece: &str) -> Vec<String> {
    let one = |row: Kept| serde_json::to_string(&[row]).unwrap_or_default();
    kept(piece).into_iter().map(one).collect()
}

/// The rows of a piece as they were given, for a submission.
pub fn unanswered(format: &str, piece: &str) -> Vec<u8> {
    let mut out = Vec::new();
    kept(piece).iter().for_each(|row| row.answered(format, row.sentence().as_bytes(), &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let row = |id: &str, sentence: &str, ending: &'static str| Row {
            id: id.into(),
            sentence: sentence.into(),
            line: 0,
            ending: ending.as_bytes(),
        };
        let rows = [row("1", "say \"a\"", "\n"), row("\"2\"", "", "\r\n"), row("3", "é", "")];
        let piece = keep(&rows);
        assert_eq!(
            unanswered("kaggle", &piece),
            "1,\"say \"\"a\"\"\"\n\"2\",\"\"\n3,\"é\"\n".as_bytes()
        );
        assert_eq!(unanswered("text", &piece), "say \"a\"\n\r\né".as_bytes());
        let parts = split(&piece);
        assert_eq!(parts.len(), 3);
        let joined: Vec<u8> = parts.iter().flat_map(|part| unanswered("text", part)).collect();
        assert_eq!(joined, unanswered("text", &piece));
        assert!(kept("no piece").is_empty());
    }
}
