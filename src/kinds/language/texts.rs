//! Texts with labels: `label TAB text`, one a line.

use std::path::Path;

use crate::error::{Error, Result};
use crate::progress::{Progress, Unit};
use crate::text::input;
use crate::text::lines::Lines;
use crate::text::printable::{printable, quoted};

/// What is said of a text that has none of the labels.
pub const UNKNOWN: &str = "unknown";

/// The longest label, in bytes.
const LONGEST: usize = 64;

const GIVE_LINES: &str = "give lines of a label, a tab and a text";

/// Visits the label and the text of every line of a file, except empty texts.
///
/// # Errors
/// The file cannot be read, or a line is not UTF-8 or has no label.
pub fn each(path: &Path, progress: &dyn Progress, mut see: impl FnMut(&str, &str)) -> Result<u64> {
    let input = input::open(path)?;
    progress.stage("read", Unit::Bytes, input.size);
    let mut lines = Lines::new(input, true).of_any_words(); // what is not UTF-8 is told here
    let (mut line, mut texts) = (Vec::new(), 0);
    while lines.next_into(&mut line)? {
        if line.is_empty() {
            continue;
        }
        match parts(&line) {
            Ok((_, text)) if text.trim().is_empty() => continue,
            Ok((label, text)) => see(label, text),
            Err((what, remedy)) => {
                let fault = lines.error(what, remedy);
                return Err(lines.cause(fault));
            }
        }
        texts += 1;
        if lines.number().is_multiple_of(1024) {
            progress.advance(lines.advanced());
        }
    }
    match texts {
        0 => Err(Error::file(lines.name(), "there is no text in it", GIVE_LINES)),
        _ => Ok(texts),
    }
}

/// The label and the text of a line, or what is wrong with it and what to do.
fn parts(line: &[u8]) -> Result<(&str, &str), (String, &'static str)> {
    let text = std::str::from_utf8(line)
        .map_err(|_| ("it is not UTF-8".to_owned(), "convert the file to UTF-8"))?;
    let (label, text) = text
        .split_once('\t')
        .ok_or_else(|| ("there is no tab after a label".to_owned(), GIVE_LINES))?;
    if !is_label(label) {
        let what = match label.len() {
            0..=LONGEST => {
                format!("{} is no label of one word, or has another meaning", quoted(label))
            }
            bytes => format!("the label has {bytes} bytes, more than {LONGEST}"),
        };
        return Err((what, GIVE_LINES));
    }
    Ok((label, text))
}

/// Whether this is a label of texts that have none of the labels: `other`, `other:a`, and so on.
pub(super) fn is_foreign(label: &str) -> bool {
    label.strip_prefix("other").is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Whether this may be a label: short, of one word without commas, nothing that would drive a terminal, and not the
/// word for texts that have none.
pub(super) fn is_label(label: &str) -> bool {
    let fits = !label.is_empty() && label.len() <= LONGEST;
    let separates = |c: char| c.is_whitespace() || c == ',';
    fits && !label.contains(separates) && printable(label) == label && label != UNKNOWN
}

/// Whether a text is held out of training, one of `one_in`, the same in every file and order.
#[cfg(feature = "train")]
pub fn is_held_out(text: &str, one_in: u64) -> bool {
    twox_hash::XxHash3_64::oneshot(text.as_bytes()).is_multiple_of(one_in)
}
