//! Counts of a part of the text, to be combined with those of other parts: the file that `impute count` and
//! `impute merge` write, and that `impute merge` and `impute train --counts` read. It can be written to a pipe
//! and read from one.
//!
//! ```text
//! magic      8 bytes  "impcnt\r\n"
//! version    u32      2
//! blocks, each:
//!   kind     u8       and three zero bytes
//!   length   u32      of the content, in bytes, at most 64 MiB
//!   packed   u32      of the zstd frame that holds it, in bytes, or as many again if it stands there as it is
//!   checksum u64      XXH3 of the 12 bytes before and of what follows
//!   content  as a zstd frame, or as it is
//! ```
//!
//! Numbers are little-endian. The blocks come in this order:
//!
//! | kind | content |
//! |---|---|
//! | `H` | JSON: order, counted sentences and tokens, hash of the lines, how lines were put aside |
//! | `A` | lines `times TAB line`, by their hashes: put aside for calibration, not counted |
//! | `W` | the words, a line each, rising by their bytes; the n-th has the id n + 2, after `<unk> <s> </s>` |
//! | `G` | n-grams of the highest order, sorted by their ids, as in [`records`] |
//! | `E` | JSON: number of words and of n-grams; the end |
//!
//! A word is counted as often as n-grams begin with it, so that its count is not stored. Ids rise with the bytes
//! of the words, so that those of a part rise with those of the whole, and sorted n-grams of parts are merged as
//! they stream by ([`merge`]), without being sorted again. Lines put aside are those of the part with the lowest
//! hashes, as many as a model of the whole text could need; those that the whole text does not hold out are
//! counted when the parts are combined, which is why they come first. So the counts and the model of all parts
//! are, byte for byte, those of the whole text.
//!
//! Version 1 ([`old`]) had its words by falling count, with their counts, and the lines put aside at the end. It
//! can be trained on, but not merged.

mod blocks;
mod ids;
mod merge;
mod ngrams;
mod old;
mod reader;
mod records;
mod words;
mod writer;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use self::blocks::File;
use super::HeldOut;
use super::corpus::Summary;
use super::ids::Builder;
use super::run::{PAD, Words};
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::core::MAX_ORDER;
use crate::model::words::SPECIAL;
use crate::progress::Progress;
use crate::text::input::{self, Input};
use crate::text::lines::MAX_WORD;
use crate::text::tokens;

pub(crate) use self::merge::{Sink, merge};
pub(crate) use self::reader::Reader;
pub use self::records::Encoder;
pub(crate) use self::writer::{Writer, write};

/// How a file begins.
pub const MAGIC: &[u8; 8] = b"impcnt\r\n";
/// The version that is written; older ones are read for training.
pub const VERSION: u32 = 2;
/// Words and lines are cut into blocks at least this long, in bytes.
const BLOCK: usize = 1 << 16;
/// So many files are read at a time.
const TOGETHER: usize = 64;

/// What a file says about all of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub order: usize,
    pub lines: u64,
    pub tokens: u64,
    /// In hexadecimal.
    pub text_hash: String,
    pub held_out_share: f64,
    pub held_out_lines: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct End {
    words: u64,
    ngrams: u64,
}

impl Head {
    /// Of counts of this order, of which these lines may be put aside.
    pub fn new(order: usize, summary: Summary, held_out: HeldOut) -> Self {
        let Summary { lines, tokens, hash, .. } = summary;
        let text_hash = format!("{hash:016x}");
        let HeldOut { share: held_out_share, lines: held_out_lines, .. } = held_out;
        Head { order, lines, tokens, text_hash, held_out_share, held_out_lines }
    }

    /// What was counted; `None` if it cannot be.
    pub fn summary(&self) -> Option<Summary> {
        let hash = u64::from_str_radix(&self.text_hash, 16).ok()?;
        let mut summary = Summary { hash, ..Summary::default() };
        summary.add(self.lines, self.tokens)?;
        Some(summary)
    }
}

/// Opens a file of counts; its blocks follow.
fn open(input: Input) -> Result<(u32, File)> {
    let mut file = File::new(input);
    let mut magic = [0; 8];
    if file.fill(&mut magic)? < 8 || magic != *MAGIC {
        let what = "not a file of counts";
        let error = Error::file(&file.input.name, what, "name one that impute wrote");
        return Err(error.of(ErrorKind::Foreign));
    }
    let version = u32::from_le_bytes(file.exactly()?);
    if !(1..=VERSION).contains(&version) {
        return Err(Error::file(
            &file.input.name,
            format!("counts of format version {version}, but this program reads 1 to {VERSION}"),
            "count the text again, or use the version of impute that wrote it",
        )
        .of(ErrorKind::Version));
    }
    file.always_packed = version == 1;
    Ok((version, file))
}

