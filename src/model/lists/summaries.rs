//! What saves visiting all of a long posting list: its sum (for lists of 64 or more), and its 128 best
//! words (for lists of 512 or more). For F, R, A and C.
//!
//! ```text
//! KIND.summarised    (summaries) which lists, rising
//! KIND.sums          (summaries) as in Summary
//! KIND.head_offsets  (summaries + 1) where each head begins
//! KIND.heads         positions within the list
//! ```

use std::io::{self, Seek, Write};

use crate::model::format::Writer;

/// Lists of at least this many postings have a sum.
pub const SUMMED: usize = 64;
/// Lists of at least this many postings have a head.
pub const HEADED: usize = 512;
/// How many words a head holds.
pub const HEAD: usize = 128;

/// What a list adds to the words that it holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// Sum over the list of the words' weights with the list's factor less that without it, plain and
    /// times the word's length in characters.
    pub sums: [f64; 2],
    /// Positions of the words with the highest weights, factor included, highest first, at most
    /// [`HEAD`]; empty for lists shorter than [`HEADED`].
    pub head: Vec<u32>,
}

/// A posting with what a summary needs of it.
#[derive(Debug, Clone, Copy)]
pub struct Weighted {
    /// Weight of the word with the list's factor.
    pub with: f32,
    /// Weight of the word without it.
    pub without: f32,
    /// Length of the word in characters.
    pub chars: u8,
}

impl Summary {
    /// Sums up a list of [`SUMMED`] postings or more.
    pub fn of(postings: impl ExactSizeIterator<Item = Weighted>) -> Option<Self> {
        let count = postings.len();
        if count < SUMMED {
            return None;
        }
        let (mut sums, mut items) = ([0.0; 2], Vec::new());
        for (i, Weighted { with, without, chars }) in postings.enumerate() {
            let more = f64::from(with) - f64::from(without);
            sums[0] += more;
            sums[1] += more * f64::from(chars);
            if count >= HEADED {
                items.push((with, i as u32));
            }
        }
        if items.len() > HEAD {
            items.select_nth_unstable_by(HEAD, best_first);
            items.truncate(HEAD);
        }
        items.sort_unstable_by(best_first);
        Some(Summary { sums, head: items.into_iter().map(|(_, at)| at).collect() })
    }
}

/// Summaries that are being gathered.
#[derive(Debug)]
pub struct Builder {
    lists: Vec<u32>,
    sums: Vec<[f64; 2]>,
    head_offsets: Vec<u32>,
    heads: Vec<u32>,
}

impl Default for Builder {
    fn default() -> Self {
        let (lists, sums, heads) = (Vec::new(), Vec::new(), Vec::new());
        Builder { lists, sums, head_offsets: vec![0], heads }
    }
}

impl Builder {
    /// Adds the summary of a list, after those of all lists before it.
    pub fn push(&mut self, list: u32, summary: &Summary) {
        self.lists.push(list);
        self.sums.push(summary.sums);
        self.heads.extend_from_slice(&summary.head);
        self.head_offsets.push(self.heads.len() as u32);
    }

    /// Writes the summaries of the lists of one kind.
    pub fn write<W: Write + Seek>(&self, kind: &str, file: &mut Writer<W>) -> io::Result<()> {
        file.section(format!("{kind}.summarised"), &self.lists)?;
        file.section(format!("{kind}.sums"), &self.sums)?;
        file.section(format!("{kind}.head_offsets"), &self.head_offsets)?;
        file.section(format!("{kind}.heads"), &self.heads)
    }
}

/// The summaries of the lists of one kind in a model file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Summaries<'a> {
    /// Which lists, rising.
    pub lists: &'a [u32],
    /// As in [`Summary::sums`].
    pub sums: &'a [[f64; 2]],
    /// Where each head begins.
    pub head_offsets: &'a [u32],
    /// As in [`Summary::head`].
    pub heads: &'a [u32],
}

impl<'a> Summaries<'a> {
    /// The lists of [`HEADED`] postings or more.
    pub fn headed(self) -> impl Iterator<Item = usize> + 'a {
        let heads = self.lists.iter().zip(self.head_offsets.windows(2));
        heads.filter(|(_, offsets)| offsets[0] < offsets[1]).map(|(&list, _)| list as usize)
    }

    /// The sums and the head of a list of `count` postings, if it has them.
    ///
    /// # Complexity
    /// O(log n) for n summaries.
    pub fn get(&self, list: usize, count: usize) -> Option<([f64; 2], &'a [u32])> {
        self.at(self.place(list, count)?)
    }

    /// Which summary is that of a list of `count` postings.
    pub fn place(&self, list: usize, count: usize) -> Option<usize> {
        if count < SUMMED {
            return None;
        }
        self.lists.binary_search(&(list as u32)).ok()
    }

    /// The sums and the head of a summary.
    pub fn at(&self, at: usize) -> Option<([f64; 2], &'a [u32])> {
        let head = match self.head_offsets.get(at..).and_then(<[u32]>::first_chunk::<2>) {
            Some(&[start, end]) => self.heads.get(start as usize..end as usize),
            None => None,
        };
        Some((*self.sums.get(at)?, head.unwrap_or_default()))
    }
}

/// The order of weighted words: higher weights first, then lower ids or positions.
pub(crate) fn best_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_sum_and_the_best() {
        let posting = |i: usize| Weighted {
            with: (i * 7919 % 1000) as f32,
            without: 0.5,
            chars: (i % 9) as u8,
        };
        assert_eq!(Summary::of((0..SUMMED - 1).map(posting)), None);
        assert!(Summary::of((0..HEADED - 1).map(posting)).unwrap().head.is_empty());
        let summary = Summary::of((0..1000).map(posting)).unwrap();
        let sums: Vec<f64> =
            (0..1000).map(posting).map(|p| f64::from(p.with - p.without)).collect();
        assert_eq!(summary.sums[0], sums.iter().sum::<f64>());
        let by_chars = sums.iter().enumerate().map(|(i, sum)| sum * (i % 9) as f64);
        assert_eq!(summary.sums[1], by_chars.sum::<f64>());
        assert_eq!(summary.head.len(), HEAD);
        let weights: Vec<f32> = summary.head.iter().map(|&at| posting(at as usize).with).collect();
        assert_eq!(weights, (1000 - HEAD..1000).rev().map(|w| w as f32).collect::<Vec<_>>());
        let mut builder = Builder::default();
        builder.push(7, &Summary::default());
        builder.push(12, &summary);
        let Builder { lists, sums, head_offsets, heads } = &builder;
        let view = Summaries { lists, sums, head_offsets, heads };
        assert_eq!(view.get(12, 1000), Some((summary.sums, &summary.head[..])));
        assert_eq!(view.get(7, 100), Some(([0.0; 2], &[][..])));
        assert_eq!(view.get(8, 100), None);
    }
}
