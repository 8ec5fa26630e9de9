//! Counts of a part of the text, to be combined with those of other parts: the file that `impute count`
//! writes and `impute train --counts` reads. It can be written to a pipe and read from one.
//!
//! ```text
//! magic      8 bytes  "impcnt\r\n"
//! version    u32      1
//! blocks, each:
//!   kind     u8       and three zero bytes
//!   length   u32      of the content, in bytes, at most 64 MiB
//!   packed   u32      of the zstd frame that holds it, in bytes
//!   checksum u64      XXH3 of the 12 bytes before and the frame
//!   frame    zstd
//! ```
//!
//! Numbers are little-endian. The blocks come in this order:
//!
//! | kind | content |
//! |---|---|
//! | `H` | JSON: order, counted sentences and tokens, hash of the lines, how lines were put aside |
//! | `W` | lines `count TAB word`, by falling count; the n-th word has the id n - 1, from `<unk> <s> </s>` |
//! | `G` | n-grams of the highest order, sorted, as in [`super::run`] |
//! | `A` | lines `times TAB line`: put aside for calibration, not counted |
//! | `E` | JSON: number of n-grams; the end |
//!
//! Lines put aside are those of the part with the lowest hashes, as many as a model of the whole text could
//! need; those that the whole text does not hold out are counted when the parts are combined. So the model
//! of all parts is, byte for byte, that of the whole text.

use serde::{Deserialize, Serialize};

use super::HeldOut;
use super::blocks::{File, block};
use super::corpus::{Corpus, Summary};
use super::ids::Builder;
use super::means::Means;
use super::run::{Decoder, Encoder, PAD, Run, Words};
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::core::MAX_ORDER;
use crate::model::words::{BOS, EOS, SPECIAL};
use crate::progress::Progress;
use crate::text::input::Input;
use crate::text::lines::MAX_WORD;
use crate::text::tokens;

/// How a file begins.
pub const MAGIC: &[u8; 8] = b"impcnt\r\n";
/// The version that is written and read.
pub const VERSION: u32 = 1;
/// Blocks are cut once they are at least this long, in bytes.
const BLOCK: usize = 1 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    order: usize,
    lines: u64,
    tokens: u64,
    /// In hexadecimal.
    text_hash: String,
    words: u64,
    held_out_share: f64,
    held_out_lines: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct End {
    ngrams: u64,
}

/// Writes the counts of a part.
///
/// # Errors
/// What `write` and the temporary file report.
pub fn write(
    corpus: &Corpus,
    run: &Run,
    held_out: HeldOut,
    means: Means<'_>,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let head = Head {
        order: run.order,
        lines: corpus.summary.lines,
        tokens: corpus.summary.tokens,
        text_hash: format!("{:016x}", corpus.summary.hash),
        words: corpus.words.len() as u64,
        held_out_share: held_out.share,
        held_out_lines: held_out.lines,
    };
    write(MAGIC)?;
    write(&VERSION.to_le_bytes())?;
    block(b'H', &json(&head)?, write)?;
    let words = corpus.words.iter().zip(&corpus.counts).map(|(word, &count)| (count, word));
    lines(b'W', words, write)?;
    let (mut encoder, mut ngrams) = (Encoder::new(run.order), 0);
    for i in 0..run.blocks.len() {
        let bytes = run.blocks.get(i, means.spill)?;
        let mut decoder = Decoder::new(run.order, &bytes);
        while let Some(record) = decoder.next_record() {
            encoder.push(&record.words, record.count);
            ngrams += 1;
            if encoder.bytes.len() >= BLOCK {
                block(b'G', &encoder.take(), write)?;
            }
        }
        means.progress.advance(1);
    }
    if !encoder.bytes.is_empty() {
        block(b'G', &encoder.take(), write)?;
    }
    lines(b'A', corpus.held_out.iter().map(|line| (line.times, &line.text[..])), write)?;
    block(b'E', &json(&End { ngrams })?, write)
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::io("counts", "write", e.into()))
}

/// Writes lines, each after a number.
fn lines<'a>(
    kind: u8,
    items: impl Iterator<Item = (u64, &'a [u8])>,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut content = Vec::new();
    for (number, text) in items {
        content.extend_from_slice(number.to_string().as_bytes());
        content.push(b'\t');
        content.extend_from_slice(text);
        content.push(b'\n');
        if content.len() >= BLOCK {
            block(kind, &content, write)?;
            content.clear();
        }
    }
    if content.is_empty() { Ok(()) } else { block(kind, &content, write) }
}

