//! The five posting lists, and the score of every word of the vocabulary in a gap that they add up to. Making
//! them is stage 6 of training, index: n-grams → lists.
//!
//! # The score of a word in a gap
//!
//! For left words a1 a0, right words b0 b1 and a candidate x, a backoff trigram model gives, in natural logs,
//!
//! ```text
//! S(x) = P(x|a1 a0) + P(b0|a0 x) + P(b1|x b0)
//!      = K + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//!
//! K = bow(a1 a0) + bow(a0) + p(b0) + P(b1|b0)    a constant of the gap
//! g = p(x) + bow(x)                              a constant of the word
//! F = p(x|a0) - bow(a0) - p(x) + bow(a0 x)       if the bigram a0 x is stored, else 0
//! R = p(b0|x) - bow(x) - p(b0) + bow(x b0)       if the bigram x b0 is stored, else 0
//! A = p(x|a1 a0) - [bow(a1 a0) + P(x|a0)]        if the trigram a1 a0 x is stored, else 0
//! B = p(b0|a0 x) - [bow(a0 x) + P(b0|x)]         if the trigram a0 x b0 is stored, else 0
//! C = p(b1|x b0) - [bow(x b0) + P(b1|b0)]        if the trigram x b0 b1 is stored, else 0
//! ```
//!
//! p is a stored n-gram's probability, P the model's with backoff, and bow a backoff weight, all of them logs; bow
//! is 0 where no weight is stored. A model of bigrams has g, F and R alone, and K = bow(a0) + p(b0). Longer n-grams are no
//! part of S: they score the best candidates again (`solve::gap::rescore`).
//!
//! # The lists
//!
//! F and R are the same number of a bigram u v, and A, B and C the same number of a trigram u v w:
//!
//! ```text
//! phi(u,v)     = p(v|u) - bow(u) - p(v) + bow(u v)
//! delta(u,v,w) = p(w|u v) - [bow(u v) + P(w|v)]
//! ```
//!
//! They differ in which word is the candidate: the last (F, A), the middle one (B) or the first (R, C). So
//! each number is computed once and filed under every slot:
//!
//! | list | its words | where they are |
//! |---|---|---|
//! | F | x after a0 | the bigrams of the core, as they lie there, with an impact each ([`neighbours`]) |
//! | R | x before b0 | the same bigrams by their last words ([`neighbours`]) |
//! | A | x after a1 a0 | the trigrams of the core, whose factors follow from their probabilities; the long lists have impacts too ([`right`]) |
//! | B | x between a0 and b0 | positions in F with an impact each ([`grouped`], made by `trigrams`); [`pairs`]: which a0 _ b0 have a list |
//! | C | x before b0 b1 | positions in R with an impact each ([`grouped`], made by `left`) |
//!
//! The file keeps the exponentials of the terms, factors, in eight bits each ([`codebook`]), so that exp S is
//! a product. [`summaries`] has the sums and the best words of long lists, [`survey`] is the first walk,
//! which finds the range of the factors. The sections that have no file of their own:
//!
//! ```text
//! lists.factors    2 × 256 f32  the factors of the levels, of bigrams and of trigrams
//! words.weights    f32          (words) exp g
//! words.chars      u8           (words) lengths in characters, at most 255
//! words.by_weight  u32          (words but the special ones) ids by falling exp g
//! ```

pub mod codebook;
pub mod grouped;
mod left;
pub mod neighbours;
pub mod pairs;
pub mod right;
mod source;
pub mod summaries;
pub mod survey;
mod trigrams;
pub mod view;

use std::io::{self, Seek, Write};

use super::core::walk::Child;
use super::core::{Core, State};
use super::format::Writer;
use super::pieces::pieces;
use super::words::{BOS, EOS, SPECIAL, UNK};
use crate::progress::{Progress, Unit};
use codebook::Codebook;
use neighbours::Bigrams;
use summaries::Weighted;
use survey::Survey;

/// The length in characters that is assumed of a word which the model does not know.
const UNKNOWN_CHARS: u8 = 8;
/// Bounds of factors, far beyond those of any text that was counted; only an imported model may have
/// others, which are taken for these.
const FACTORS: std::ops::RangeInclusive<f64> = 4e-8..=2e17;
/// How many n-grams are one piece of parallel work, at least.
const CHUNK: u64 = 1 << 15;

