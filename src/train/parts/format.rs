//! What all files of counts have in common.

use serde::{Deserialize, Serialize};

use super::blocks::File;
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::core::MAX_ORDER;
use crate::text::input::Input;
use crate::text::lines::MAX_WORD;
use crate::text::{kind, tokens};
use crate::train::HeldOut;
use crate::train::corpus::Summary;
use crate::train::ids::Builder;

/// How a file begins.
pub const MAGIC: &[u8; 8] = kind::COUNTS;
/// The version that is written; older ones are read for training.
pub const VERSION: u32 = 2;
/// Words and lines are cut into blocks at least this long, in bytes.
pub const BLOCK: usize = 1 << 16;

/// What a file says about all of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    pub order: usize,
    pub lines: u64,
    pub tokens: u64,
    /// In hexadecimal.
    pub text_hash: String,
    pub held_out_share: f64,
    pub held_out_lines: usize,
}

/// What it says at its end.
#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    pub words: u64,
    pub ngrams: u64,
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
pub fn open(input: Input) -> Result<(u32, File)> {
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

/// Checks that the counts have all that is wanted.
pub fn suffices(head: &Head, builder: &Builder<'_>, name: &str) -> Result<()> {
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
pub fn numbered(content: &[u8]) -> impl Iterator<Item = (Option<u64>, &[u8])> {
    let lines = content.split_inclusive(|&b| b == b'\n');
    lines.map(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let tab = line.iter().position(|&b| b == b'\t').unwrap_or(0);
        let number = std::str::from_utf8(&line[..tab]).ok().and_then(|n| n.parse().ok());
        (number, line.get(tab + 1..).unwrap_or_default())
    })
}

/// Whether these bytes can be a word of counts, apart from the special ones.
pub fn is_word(word: &[u8]) -> bool {
    let special = matches!(word, b"<unk>" | b"<s>" | b"</s>");
    let odd = word.is_empty() || word.len() > MAX_WORD || word.iter().any(|b| b" \n\0".contains(b));
    !special && !odd && std::str::from_utf8(word).is_ok()
}

/// Whether a line can have been put aside so often.
pub fn is_line(line: &[u8], times: u64) -> bool {
    times > 0 && tokens::split(line).next().is_some() && !line.contains(&0)
}
