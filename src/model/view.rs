//! A model file as typed slices.
//!
//! Every accessor is total: an index or an offset that a damaged file made impossible gives an
//! empty slice, never a panic.

use bytemuck::Pod;

use super::core::data::{PartValues, Parts};
use super::core::{Core, Level, MAX_ORDER};
use super::format::{self, Directory, damaged};
use super::vocabulary::Vocabulary;
use super::words::SPECIAL;
use crate::error::{Error, Result};

/// The arrays of a model, borrowed from its bytes. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Highest order.
    pub order: usize,
    /// The words.
    pub vocabulary: Vocabulary<'a>,
    /// The n-grams.
    pub core: Core<'a>,
    /// The five posting lists; all empty in a model without them.
    pub lists: Lists<'a>,
    /// Whether the model has them.
    pub has_lists: bool,
}

/// The five posting lists and what belongs to them. A posting is a candidate word x and a factor:
/// the exponential of one term of the score of x in a gap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lists<'a> {
    /// (words) exp g\[x\] = p(x) bow(x), 0 for `<s>` and `</s>`; and the word's length in characters.
    pub weights: &'a [[f32; 2]],
    /// (words - special ones) ids by falling weight.
    pub by_weight: &'a [u32],
    /// F: for a left neighbour a0, the words x of its bigrams a0 x.
    pub successors: NeighbourLists<'a>,
    /// R: for a right neighbour b0, the words x of its bigrams x b0.
    pub predecessors: NeighbourLists<'a>,
    /// A: for a bigram a1 a0, the words x of its trigrams a1 a0 x.
    pub right: Postings<'a>,
    /// B: for a pair a0 _ b0, the words x of its trigrams a0 x b0.
    pub middle: Postings<'a>,
    /// C: for a bigram b0 b1, the words x of its trigrams x b0 b1.
    pub left: Postings<'a>,
    /// (words + 1) the pairs a0 _ b0 of a0 are `pair_offsets[a0]..pair_offsets[a0 + 1]`.
    pub pair_offsets: &'a [u32],
    /// (pairs) b0 of each pair, sorted within a0.
    pub pair_words: &'a [u32],
}

/// Posting lists of one kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Postings<'a> {
    /// (lists + 1)
    pub offsets: &'a [u32],
    /// (postings) candidate words, sorted within a list.
    pub words: &'a [u32],
    /// (postings) factors.
    pub factors: &'a [f32],
}

/// The posting lists of the words next to a gap, with what saves visiting all of a long list.
#[derive(Debug, Clone, Copy, Default)]
pub struct NeighbourLists<'a> {
    /// One list a word.
    pub postings: Postings<'a>,
    /// (words) sum over the list of exp g\[x\] (factor - 1), plain and times the length of x.
    pub sums: &'a [[f64; 2]],
    /// (words + 1) the head of the i-th list is `head_offsets[i]..head_offsets[i + 1]`.
    pub head_offsets: &'a [u32],
    /// Positions within the list of the words with the highest exp g\[x\] times factor, highest
    /// first, at most [`super::lists::neighbours::HEAD`] a list.
    pub heads: &'a [u32],
}

impl Lists<'_> {
    /// The index of a pair a _ b of words with one word between them, if such a trigram is stored.
    pub fn find_pair(&self, a: u32, b: u32) -> Option<usize> {
        let pairs = range(self.pair_offsets, a as usize);
        Some(pairs.start + self.pair_words.get(pairs)?.binary_search(&b).ok()?)
    }
}

impl<'a> NeighbourLists<'a> {
    /// The head of the `i`-th list.
    pub fn head(&self, i: usize) -> &'a [u32] {
        self.heads.get(range(self.head_offsets, i)).unwrap_or_default()
    }
}

impl<'a> Postings<'a> {
    /// The words and factors of the `i`-th list, both of one length.
    pub fn list(&self, i: usize) -> (&'a [u32], &'a [f32]) {
        let range = range(self.offsets, i);
        match (self.words.get(range.clone()), self.factors.get(range)) {
            (Some(words), Some(factors)) => (words, factors),
            _ => (&[], &[]),
        }
    }
}

/// The `i`-th range of an array of offsets; empty where there is none.
fn range(offsets: &[u32], i: usize) -> std::ops::Range<usize> {
    match offsets.get(i..).and_then(|rest| rest.first_chunk::<2>()) {
        Some(&[start, end]) if start <= end => start as usize..end as usize,
        _ => 0..0,
    }
}

impl<'a> View<'a> {
    /// Finds all arrays in `bytes` and checks that their lengths fit each other.
    ///
    /// # Errors
    /// An array is missing, has an impossible length, or is not aligned in memory.
    pub fn new(bytes: &'a [u8], directory: &Directory, name: &str) -> Result<Self> {
        let file = File { bytes, directory, name };
        let header = &directory.header;
        let (order, words) = (header.order, header.ngrams.first().copied().unwrap_or(0) as usize);
        let possible = |&count: &u64| count <= bytes.len() as u64;
        let orders = (2..=MAX_ORDER).contains(&order) && header.ngrams.len() == order;
        if !orders || words < SPECIAL || !header.ngrams.iter().all(possible) {
            return Err(damaged(name, "the header"));
        }
        let vocabulary = Vocabulary {
            bytes: file.array("vocabulary.bytes", None)?,
            offsets: file.array("vocabulary.offsets", Some(words + 1))?,
            table: file.array("vocabulary.table", None)?,
        };
        if !vocabulary.table.len().is_power_of_two() || vocabulary.table.len() <= words {
            return Err(damaged(name, "vocabulary.table"));
        }
        let counts: Vec<usize> = header.ngrams.iter().map(|&count| count as usize).collect();
        let core = file.core(words, &counts)?;
        let has_lists = file.has("words.weights");
        let lists = if has_lists { file.lists(&core)? } else { Lists::default() };
        Ok(View { order, vocabulary, core, lists, has_lists })
    }
}

