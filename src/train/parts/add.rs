//! Reads the counts of parts into a corpus.

use std::path::PathBuf;

use super::format::{VERSION, open, suffices};
use super::merge::merge;
use super::old;
use super::reader::Reader;
use super::sink::Sink;
use crate::error::{Error, ErrorKind, Result};
use crate::model::words::SPECIAL;
use crate::progress::Progress;
use crate::text::input::{self, Input};
use crate::train::ids::Builder;
use crate::train::run::{PAD, Words};

/// So many files are read at a time.
const TOGETHER: usize = 64;

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
