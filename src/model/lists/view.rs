//! The five posting lists of a model file.
//!
//! Every accessor is total: what a damaged file made impossible is an empty list, or some factor.

use super::a::LongA;
use super::codebook::LEVELS;
use super::grouped::{Grouped, PositionList};
use super::pairs::Pairs;
use super::summaries::Summaries;
use crate::error::Result;
use crate::model::arrays::Arrays;
use crate::model::core::elias_fano::EliasFano;
use crate::model::core::sorted::{WordList, WordLists};
use crate::model::core::{Core, Level, bits, buckets::Buckets};
use crate::model::words::SPECIAL;

/// The posting lists and what belongs to them. A posting is a candidate word x and a factor: the
/// exponential of one term of the score of x in a gap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lists<'a> {
    /// (words) exp g\[x\] = p(x) bow(x), 0 for `<s>` and `</s>`.
    pub weights: &'a [f32],
    /// (words) length in characters, at most 255.
    pub chars: &'a [u8],
    /// (words - special ones) ids by falling weight.
    pub by_weight: &'a [u32],
    /// The levels of the factors of bigrams and of trigrams.
    pub factors: [&'a [f32]; 2],
    bigrams: Level<'a>,
    f: (&'a [u8], Summaries<'a>),
    r: (WordLists<'a>, &'a [u8], Summaries<'a>),
    /// What saves visiting the long lists A, by bigrams a1 a0.
    pub a: LongA<'a>,
    pairs: Pairs<'a>,
    b: Grouped<'a>,
    c: (Grouped<'a>, Summaries<'a>),
}

/// F or R: the words next to a word, with their impacts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Neighbours<'a> {
    /// Which word.
    pub of: u32,
    /// The words, sorted.
    pub words: WordList<'a>,
    /// (words) levels of the factors.
    impacts: &'a [u8],
    /// Sums and head of a long list.
    pub summary: Option<([f64; 2], &'a [u32])>,
}

impl Lists<'_> {
    /// exp g of a word, 0 for an id that does not exist.
    #[inline]
    pub fn weight(&self, word: u32) -> f32 {
        self.weights.get(word as usize).copied().unwrap_or_default()
    }

    /// The length of a word in characters, at most 255; 0 for an id that does not exist.
    #[inline]
    pub fn length(&self, word: u32) -> u8 {
        self.chars.get(word as usize).copied().unwrap_or_default()
    }
}

impl Neighbours<'_> {
    pub fn len(&self) -> usize {
        self.words.count
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The impact of the `i`-th word.
    #[inline]
    pub fn impact(&self, i: usize) -> u8 {
        self.impacts.get(i).copied().unwrap_or_default()
    }
}

/// C: the words before two words.
#[derive(Debug, Clone, Copy, Default)]
pub struct SummedPositions<'a> {
    /// Positions in R of the nearer word.
    pub postings: PositionList<'a>,
    /// Sums and head of a long list.
    pub summary: Option<([f64; 2], &'a [u32])>,
}

