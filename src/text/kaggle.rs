//! The competition's CSV: header `"id","sentence"`, the id unquoted, the sentence quoted, inner quotes
//! doubled, one row per line.
//!
//! It is parsed strictly, line by line, because every byte of a sentence counts in the score: general CSV
//! readers accept a missing closing quote and swallow the rows after it.

use std::io::{self, Write};

/// The first line of every file of the competition.
pub const HEADER: &[u8] = b"\"id\",\"sentence\"";

/// Why a line is not a row.
pub type RowError = (&'static str, &'static str);

/// Whether a line is the header, with or without quotes around each of its names.
pub fn is_header(line: &[u8]) -> bool {
    let [id, sentence] = ["id", "sentence"].map(str::as_bytes);
    let mut fields = line.split(|&b| b == b',').map(unquoted);
    fields.next() == Some(id) && fields.next() == Some(sentence) && fields.next().is_none()
}

/// Whether the first line of a file looks like CSV rather than a tokenised sentence: it begins with a field
/// named id, or with a field without spaces, a comma, and then a quote or no space.
pub fn looks_like_csv(line: &[u8]) -> bool {
    let separator = |b: u8| matches!(b, b',' | b';' | b'\t');
    let (field, tail) = match line.strip_prefix(b"\"") {
        Some(rest) => match rest.iter().position(|&b| b == b'"') {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => return false,
        },
        None => line.split_at(line.iter().position(|&b| separator(b)).unwrap_or(line.len())),
    };
    let Some((&first, tail)) = tail.split_first().filter(|(b, _)| separator(**b)) else {
        return false;
    };
    let id = field.eq_ignore_ascii_case(b"id");
    let values = first == b',' && (tail.starts_with(b"\"") || !tail.contains(&b' '));
    id || (values && !field.contains(&b' '))
}

/// The id without its quotes: `"7"` and `7` are the same id.
pub fn unquoted(id: &[u8]) -> &[u8] {
    id.strip_prefix(b"\"").and_then(|id| id.strip_suffix(b"\"")).unwrap_or(id)
}

/// Splits a line into the id as written and the sentence, unquoted into `sentence`.
///
/// # Errors
/// What is wrong with the line, and the remedy.
pub fn parse<'a>(line: &'a [u8], sentence: &mut Vec<u8>) -> Result<&'a [u8], RowError> {
    sentence.clear();
    let comma = line
        .iter()
        .position(|&b| b == b',')
        .ok_or(("a row without a comma", "write id,\"sentence\""))?;
    let (id, field) = (&line[..comma], &line[comma + 1..]);
    if id.iter().filter(|&&b| b == b'"').count() != 2 * usize::from(unquoted(id).len() < id.len()) {
        return Err(("an id with a quote in it", "write ids without quotes and commas"));
    }
    if id.is_empty() {
        return Err(("a row without an id", "write id,\"sentence\""));
    }
    let Some(mut rest) = field.strip_prefix(b"\"") else {
        if field.contains(&b'"') || field.contains(&b',') {
            return Err((
                "a sentence with a quote or comma that is not quoted",
                "put the sentence in quotes and double the quotes in it",
            ));
        }
        sentence.extend_from_slice(field);
        return Ok(id);
    };
    while let Some(quote) = rest.iter().position(|&b| b == b'"') {
        sentence.extend_from_slice(&rest[..quote]);
        match rest.get(quote + 1) {
            None => return Ok(id),
            Some(b'"') => sentence.push(b'"'),
            Some(_) => {
                return Err((
                    "text after the closing quote",
                    "double the quotes inside the sentence, and write two columns only",
                ));
            }
        }
        rest = &rest[quote + 2..];
    }
    Err((
        "the quote that opens the sentence is never closed",
        "close it, double the quotes inside, and keep every row on one line",
    ))
}

/// Writes one row.
///
/// # Errors
/// What the writer reports.
pub fn write(out: &mut impl Write, id: &[u8], sentence: &[u8]) -> io::Result<()> {
    out.write_all(id)?;
    out.write_all(b",\"")?;
    for (i, part) in sentence.split(|&b| b == b'"').enumerate() {
        if i > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part)?;
    }
    out.write_all(b"\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(id in "[0-9a-z]{1,8}", sentence in "[a-z\", é]{0,40}") {
            let (mut line, mut back) = (Vec::new(), Vec::new());
            write(&mut line, id.as_bytes(), sentence.as_bytes()).unwrap();
            prop_assert_eq!(line.pop(), Some(b'\n'));
            prop_assert_eq!(parse(&line, &mut back), Ok(id.as_bytes()));
            prop_assert_eq!(back, sentence.as_bytes());
        }

        #[test]
        fn no_line_makes_the_parser_panic(line in "[1\",a ]{0,12}") {
            let _ = parse(line.as_bytes(), &mut Vec::new());
            looks_like_csv(line.as_bytes());
        }
    }

    #[test]
    fn an_unclosed_quote_is_an_error() {
        for line in ["1,\"the dog", "1,\"", "1,\"the \"\"dog", "1,\"a\"\""] {
            let (what, _) = parse(line.as_bytes(), &mut Vec::new()).unwrap_err();
            assert!(what.contains("never closed"), "{line}: {what}");
        }
    }

    #[test]
    fn every_mixture_of_quoted_and_unquoted_names_is_the_header() {
        for header in ["\"id\",\"sentence\"", "id,\"sentence\"", "\"id\",sentence", "id,sentence"] {
            assert!(is_header(header.as_bytes()), "{header}");
        }
        for other in ["id,\"sentence", "id,sentence,", "id", "\"id,sentence\"", "id;sentence", ""] {
            assert!(!is_header(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn tells_csv_from_sentences() {
        for csv in [
            "\"id\",\"sentence\"",
            "id,text",
            "1,\"the dog .\"",
            "\"1\",\"x\"",
            "id, sentence",
            "ID,the sentence",
            "\"id\";\"sentence\"",
            "id\tsentence",
        ] {
            assert!(looks_like_csv(csv.as_bytes()), "{csv}");
        }
        for text in [
            "the dog .",
            "1,000 dogs .",
            "\" Yes , \" he said .",
            "",
            ", and",
            "a, b",
            "id , please .",
        ] {
            assert!(!looks_like_csv(text.as_bytes()), "{text}");
        }
    }
}
