//! The lists of trigrams, B and C, whose words are written as positions in a list of bigrams.
//!
//! The lists come in groups, one a word: in a trigram a0 x b0 the candidate x is in F of a0, and in x b0 b1
//! in R of b0. So it is written as its position there: a smaller number than its id, and at the same time
//! the place of the bigram's factor. All positions of a group have one width, the bits of the longest.
//!
//! ```text
//! KIND.starts     (lists + 1) where the postings of each list begin
//! KIND.bases      (groups + 1) where the positions of each group begin, in bits
//! KIND.positions  end to end
//! KIND.impacts    (postings) the levels of the factors
//! ```

use std::io::{self, Seek, Write};

use crate::model::core::bits::{self, BitWriter};
use crate::model::core::elias_fano::{self, EliasFano};
use crate::model::core::search::partition;
use crate::model::format::{Open, Writer};

/// Lists that are being written, in order.
pub struct Builder {
    kind: &'static str,
    starts: elias_fano::Builder,
    bases: elias_fano::Builder,
    postings: u64,
    bits: u64,
    packed: Packed,
    impacts: Open,
}

impl Builder {
    /// For `lists` lists of `postings` postings in `groups` groups, whose positions take `bits` bits.
    pub fn new<W: Write + Seek>(
        kind: &'static str,
        [groups, lists, postings, bits]: [u64; 4],
        file: &mut Writer<W>,
    ) -> Self {
        let packed = Packed::new(format!("{kind}.positions"), bits, file);
        let impacts = file.reserve::<u8>(format!("{kind}.impacts"), postings);
        let mut starts = elias_fano::Builder::new(lists, postings);
        starts.push(0);
        let bases = elias_fano::Builder::new(groups, bits);
        Builder { kind, starts, bases, postings: 0, bits: 0, packed, impacts }
    }

    /// Begins the next group; its lists hold positions below `universe`.
    pub fn group(&mut self, universe: usize) -> u32 {
        self.bases.push(self.bits);
        bits::width(universe as u64)
    }

    /// Adds the positions of the next list, of the width of its group.
    pub fn list(&mut self, positions: impl ExactSizeIterator<Item = u32>, width: u32) {
        self.postings += positions.len() as u64;
        self.bits += positions.len() as u64 * u64::from(width);
        self.starts.push(self.postings);
        positions.for_each(|position| self.packed.bits.push(position.into(), width));
    }

    /// Adds the impacts of lists, and puts into the file what is complete.
    pub fn impacts<W: Write + Seek>(
        &mut self,
        impacts: &[u8],
        file: &mut Writer<W>,
    ) -> io::Result<()> {
        self.packed.flush(file)?;
        file.fill(self.impacts, impacts)
    }

    /// Writes the rest.
    pub fn finish<W: Write + Seek>(mut self, file: &mut Writer<W>) -> io::Result<()> {
        self.packed.finish(file)?;
        self.bases.push(self.bits);
        file.section(format!("{}.starts", self.kind), &self.starts.finish())?;
        file.section(format!("{}.bases", self.kind), &self.bases.finish())
    }
}

/// A section of packed numbers that is written as it comes.
struct Packed {
    bits: BitWriter,
    section: Open,
}

impl Packed {
    /// A section of `bits` bits.
    fn new<W: Write + Seek>(name: String, bits: u64, file: &mut Writer<W>) -> Self {
        let section = file.reserve::<u64>(name, bits.div_ceil(64));
        Packed { bits: BitWriter::default(), section }
    }

    /// Puts the full words into the file.
    fn flush<W: Write + Seek>(&mut self, file: &mut Writer<W>) -> io::Result<()> {
        let words = self.bits.take_full();
        file.fill(self.section, &words)
    }

    /// Puts all that is left into the file.
    fn finish<W: Write + Seek>(self, file: &mut Writer<W>) -> io::Result<()> {
        file.fill(self.section, &self.bits.into_words())
    }
}

/// Lists in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grouped<'a> {
    /// (lists + 1)
    pub starts: EliasFano<'a>,
    /// (groups + 1)
    pub bases: EliasFano<'a>,
    /// End to end.
    pub positions: &'a [u64],
    /// (postings)
    pub impacts: &'a [u8],
}

/// One list of positions and impacts.
#[derive(Debug, Clone, Copy, Default)]
pub struct PositionList<'a> {
    /// How many postings there are.
    pub count: usize,
    bit: u64,
    width: u32,
    positions: &'a [u64],
    impacts: &'a [u8],
}

impl<'a> Grouped<'a> {
    /// A list of a group whose first list is `first`, of positions below `universe`.
    #[inline]
    pub fn list(
        &self,
        list: usize,
        group: usize,
        first: usize,
        universe: usize,
    ) -> PositionList<'a> {
        let (start, end) = self.starts.pair(list);
        let base = self.bases.pair(group).0;
        // A damaged file may hold any numbers.
        let impacts = self.impacts.get(start as usize..end as usize).unwrap_or_default();
        let before = start.saturating_sub(self.starts.pair(first).0);
        let width = bits::width(universe as u64);
        let bit = base.wrapping_add(before.wrapping_mul(width.into()));
        PositionList { count: impacts.len(), bit, width, positions: self.positions, impacts }
    }
}

impl PositionList<'_> {
    /// The position of the `i`-th posting.
    #[inline]
    pub fn position(&self, i: usize) -> usize {
        let at = self.bit.wrapping_add(i as u64 * u64::from(self.width));
        bits::read(self.positions, at, self.width) as usize
    }

    /// The impact of the `i`-th posting.
    #[inline]
    pub fn impact(&self, i: usize) -> u8 {
        self.impacts.get(i).copied().unwrap_or_default()
    }

    /// Which posting has this position.
    ///
    /// # Complexity
    /// O(log n) for n postings.
    #[inline]
    pub fn find(&self, position: usize) -> Option<usize> {
        let found = partition(self.count, |i| self.position(i) < position);
        (found < self.count && self.position(found) == position).then_some(found)
    }
}
