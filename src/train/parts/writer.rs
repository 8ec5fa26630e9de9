//! Writes a file of sorted counts piece by piece.

use serde::Serialize;

use super::blocks::{block, stored};
use super::format::{BLOCK, End, Head, MAGIC, VERSION};
use super::records::Encoder;
use super::sink::Sink;
use crate::error::{Error, Result};
use crate::model::words::{SPECIAL, WordList};
use crate::train::aside::Line;
use crate::train::means::Means;
use crate::train::run::{Decoder, Run, Words};

/// Where the bytes go.
pub(crate) type Write<'w> = dyn FnMut(&[u8]) -> Result<()> + Send + 'w;

/// A file that is being written: the lines put aside, then all words, then all n-grams.
pub(crate) struct Writer<'w> {
    write: &'w mut Write<'w>,
    words: u64,
    ngrams: u64,
    /// The block of words that is being filled.
    content: Vec<u8>,
    encoder: Encoder,
}

/// Writes the counts of a text whose words have ids by their bytes.
///
/// # Errors
/// What `out` and the temporary file report.
pub(crate) fn write(
    words: &WordList,
    aside: &[Line],
    run: &Run,
    head: &Head,
    means: Means<'_>,
    out: &mut Write<'_>,
) -> Result<()> {
    let mut writer = Writer::new(head, aside, out)?;
    words.iter().skip(SPECIAL).try_for_each(|word| writer.word(word))?;
    for i in 0..run.blocks.len() {
        let bytes = run.blocks.get(i, means.spill)?;
        let mut decoder = Decoder::new(run.order, &bytes);
        while let Some(record) = decoder.next_record() {
            writer.ngram(&record.words, record.count)?;
        }
        means.progress.advance(1);
        means.progress.go_on()?;
    }
    writer.finish()
}

impl<'w> Writer<'w> {
    /// Begins with what comes first.
    ///
    /// # Errors
    /// What `write` reports.
    pub fn new<'o: 'w>(head: &Head, aside: &[Line], write: &'w mut Write<'o>) -> Result<Self> {
        write(MAGIC)?;
        write(&VERSION.to_le_bytes())?;
        block(b'H', &json(head)?, write)?;
        let mut content = Vec::new();
        for Line { text, times } in aside {
            content.extend_from_slice(times.to_string().as_bytes());
            content.push(b'\t');
            content.extend_from_slice(text);
            content.push(b'\n');
            if content.len() >= BLOCK {
                block(b'A', &std::mem::take(&mut content), write)?;
            }
        }
        if !content.is_empty() {
            block(b'A', &std::mem::take(&mut content), write)?;
        }
        let (words, encoder) = (SPECIAL as u64, Encoder::new(head.order));
        Ok(Writer { write, words, ngrams: 0, content, encoder })
    }

    /// Ends the words, if any wait.
    fn end_words(&mut self) -> Result<()> {
        match self.content.is_empty() {
            true => Ok(()),
            false => block(b'W', &std::mem::take(&mut self.content), self.write),
        }
    }

    fn end_ngrams(&mut self) -> Result<()> {
        stored(b'G', &self.encoder.bytes, self.write)?;
        self.encoder.begin_block();
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The bytes cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.end_words()?;
        if !self.encoder.bytes.is_empty() {
            self.end_ngrams()?;
        }
        block(b'E', &json(&End { words: self.words, ngrams: self.ngrams })?, self.write)
    }
}

impl Sink for Writer<'_> {
    fn word(&mut self, word: &[u8]) -> Result<()> {
        self.words += 1;
        self.content.extend_from_slice(word);
        self.content.push(b'\n');
        if self.content.len() >= BLOCK { self.end_words() } else { Ok(()) }
    }

    fn ngram(&mut self, words: &Words, count: u64) -> Result<()> {
        if self.ngrams == 0 {
            self.end_words()?;
        }
        self.ngrams += 1;
        self.encoder.push(words, count);
        if self.encoder.bytes.len() >= BLOCK {
            self.end_ngrams()?;
        }
        Ok(())
    }
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::io("counts", "write", e.into()))
}
