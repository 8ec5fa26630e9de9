//! The longest lists as bits: whether and where something stands in a list then takes a look at one cache
//! line. For F and R the bits are words; for A and C, positions in F and R.
//!
//! A block is a word of 64 bits that counts the ones before it, and 7 × 64 bits.

use rayon::prelude::*;

use crate::model::core::State;
use crate::model::core::walk::Expansion;
use crate::model::lists::view::{Lists, Neighbours, SummedPositions};
use crate::model::view::View;

/// Bits in a block.
const BITS: u32 = 448;
/// All rows of one kind take no more bytes than this.
const MEMORY: usize = 12 << 20;
/// 64 bytes of a row, one cache line.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub(in crate::solve) struct Block([u64; 8]);

/// The rows of the lists of one kind.
#[derive(Debug, Clone, Default)]
pub(in crate::solve) struct Rows {
    /// Which lists have a row, rising.
    lists: Vec<u32>,
    rows: Vec<Vec<Block>>,
}

/// The row of one list.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::solve) struct Row<'s>(&'s [Block]);

impl Row<'_> {
    pub fn exists(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a bit is set.
    #[inline]
    pub fn holds(&self, bit: u32) -> bool {
        let block = self.0.get((bit / BITS) as usize);
        block.is_some_and(|block| block.0[(bit % BITS / 64) as usize + 1] >> (bit % 64) & 1 > 0)
    }

    /// How many bits are set below this one, if it is.
    #[inline]
    pub fn find(&self, bit: u32) -> Option<usize> {
        let Block(block) = self.0.get((bit / BITS) as usize)?;
        let (at, bit) = ((bit % BITS / 64) as usize, bit % 64);
        let bits = block[at + 1];
        if bits >> bit & 1 == 0 {
            return None;
        }
        let before: u32 = block[1..=at].iter().map(|bits| bits.count_ones()).sum();
        let below = (bits & ((1 << bit) - 1)).count_ones();
        Some(block[0] as usize + (before + below) as usize)
    }
}

impl Rows {
    /// The rows of the longest of some lists; `size` tells how many bits a list needs and how many of
    /// them are set, `fill` which.
    fn new(
        lists: Vec<usize>,
        size: impl Fn(usize) -> [usize; 2],
        fill: impl Fn(usize, &mut dyn FnMut(u32)) + Sync,
    ) -> Self {
        let sizes = lists.into_iter().map(|list| (list, size(list)));
        // A damaged file may name empty lists, and lists twice.
        let mut longest: Vec<(usize, [usize; 2])> =
            sizes.filter(|(_, [bits, _])| *bits > 0).collect();
        longest.sort_unstable();
        longest.dedup();
        longest.sort_unstable_by_key(|&(list, [_, length])| (std::cmp::Reverse(length), list));
        let mut left = MEMORY;
        let bytes = |bits: usize| bits.div_ceil(BITS as usize) * size_of::<Block>();
        longest.retain(|&(_, [bits, _])| {
            let fits = bytes(bits) <= left;
            left -= if fits { bytes(bits) } else { 0 };
            fits
        });
        longest.sort_unstable();
        let row = |&(list, [bits, _]): &(usize, [usize; 2])| {
            let mut row = vec![Block::default(); bits.div_ceil(BITS as usize)];
            fill(list, &mut |bit| set(&mut row, bit));
            count(&mut row);
            row
        };
        let rows = longest.par_iter().map(row).collect();
        Rows { lists: longest.into_iter().map(|(list, _)| list as u32).collect(), rows }
    }

    /// The row of a list.
    ///
    /// # Complexity
    /// O(log n) for n rows, a few thousand at most.
    #[inline]
    pub fn get(&self, list: u32) -> Row<'_> {
        match self.lists.binary_search(&list) {
            Ok(at) => Row(&self.rows[at]),
            Err(_) => Row::default(),
        }
    }
}

fn set(row: &mut [Block], bit: u32) {
    // A damaged file may hold any numbers.
    if let Some(Block(block)) = row.get_mut((bit / BITS) as usize) {
        block[(bit % BITS / 64) as usize + 1] |= 1 << (bit % 64);
    }
}

fn count(row: &mut [Block]) {
    let mut before = 0;
    for Block(block) in row {
        block[0] = before;
        before += block[1..].iter().map(|bits| u64::from(bits.count_ones())).sum::<u64>();
    }
}

/// The rows of the lists F, R, A and C.
#[derive(Debug, Clone, Default)]
pub(in crate::solve) struct AllRows {
    /// By a0; bits are words.
    pub f: Rows,
    /// By b0; bits are words.
    pub r: Rows,
    /// By the bigram a1 a0; bits are positions in F.
    pub a: Rows,
    /// By the bigram b0 b1; bits are positions in R.
    pub c: Rows,
}

impl AllRows {
    /// The rows of a model with lists.
    pub fn new(view: &View<'_>) -> Self {
        let (lists, words) = (&view.lists, view.vocabulary.len());
        let [long_f, long_r, long_a, long_c] = lists.long();
        let all = |list: &Neighbours<'_>, set: &mut dyn FnMut(u32)| {
            (0..list.len()).for_each(|i| set(list.words.id(i)));
        };
        AllRows {
            f: Rows::new(
                long_f,
                |word| [words, lists.f(word as u32).len()],
                |word, set| all(&lists.f(word as u32), set),
            ),
            r: Rows::new(
                long_r,
                |word| [words, lists.r(word as u32).len()],
                |word, set| all(&lists.r(word as u32), set),
            ),
            a: Rows::new(
                long_a,
                |bigram| list_a(view, bigram).map_or([0, 0], |(of, list)| [of, list.len()]),
                |bigram, set| {
                    let list = list_a(view, bigram);
                    let Some((_, list)) = list else { return };
                    (0..list.len()).for_each(|i| set(list.position(i) as u32));
                },
            ),
            c: Rows::new(
                long_c,
                |bigram| {
                    let (of, list) = list_c(lists, bigram);
                    [of, list.postings.count]
                },
                |bigram, set| {
                    let (_, SummedPositions { postings, .. }) = list_c(lists, bigram);
                    (0..postings.count).for_each(|i| set(postings.position(i) as u32));
                },
            ),
        }
    }
}

/// List A of a bigram a1 a0, and the length of F of a0.
fn list_a<'c, 'a>(view: &'c View<'a>, bigram: usize) -> Option<(usize, Expansion<'c, 'a>)> {
    let a1 = view.lists.f(view.lists.first_word(bigram));
    let a0 = a1.words.id(bigram.checked_sub(a1.words.start)?);
    let list = view.core.expand(&State::of(&[a0, bigram as u32]));
    Some((view.lists.f(a0).len(), list))
}

/// List C of a bigram b0 b1, and the length of R of b0.
fn list_c<'a>(lists: &Lists<'a>, bigram: usize) -> (usize, SummedPositions<'a>) {
    let r = lists.r(lists.first_word(bigram));
    (r.len(), lists.c(&r, Some(bigram)))
}
