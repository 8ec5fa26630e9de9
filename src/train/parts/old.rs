//! Version 1 of a file of counts, in which the ids of a part say nothing about those of the whole.
//!
//! | kind | content |
//! |---|---|
//! | `H` | JSON: order, counted sentences and tokens, hash of the lines, number of words, how lines were put aside |
//! | `W` | lines `count TAB word`, by falling count; the n-th word has the id n - 1, from `<unk> <s> </s>` |
//! | `G` | n-grams of the highest order, sorted, as in [`super::super::run`] |
//! | `A` | lines `times TAB line`: put aside for calibration, not counted |
//! | `E` | JSON: number of n-grams; the end |

use serde::Deserialize;

use super::blocks::File;
use super::format::{Head, is_line, is_word, numbered, suffices};
use crate::error::Result;
use crate::model::words::{BOS, EOS, SPECIAL};
use crate::progress::Progress;
use crate::train::ids::Builder;
use crate::train::run::{Decoder, PAD, Words};

/// What this version has besides.
#[derive(Debug, Deserialize)]
struct OldHead {
    #[serde(flatten)]
    head: Head,
    words: u64,
}

#[derive(Debug, Deserialize)]
struct OldEnd {
    ngrams: u64,
}

/// Reads the blocks of such a file into `builder`.
///
/// # Errors
/// Damaged, a lower order than wanted, or fewer lines put aside.
pub fn read(mut file: File, builder: &mut Builder<'_>, progress: &dyn Progress) -> Result<()> {
    let (kind, content) = file.block()?;
    let OldHead { head, words } = match kind {
        b'H' => serde_json::from_slice(&content).map_err(|_| file.damaged())?,
        _ => return Err(file.damaged()),
    };
    suffices(&head, builder, &file.input.name)?;
    builder.add(head.summary().ok_or_else(|| file.damaged())?)?;
    builder.counted_ends(head.lines);
    progress.tokens(head.tokens);
    let mut part = Part { order: head.order, sentences: head.lines, ..Part::default() };
    loop {
        let (kind, content) = file.block()?;
        let fits = match kind {
            b'W' => part.words(&content, builder),
            b'G' => part.ngrams(&content, builder)?,
            b'A' => part.aside(&content, builder)?,
            b'E' => part.end(&content, &head, words),
            _ => None,
        };
        if fits.is_none() {
            return Err(file.damaged());
        }
        progress.advance(file.input.advanced());
        progress.go_on()?;
        if kind == b'E' {
            return match file.fill(&mut [0])? {
                0 => Ok(()),
                _ => Err(file.damaged()),
            };
        }
    }
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
                self.ids.push((word == special[at]).then_some(at as u32)?);
            } else {
                if !is_word(word) {
                    return None;
                }
                self.ids.push(builder.counted_word(word));
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
            match self.left[first].checked_sub(record.count) {
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
            match times.filter(|&times| times <= u32::MAX.into() && is_line(line, times)) {
                Some(times) => builder.line_aside(line, times)?,
                None => return Ok(None),
            }
        }
        Ok(Some(()))
    }

    fn end(&self, content: &[u8], head: &Head, words: u64) -> Option<()> {
        let end: OldEnd = serde_json::from_slice(content).ok()?;
        let complete = end.ngrams == self.ngrams
            && self.ids.len() as u64 == words
            && self.words == head.tokens.checked_add(head.lines.checked_mul(2)?)?
            && self.left.iter().all(|&left| left == 0);
        complete.then_some(())
    }
}
