//! ARPA text: the format in which language-model tools exchange backoff n-gram models.
//!
//! ```text
//! \data\
//! ngram 1=4
//! ngram 2=2
//!
//! \1-grams:
//! -2.1    <unk>   0
//! 0       <s>     -0.3
//! -0.9    </s>    0
//! -0.6    dog     -0.2
//!
//! \2-grams:
//! -0.1    <s> dog
//! -0.4    dog </s>
//!
//! \end\
//! ```
//!
//! A line is log10 p, the words, and log10 of the backoff weight. [`read()`] makes an [`Arpa`] of such
//! a text, [`write()`] writes a text from any [`Source`]: an [`Arpa`], whose numbers come out as they
//! were read, or a model's [`View`](super::view::View).
//!
//! * `read` – lines → entries; `names` – words → ids; `complete` – adds shorter n-grams that the
//!   file left out; `trie` – sorted n-grams → the arrays of [`ArpaLevel`]; `store` – those → the
//!   sections of a model file.

mod complete;
mod flat;
mod names;
mod parse;
mod read;
mod source;
mod store;
mod trie;
mod write;

pub use read::read;
pub use source::{Source, Visitor};
pub use write::write;

use super::words::WordList;

/// The log10 probability that `<unk>` gets where a file has none, as KenLM's tools give it.
pub const LOG10_UNKNOWN: f32 = -100.0;

/// A backoff model as an ARPA file has it, sorted and complete.
///
/// Invariant: with an n-gram, its context and the n-gram without its first word are stored too.
/// Ids: the special words, then the others by falling probability, equal ones by their bytes, so that
/// the file's own order does not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Arpa {
    /// The words by id.
    pub words: WordList,
    /// `levels[n - 1]` holds the n-grams of order n.
    pub levels: Vec<ArpaLevel>,
    /// Sum of the 64-bit XXH3 hashes of the lines with n-grams: independent of their order.
    pub lines_hash: u64,
}

/// The n-grams of one order, sorted by their ids; a trie over the order below. The logs
/// are as they were printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArpaLevel {
    /// (contexts + 1) the n-grams with the i-th context are `offsets[i]..offsets[i + 1]`. Empty for
    /// single words.
    pub offsets: Vec<u32>,
    /// (n-grams) last word of each. Empty for single words, whose index is their id.
    pub words: Vec<u32>,
    /// (n-grams) log10 of the probability of the last word in its context.
    pub log10_p: Vec<f32>,
    /// (n-grams) log10 of the backoff weight; empty at the highest order.
    pub log10_backoff: Vec<f32>,
    /// (n-grams) index of the n-gram without its first word, one level below. Empty for single words.
    pub suffix: Vec<u32>,
}

impl Arpa {
    /// Highest order.
    pub fn order(&self) -> usize {
        self.levels.len()
    }

    /// Number of n-grams per order.
    pub fn counts(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.log10_p.len() as u64).collect()
    }
}
