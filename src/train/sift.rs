//! Lines in other languages are passed over, before they are counted, held out or learned from.
//!
//! Lines are judged a batch at a time, on all threads, and go on in their order.

use rayon::prelude::*;

use super::ids::Builder;
use crate::error::{Error, Remedy, Result, Setting};
use crate::kinds::language::Filter;
use crate::text::counted;

/// A batch is full at this many bytes.
const BATCH: usize = 1 << 18;
/// How many lines a thread takes at a time.
const PIECE: usize = 64;

/// Lines on their way to the counts.
pub struct Sift<'a> {
    filter: Option<&'a Filter>,
    /// The lines of the batch, one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    foreign: u64,
}

impl<'a> Sift<'a> {
    /// Passes over what this filter takes for foreign; nothing without one.
    pub fn new(filter: Option<&'a Filter>) -> Self {
        Sift { filter, bytes: Vec::new(), ends: Vec::new(), foreign: 0 }
    }

    /// How many lines were passed over.
    pub fn foreign(&self) -> u64 {
        self.foreign
    }

    /// Takes the next line.
    ///
    /// # Errors
    /// As [`Builder::line`], which may be about a line before this one.
    pub fn line(&mut self, line: &[u8], builder: &mut Builder<'_>) -> Result<()> {
        if self.filter.is_none() {
            return builder.line(line);
        }
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
        if self.bytes.len() < BATCH { Ok(()) } else { self.rest(builder) }
    }

    /// Passes on what has been taken so far.
    ///
    /// # Errors
    /// As [`Builder::line`].
    pub fn rest(&mut self, builder: &mut Builder<'_>) -> Result<()> {
        let Some(filter) = self.filter else {
            return Ok(());
        };
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let lines: Vec<&[u8]> =
            starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end]).collect();
        let pieces = lines.par_chunks(PIECE).map(|piece| {
            let mut sieve = filter.sieve();
            piece.iter().map(|line| sieve.is_foreign(line)).collect::<Vec<_>>()
        });
        let foreign = pieces.collect::<Vec<_>>().concat();
        for (line, foreign) in lines.into_iter().zip(foreign) {
            match foreign {
                true => self.foreign += 1,
                false => builder.line(line)?,
            }
        }
        self.bytes.clear();
        self.ends.clear();
        Ok(())
    }

    /// What to say of texts without a sentence, if that is because all were passed over.
    pub fn nothing_left(&self, texts: &str) -> Option<Error> {
        let filter = self.filter.filter(|_| self.foreign > 0)?;
        let what = format!(
            "no sentence but {} in other languages than {}",
            counted(self.foreign, "line"),
            filter.label()
        );
        let remedy = Remedy::by("choose the language of the text", &[Setting::Language]);
        Some(Error::file(texts, what, remedy))
    }
}