/// Reads the counts of a part into `builder`.
///
/// # Errors
/// Not a file of counts, another version, damaged, a lower order than wanted, or fewer lines put aside.
pub fn read(input: Input, builder: &mut Builder<'_>, progress: &dyn Progress) -> Result<()> {
    let mut file = File::new(input);
    let mut magic = [0; 8];
    if file.fill(&mut magic)? < 8 || magic != *MAGIC {
        let what = "not a file of counts";
        let error = Error::file(&file.input.name, what, "name one that impute wrote");
        return Err(error.of(ErrorKind::Foreign));
    }
    let version = u32::from_le_bytes(file.exactly()?);
    if version != VERSION {
        return Err(Error::file(
            &file.input.name,
            format!("counts of format version {version}, but this program reads {VERSION}"),
            "count the text again, or use the version of impute that wrote it",
        )
        .of(ErrorKind::Version));
    }
    let (kind, content) = file.block()?;
    let head: Head = match kind {
        b'H' => serde_json::from_slice(&content).map_err(|_| file.damaged())?,
        _ => return Err(file.damaged()),
    };
    check(&head, builder, &file.input.name)?;
    let hash = u64::from_str_radix(&head.text_hash, 16).map_err(|_| file.damaged())?;
    builder.add(Summary { lines: head.lines, tokens: head.tokens, hash, foreign: 0 })?;
    progress.tokens(head.tokens);
    let mut part = Part { order: head.order, sentences: head.lines, ..Part::default() };
    loop {
        let (kind, content) = file.block()?;
        let fits = match kind {
            b'W' => part.words(&content, builder),
            b'G' => part.ngrams(&content, builder)?,
            b'A' => part.aside(&content, builder)?,
            b'E' => part.end(&content, &head),
            _ => None,
        };
        if fits.is_none() {
            return Err(file.damaged());
        }
        progress.advance(file.input.advanced());
        if kind == b'E' {
            return match file.fill(&mut [0])? {
                0 => Ok(()),
                _ => Err(file.damaged()),
            };
        }
    }
}

fn check(head: &Head, builder: &Builder<'_>, name: &str) -> Result<()> {
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

/// A part being read. Its methods return `None` for content that cannot be right.
#[derive(Default)]
struct Part {
    order: usize,
    /// Counted sentences.
    sentences: u64,
    /// Provisional id of each of its words.
    ids: Vec<u32>,
    /// (words) how many n-grams must still begin with each.
    left: Vec<u64>,
    ngrams: u64,
    /// Sum of the counts of all words, including special ones.
    words: u64,
}

impl Part {
    fn words(&mut self, content: &[u8], builder: &mut Builder<'_>) -> Option<()> {
        for (count, word) in numbered(content) {
            let (count, at) = (count.filter(|&count| count <= u32::MAX.into())?, self.ids.len());
            self.words += count;
            let special = [&b"<unk>"[..], b"<s>", b"</s>"];
            if at < SPECIAL {
                builder.counted_special(at as u32, count);
                self.ids.push((word == special[at]).then_some(at as u32)?);
            } else {
                let odd = word.is_empty() || word.len() > MAX_WORD || special.contains(&word);
                let odd = odd || word.iter().any(|b| b" \n\0".contains(b));
                if odd || std::str::from_utf8(word).is_err() {
                    return None;
                }
                self.ids.push(builder.counted_word(word, count));
            }
            self.left.push(if at == EOS as usize { 0 } else { count });
            // Every sentence has both.
            if at == BOS as usize || at == EOS as usize {
                (count == self.sentences).then_some(())?;
            }
        }
        Some(())
    }

    fn ngrams(&mut self, content: &[u8], builder: &mut Builder<'_>) -> Result<Option<()>> {
        let mut decoder = Decoder::new(self.order, content);
        while let Some(record) = decoder.next_record() {
            let Some(length) = self.length(&record.words) else {
                return Ok(None);
            };
            let first = record.words[0] as usize - 1;
            match self.left[first].checked_sub(record.count.into()) {
                Some(left) if record.count > 0 => self.left[first] = left,
                _ => return Ok(None),
            }
            let ids = record.words[..length].iter().map(|&word| self.ids[word as usize - 1]);
            builder.record(ids, record.count)?;
            self.ngrams += 1;
        }
        Ok(decoder.is_done().then_some(()))
    }

    /// How many words the n-gram has, if it is valid: known words, nothing before `<s>` or after `</s>`.
    fn length(&self, words: &Words) -> Option<usize> {
        const END: u32 = EOS + 1;
        let words = &words[..self.order];
        let length = words.iter().position(|&word| word == PAD).unwrap_or(words.len());
        let known = words[..length].iter().all(|&word| word as usize <= self.ids.len());
        let padded = words[length..].iter().all(|&word| word == PAD);
        let (last, before) = words[..length].split_last()?;
        let ended = !before.contains(&END) && (length == words.len()) | (*last == END);
        let begun = !words[1..].contains(&(BOS + 1));
        (known && padded && begun && ended && length > 1).then_some(length)
    }

    fn aside(&mut self, content: &[u8], builder: &mut Builder<'_>) -> Result<Option<()>> {
        for (times, line) in numbered(content) {
            let possible = tokens::split(line).next().is_some() && !line.contains(&0);
            match times {
                Some(times) if possible && (1..=u32::MAX.into()).contains(&times) => {
                    builder.line_aside(line, times)?;
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(()))
    }

    fn end(&self, content: &[u8], head: &Head) -> Option<()> {
        let end: End = serde_json::from_slice(content).ok()?;
        let complete = end.ngrams == self.ngrams
            && self.ids.len() as u64 == head.words
            && self.words == head.tokens.checked_add(head.lines.checked_mul(2)?)?
            && self.left.iter().all(|&left| left == 0);
        complete.then_some(())
    }
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