impl<'a> Lists<'a> {
    /// F of a word: the words that follow it.
    pub fn f(&self, word: u32) -> Neighbours<'a> {
        let words = self.bigrams.words(word as usize);
        self.neighbours(word, words, self.f.0, &self.f.1)
    }

    /// R of a word: the words that it follows.
    pub fn r(&self, word: u32) -> Neighbours<'a> {
        let (lists, impacts, summaries) = &self.r;
        let words = lists.list(word as usize, impacts.len());
        self.neighbours(word, words, impacts, summaries)
    }

    fn neighbours(
        &self,
        of: u32,
        words: WordList<'a>,
        impacts: &'a [u8],
        summaries: &Summaries<'a>,
    ) -> Neighbours<'a> {
        let impacts = impacts.get(words.start..words.start + words.count).unwrap_or_default();
        Neighbours { of, words, impacts, summary: summaries.get(of as usize, words.count) }
    }

    /// The lists of every kind that are long enough to have a head: F and R by words, A and C by
    /// bigrams.
    pub fn long(&self) -> [Vec<usize>; 4] {
        let of = [self.f.1, self.r.2, self.a.summaries, self.c.1];
        of.map(|summaries| summaries.headed().collect())
    }

    /// The first word of a bigram.
    ///
    /// # Complexity
    /// O(log n) for n words.
    pub fn first_word(&self, bigram: usize) -> u32 {
        let (mut low, mut high) = (0, self.weights.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let words = self.bigrams.words(middle);
            match words.start + words.count <= bigram {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low as u32
    }

    /// B: the words between two words, as positions in F of the first.
    pub fn b(&self, f: &Neighbours<'a>, b0: u32) -> PositionList<'a> {
        let a0 = f.of as usize;
        match self.pairs.find(a0, b0) {
            Some((first, pair)) => self.b.list(pair, a0, first, f.words.count),
            None => PositionList::default(),
        }
    }

    /// C: the words before a bigram b0 b1, as positions in R of b0.
    pub fn c(&self, r: &Neighbours<'a>, bigram: Option<usize>) -> SummedPositions<'a> {
        let (Some(bigram), (lists, summaries)) = (bigram, &self.c) else {
            return SummedPositions::default();
        };
        let b0 = r.of as usize;
        let first = self.bigrams.words(b0).start;
        let postings = lists.list(bigram, b0, first, r.words.count);
        SummedPositions { postings, summary: summaries.get(bigram, postings.count) }
    }

    /// Finds the lists in a file and checks that their lengths fit.
    pub(in crate::model) fn new(file: &Arrays<'a, '_>, core: &Core<'a>) -> Result<Self> {
        let words = core.words;
        let [bigrams, trigrams, ..] = core.levels.map(|level| level.ngrams());
        let factors: &[f32] = file.array("lists.factors", Some(2 * LEVELS))?;
        let (of_bigrams, of_trigrams) = factors.split_at(LEVELS);
        let by_last_word = WordLists {
            starts: starts(file, "predecessors.starts", words)?,
            width: bits::width(words as u64),
            ids: file.array("predecessors.words", None)?,
            buckets: file.parse("predecessors.buckets", Buckets::parse)?,
        };
        let mut lists = Lists {
            weights: file.array("words.weights", Some(words))?,
            chars: file.array("words.chars", Some(words))?,
            by_weight: file.array("words.by_weight", Some(words - SPECIAL))?,
            factors: [of_bigrams, of_trigrams],
            bigrams: core.levels[0],
            f: (file.array("successors.impacts", Some(bigrams))?, summaries(file, "successors")?),
            r: (
                by_last_word,
                file.array("predecessors.impacts", Some(bigrams))?,
                summaries(file, "predecessors")?,
            ),
            ..Lists::default()
        };
        if core.order > 2 {
            let long = summaries(file, "right")?;
            lists.a = LongA {
                summaries: long,
                starts: file.array("right.impact_starts", Some(long.lists.len() + 1))?,
                impacts: file.array("right.impacts", None)?,
            };
            lists.c =
                (grouped(file, "left", words, Some(bigrams), trigrams)?, summaries(file, "left")?);
            lists.b = grouped(file, "middle", words, None, trigrams)?;
            lists.pairs = Pairs {
                count: lists.b.starts.len().saturating_sub(1),
                width: bits::width(words as u64),
                starts: starts(file, "middle.pair_starts", words)?,
                bases: starts(file, "middle.pair_bases", words)?,
                buckets: file.parse("middle.pair_buckets", Buckets::parse)?,
                bits: file.array("middle.pair_bits", None)?,
            };
        }
        Ok(lists)
    }
}

fn starts<'a>(file: &Arrays<'a, '_>, section: &str, lists: usize) -> Result<EliasFano<'a>> {
    let starts = file.parse(section, EliasFano::parse)?;
    if starts.len() == lists + 1 { Ok(starts) } else { Err(file.damaged(section)) }
}

fn grouped<'a>(
    file: &Arrays<'a, '_>,
    kind: &str,
    groups: usize,
    lists: Option<usize>,
    postings: usize,
) -> Result<Grouped<'a>> {
    let name = |part: &str| format!("{kind}.{part}");
    let all = file.parse(&name("starts"), EliasFano::parse)?;
    if lists.is_some_and(|lists| all.len() != lists + 1) {
        return Err(file.damaged(&name("starts")));
    }
    Ok(Grouped {
        starts: all,
        bases: starts(file, &name("bases"), groups)?,
        positions: file.array(&name("positions"), None)?,
        impacts: file.array(&name("impacts"), Some(postings))?,
    })
}

fn summaries<'a>(file: &Arrays<'a, '_>, kind: &str) -> Result<Summaries<'a>> {
    let lists: &[u32] = file.array(&format!("{kind}.summarised"), None)?;
    Ok(Summaries {
        lists,
        sums: file.array(&format!("{kind}.sums"), Some(lists.len()))?,
        head_offsets: file.array(&format!("{kind}.head_offsets"), Some(lists.len() + 1))?,
        heads: file.array(&format!("{kind}.heads"), None)?,
    })
}