/// A file whose arrays are being looked up.
struct File<'a, 'd> {
    bytes: &'a [u8],
    directory: &'d Directory,
    name: &'d str,
}

impl<'a> File<'a, '_> {
    /// An array by its section's name, of `length` items where that is known.
    fn array<T: Pod>(&self, section: &str, length: Option<usize>) -> Result<&'a [T]> {
        let bytes = format::section(self.bytes, self.directory, section)
            .ok_or_else(|| damaged(self.name, section))?;
        let items: &[T] = bytemuck::try_cast_slice(bytes).map_err(|error| match error {
            bytemuck::PodCastError::TargetAlignmentGreaterAndInputNotAligned => Error::file(
                self.name,
                "the model's bytes do not begin at a multiple of 8",
                "put them into aligned memory",
            ),
            _ => damaged(self.name, section),
        })?;
        if length.is_some_and(|length| length != items.len()) {
            return Err(damaged(self.name, section));
        }
        Ok(items)
    }

    fn has(&self, section: &str) -> bool {
        format::section(self.bytes, self.directory, section).is_some()
    }

    fn core(&self, words: usize, counts: &[usize]) -> Result<Core<'a>> {
        let order = counts.len();
        let logs = self.has("ngrams.1.log10_p");
        let unigrams = if logs { "ngrams.1.log10_p" } else { "ngrams.1.p" };
        let unigrams = self.array(unigrams, Some(words))?;
        let discounts: &[[f64; 3]] = self.array("ngrams.discounts", Some(order))?;
        let mut core = Core { order, words, unigrams, logs, ..Core::default() };
        for n in 2..=order {
            core.levels[n - 2] = self.level(n, logs, &counts[n - 2..n], words, discounts[n - 1])?;
        }
        Ok(core)
    }

    fn level(
        &self,
        n: usize,
        logs: bool,
        counts: &[usize],
        words: usize,
        discounts: [f64; 3],
    ) -> Result<Level<'a>> {
        let name = |part: &str| format!("ngrams.{n}.{part}");
        let values = match logs {
            true => PartValues::Logs(
                self.array(&name("log10_p"), None)?,
                self.array(&name("log10_backoff"), None)?,
            ),
            false => PartValues::Counts(
                self.array(&name("counts"), None)?,
                self.array(&name("pruned"), None)?,
                self.array(&name("heavy"), None)?,
                self.array(&name("heavy_constants"), None)?,
            ),
        };
        let parts = Parts {
            starts: self.array(&name("starts"), None)?,
            bits: if n > 2 { self.array(&name("bits"), None)? } else { &[] },
            positions: self.array(&name("positions"), None)?,
            values,
            discounts,
        };
        let level = parts.level(n, words, counts[1], counts[0]);
        level.ok_or_else(|| damaged(self.name, &format!("ngrams.{n}")))
    }

    fn lists(&self, core: &Core<'a>) -> Result<Lists<'a>> {
        let words = core.words;
        let [bigrams, trigrams, ..] = core.levels.map(|level| level.ngrams());
        let mut lists = Lists {
            weights: self.array("words.weights", Some(words))?,
            by_weight: self.array("words.by_weight", Some(words - SPECIAL))?,
            successors: self.neighbour("successors", words, bigrams)?,
            predecessors: self.neighbour("predecessors", words, bigrams)?,
            ..Lists::default()
        };
        if core.order > 2 {
            lists.right = self.postings("right", bigrams, trigrams)?;
            lists.left = self.postings("left", bigrams, trigrams)?;
            lists.pair_offsets = self.array("middle.pair_offsets", Some(words + 1))?;
            lists.pair_words = self.array("middle.pair_words", None)?;
            lists.middle = self.postings("middle", lists.pair_words.len(), trigrams)?;
        }
        Ok(lists)
    }

    fn neighbour(&self, kind: &str, words: usize, bigrams: usize) -> Result<NeighbourLists<'a>> {
        Ok(NeighbourLists {
            postings: self.postings(kind, words, bigrams)?,
            sums: self.array(&format!("{kind}.sums"), Some(words))?,
            head_offsets: self.array(&format!("{kind}.head_offsets"), Some(words + 1))?,
            heads: self.array(&format!("{kind}.heads"), None)?,
        })
    }

    fn postings(&self, kind: &str, lists: usize, postings: usize) -> Result<Postings<'a>> {
        Ok(Postings {
            offsets: self.array(&format!("{kind}.offsets"), Some(lists + 1))?,
            words: self.array(&format!("{kind}.words"), Some(postings))?,
            factors: self.array(&format!("{kind}.factors"), Some(postings))?,
        })
    }
}