/// Opens a file of sorted counts.
///
/// # Errors
/// Not a file of counts, another version, damaged.
pub(crate) fn sorted<'a>(input: Input, progress: &'a dyn Progress) -> Result<Reader<'a>> {
    let (version, file) = open(input)?;
    if version < VERSION {
        return Err(Error::file(
            &file.input.name,
            format!("counts of format version {version} are not sorted for merging"),
            "train on them as they are, or count the text again",
        )
        .of(ErrorKind::Version));
    }
    Reader::new(file, progress)
}

/// Reads the counts of parts into `builder`.
///
/// # Errors
/// Not files of counts, another version, damaged, a lower order than wanted, or fewer lines put aside.
pub(crate) fn read(
    paths: &[PathBuf],
    builder: &mut Builder<'_>,
    progress: &dyn Progress,
) -> Result<()> {
    let mut readers = Vec::new();
    for path in paths {
        let (version, file) = open(input::open(path)?)?;
        if version < VERSION {
            old::read(file, builder, progress)?;
            continue;
        }
        let mut reader = Reader::new(file, progress)?;
        suffices(&reader.head, builder, reader.name())?;
        builder.add(reader.summary()?)?;
        builder.counted_ends(reader.head.lines);
        progress.tokens(reader.head.tokens);
        reader.aside(&mut |line, times| builder.line_aside(line, times))?;
        readers.push(reader);
        if readers.len() == TOGETHER {
            add(std::mem::take(&mut readers), builder)?;
        }
    }
    add(readers, builder)
}

fn add(readers: Vec<Reader<'_>>, builder: &mut Builder<'_>) -> Result<()> {
    if readers.is_empty() {
        return Ok(());
    }
    let order = builder.order();
    let ids = (0..SPECIAL as u32).collect();
    merge(readers, order, &mut Added { builder, ids, order })
}

/// Merged counts on their way into a corpus.
struct Added<'a, 'b> {
    builder: &'a mut Builder<'b>,
    /// (words) provisional id of each.
    ids: Vec<u32>,
    order: usize,
}

impl Sink for Added<'_, '_> {
    fn word(&mut self, word: &[u8]) -> Result<()> {
        self.ids.push(self.builder.counted_word(word));
        Ok(())
    }

    fn ngram(&mut self, words: &Words, count: u64) -> Result<()> {
        let words = words[..self.order].iter().take_while(|&&word| word != PAD);
        self.builder.record(words.map(|&word| self.ids[word as usize - 1]), count)
    }
}

/// Checks that the counts have all that is wanted.
fn suffices(head: &Head, builder: &Builder<'_>, name: &str) -> Result<()> {
    if head.order < builder.order() || head.order > MAX_ORDER {
        return Err(Error::file(
            name,
            format!("counts of order {}, but order {} is wanted", head.order, builder.order()),
            Remedy::by("count again with a higher one, or train a lower one", &[Setting::Order]),
        )
        .of(ErrorKind::Lacking));
    }
    let wanted = builder.held_out();
    if wanted.lines > 0
        && (head.held_out_lines < wanted.lines || head.held_out_share != wanted.share)
    {
        return Err(Error::file(
            name,
            format!(
                "at most {} lines were put aside, but {} are to be held out",
                head.held_out_lines, wanted.lines
            ),
            Remedy::by("count again with more, or train with fewer", &[Setting::HeldOut]),
        )
        .of(ErrorKind::Lacking));
    }
    Ok(())
}

/// Lines after their numbers.
fn numbered(content: &[u8]) -> impl Iterator<Item = (Option<u64>, &[u8])> {
    let lines = content.split_inclusive(|&b| b == b'\n');
    lines.map(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let tab = line.iter().position(|&b| b == b'\t').unwrap_or(0);
        let number = std::str::from_utf8(&line[..tab]).ok().and_then(|n| n.parse().ok());
        (number, line.get(tab + 1..).unwrap_or_default())
    })
}

/// Whether these bytes can be a word of counts, apart from the special ones.
fn is_word(word: &[u8]) -> bool {
    let special = matches!(word, b"<unk>" | b"<s>" | b"</s>");
    let odd = word.is_empty() || word.len() > MAX_WORD || word.iter().any(|b| b" \n\0".contains(b));
    !special && !odd && std::str::from_utf8(word).is_ok()
}

/// Whether a line can have been put aside so often.
fn is_line(line: &[u8], times: u64) -> bool {
    times > 0 && tokens::split(line).next().is_some() && !line.contains(&0)
}
