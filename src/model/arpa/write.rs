//! [`Source`] → ARPA text, as KenLM's `lmplz` writes it: tabs between the fields, a backoff weight
//! below the highest order even where it is 1, log10 p 0 for `<s>`.
//!
//! Numbers are the shortest decimals that read back as the same `f32`; n-grams are sorted by ids.

use std::io::{self, Write};

use super::source::Source;
use crate::error::{Error, Result};
use crate::model::words::{BOS, EOS};

/// Writes an ARPA text; `name` is what messages call the output.
///
/// # Errors
/// What the writer reports; and a word with white space in it, which separates fields.
///
/// ```
/// # let model = impute::model::Model::shipped()?;
/// let mut text = Vec::new();
/// impute::model::arpa::write(model.view(), "a vector", &mut text)?;
/// assert!(text.starts_with(b"\\data\\\nngram 1="));
/// # Ok::<(), impute::Error>(())
/// ```
pub fn write(source: &impl Source, name: &str, out: &mut impl Write) -> Result<()> {
    source.visit(1, &mut |ids, _, _| check(source.word(ids[0])))?;
    write_text(source, out).map_err(|e| Error::io(name, "write", e))
}

fn write_text(source: &impl Source, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\\data\\\n")?;
    for n in 1..=source.order() {
        writeln!(out, "ngram {n}={}", source.count(n))?;
    }
    for n in 1..=source.order() {
        writeln!(out, "\n\\{n}-grams:")?;
        let highest = n == source.order();
        source.visit(n, &mut |ids, log10_p, log10_backoff| {
            write!(out, "{}\t", plain(if ids == [BOS] { 0.0 } else { log10_p }))?;
            for (i, &id) in ids.iter().enumerate() {
                out.write_all(if i == 0 { b"" } else { b" " })?;
                out.write_all(source.word(id))?;
            }
            if !highest {
                // Nothing follows the end of a sentence.
                let log10_backoff = if ids.ends_with(&[EOS]) { 0.0 } else { log10_backoff };
                write!(out, "\t{}", plain(log10_backoff))?;
            }
            out.write_all(b"\n")
        })?;
    }
    out.write_all(b"\n\\end\\\n")
}

/// The number with 0 for -0.
fn plain(number: f32) -> f32 {
    number + 0.0
}

/// Refuses a word that would be read back as several.
fn check(word: &[u8]) -> Result<()> {
    const VERTICAL_TAB: u8 = 0x0b;
    let separates = |&byte: &u8| byte.is_ascii_whitespace() || byte == VERTICAL_TAB;
    if word.is_empty() || word.iter().any(separates) {
        return Err(Error::value(
            format!("the word {:?} cannot stand in ARPA text", String::from_utf8_lossy(word)),
            "train the model again: white space separates words",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_decimals_that_read_back_equal() {
        for number in [-0.0, -1e-30, -99.0, -3.4294655, f32::MIN_POSITIVE, -1e6, 0.1] {
            let text = plain(number).to_string();
            assert!(!text.contains('e') && text != "-0", "{text}");
            assert_eq!(text.parse::<f32>().unwrap(), number);
        }
    }

    #[test]
    fn a_word_with_a_tab_is_refused() {
        assert!(check(b"a\tb").unwrap_err().to_string().contains("\"a\\tb\""));
        assert!(check("a\u{a0}b".as_bytes()).is_ok());
    }
}