/// Writes the lists of all n-grams; `lengths` are the lengths of the words in characters. Postings are
/// gathered in about `memory` bytes.
///
/// # Errors
/// What the writer reports.
///
/// # Complexity
/// O(n log n) time for n n-grams, and another pass over them for every `memory / 5` trigrams; about
/// 28 bytes for every bigram, 3 for every trigram and 160 for every word besides `memory`.
pub fn write<W: Write + Seek>(
    core: &Core<'_>,
    lengths: &[u8],
    memory: u64,
    file: &mut Writer<W>,
    progress: &dyn Progress,
) -> io::Result<()> {
    let weights = Weights::new(core, lengths);
    file.section("words.weights", &weights.weights)?;
    file.section("words.chars", &weights.chars)?;
    file.section("words.by_weight", &weights.by_weight())?;
    let pieces = first_words(core);
    let trigrams = core.levels[1].ngrams() as u64;
    let walks = if core.order > 2 { 2 + 5 * trigrams / memory.max(1) } else { 1 };
    progress.stage("index", Unit::Pieces, Some(walks * pieces.len() as u64));
    let mut survey = Survey::new(core, &pieces, progress);
    let bigrams = Bigrams::new(core, std::mem::take(&mut survey.bigrams));
    let codebook = Codebook::new(survey.trigrams);
    let table = &codebook.table();
    file.section("lists.factors", &[bigrams.table, *table])?;
    bigrams.write(&weights, file)?;
    if core.order < 3 {
        return Ok(());
    }
    let source = source::Source { core, bigrams: &bigrams, weights: &weights, codebook, table };
    trigrams::write(source, survey, &pieces, memory, file, progress)
}

/// First words in pieces of about the same number of bigrams and trigrams.
fn first_words(core: &Core<'_>) -> Vec<std::ops::Range<u32>> {
    let bigrams: Vec<u64> = core.levels[0].starts().collect();
    let trigrams: Vec<u64> = core.levels[1].starts().collect();
    let before = |word: usize| {
        let bigram = bigrams.get(word).copied().unwrap_or(0);
        bigram + trigrams.get(bigram as usize).copied().unwrap_or(0)
    };
    let pieces = pieces(core.words, before, CHUNK);
    pieces.into_iter().map(|piece| piece.start as u32..piece.end as u32).collect()
}

/// What the words themselves count for.
#[derive(Debug)]
pub struct Weights {
    /// (words) exp g\[x\].
    pub weights: Vec<f32>,
    /// (words) lengths in characters, at most 255.
    pub chars: Vec<u8>,
}

impl Weights {
    fn new(core: &Core<'_>, lengths: &[u8]) -> Self {
        let weight = |id: u32| match id {
            BOS | EOS => 0.0,
            _ => (core.unigram(id) * core.expand(&State::of(&[id])).backoff()) as f32,
        };
        let weights = (0..lengths.len() as u32).map(weight).collect();
        let chars = (0..).zip(lengths).map(|(id, &length)| match id {
            BOS | EOS => 0,
            UNK => UNKNOWN_CHARS,
            _ => length,
        });
        Weights { weights, chars: chars.collect() }
    }

    /// The ids of the words by falling weight.
    fn by_weight(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (SPECIAL as u32..self.weights.len() as u32).collect();
        let weight = |id: u32| self.weights[id as usize];
        ids.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)));
        ids
    }

    /// A posting of a word, with a factor and without it.
    fn weighted(&self, word: u32, with: f32, without: f32) -> Weighted {
        let word = word as usize;
        let weight = self.weights.get(word).copied().unwrap_or(0.0);
        let chars = self.chars.get(word).copied().unwrap_or(0);
        Weighted { with: with * weight, without: without * weight, chars }
    }
}

/// exp delta of a trigram, behind a context with this weight.
fn delta(trigram: &Child, backoff: f64) -> f32 {
    factor(trigram.p / (backoff * trigram.lower_p))
}

fn factor(factor: f64) -> f32 {
    factor.clamp(*FACTORS.start(), *FACTORS.end()) as f32
}

/// The order of weighted words: higher weights first, then lower ids or positions.
pub(crate) fn best_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}
