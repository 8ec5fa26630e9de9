//! The impacts of the long posting lists A.
//!
//! The words after a1 a0 are the trigrams of the core, and the factors follow from its probabilities. That
//! takes a look at four arrays for every posting; so the lists of [`SUMMED`] postings or more, which are
//! visited most, have impacts too.
//!
//! ```text
//! right.impact_starts  (summaries + 1) where the impacts of each summarised list begin
//! right.impacts        the levels of the factors
//! ```

use std::io::{self, Seek, Write};

use super::summaries::{self, SUMMED, Summaries, Summary};
use crate::model::core::Core;
use crate::model::format::{Open, Writer};

/// Long lists that are being written.
pub struct Builder {
    summaries: summaries::Builder,
    starts: Vec<u32>,
    impacts: Open,
}

impl Builder {
    /// For the trigrams of a model.
    pub fn new<W: Write + Seek>(core: &Core<'_>, file: &mut Writer<W>) -> Self {
        let (mut long, mut last) = (0, 0);
        for start in core.levels[1].starts() {
            long += if start - last >= SUMMED as u64 { start - last } else { 0 };
            last = start;
        }
        let impacts = file.reserve::<u8>("right.impacts", long);
        Builder { summaries: summaries::Builder::default(), starts: vec![0], impacts }
    }

    /// Adds lists, by rising bigrams, with their summaries, their lengths, and all their impacts.
    pub fn push<W: Write + Seek>(
        &mut self,
        lists: &[(u32, Summary, u32)],
        impacts: &[u8],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        for (bigram, summary, count) in lists {
            self.summaries.push(*bigram, summary);
            self.starts.push(self.starts.last().map_or(0, |end| end + count));
        }
        file.fill(self.impacts, impacts)
    }

    /// Writes the rest.
    pub fn finish<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        file.section("right.impact_starts", &self.starts)?;
        self.summaries.write("right", file)
    }
}

/// The long lists in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct LongA<'a> {
    /// By bigrams a1 a0.
    pub summaries: Summaries<'a>,
    /// (summaries + 1)
    pub starts: &'a [u32],
    /// End to end.
    pub impacts: &'a [u8],
}

impl<'a> LongA<'a> {
    /// The sums, the head and the impacts of the list of a bigram, if it is long; it has `count`
    /// postings.
    pub fn get(&self, bigram: usize, count: usize) -> Option<([f64; 2], &'a [u32], &'a [u8])> {
        let at = self.summaries.place(bigram, count)?;
        let (sums, head) = self.summaries.at(at)?;
        let start = *self.starts.get(at)? as usize;
        Some((sums, head, self.impacts.get(start..start + count)?))
    }
}
