//! Texts with labels: `label TAB text`, one a line.

use std::path::Path;

use twox_hash::XxHash3_64;

use crate::error::{Error, Result};
use crate::progress::{Progress, Unit};
use crate::text::input;
use crate::text::lines::Lines;
use crate::text::printable::quoted;

/// The longest label, in bytes.
const LONGEST: usize = 64;

/// Visits the label and the text of every line of a file.
///
/// # Errors
/// The file cannot be read, or a line is not UTF-8 or has no label.
pub fn each(path: &Path, progress: &dyn Progress, mut see: impl FnMut(&str, &str)) -> Result<u64> {
    let input = input::open(path)?;
    progress.stage("read", Unit::Bytes, input.size);
    let mut lines = Lines::new(input, false);
    let (mut line, mut texts) = (Vec::new(), 0);
    while lines.next_into(&mut line)? {
        let bad = |what: &str| {
            let remedy = "give lines of a label, a tab and a text";
            Error::at_line(lines.name(), lines.number(), what, remedy)
        };
        let text = std::str::from_utf8(&line).map_err(|_| bad("it is not UTF-8"))?;
        if text.is_empty() {
            continue;
        }
        let (label, text) =
            text.split_once('\t').ok_or_else(|| bad("there is no tab after a label"))?;
        if label.is_empty() || label.len() > LONGEST || label.contains(char::is_whitespace) {
            return Err(bad(&format!("{} is no label of one word", quoted(label))));
        }
        see(label, text);
        texts += 1;
        if lines.number().is_multiple_of(1024) {
            progress.advance(lines.advanced());
        }
    }
    match texts {
        0 => Err(Error::file(
            lines.name(),
            "there is no text in it",
            "give lines of a label, a tab and a text",
        )),
        _ => Ok(texts),
    }
}

/// Whether a text is held out of training, one of `one_in`, the same in every file and order.
#[cfg(feature = "train")]
pub fn is_held_out(text: &str, one_in: u64) -> bool {
    XxHash3_64::oneshot(text.as_bytes()).is_multiple_of(one_in)
}
