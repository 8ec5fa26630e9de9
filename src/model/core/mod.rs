//! The n-grams of a model file, of every order, in about two and a half bytes each: how likely is a word
//! after its history?
//!
//! What is stored is what training counts, not what follows from it. For a context h with children v
//!
//! ```text
//! P(w|h) = (a(hw) - D(a(hw))) / total(h) + gamma(h) P(w|h')
//! ```
//!
//! total and gamma follow from the children's adjusted counts a: how many are 1, 2, and more, which a few bit
//! counts tell, and their sum. Contexts with more than 64 children have both stored; contexts that lost
//! children to pruning have the sum of what was lost. So probabilities are exact, and an n-gram costs two
//! bits for its count and its last word, which is written as a position among the children of the suffix
//! ([`level`]). Look-ups count bits, for which x86-64 has an instruction that compilers leave alone unless told:
//! `.cargo/config.toml` asks for processors from 2009 on. Built without it the program is the same, and slower.
//!
//! * [`level`] – the n-grams of one order: positions among the children of the suffix, and values.
//! * [`build`] – makes a level; [`data`] – all levels in memory, and their sections of the file.
//! * [`state`] – P(w | h) word by word; look-up of single n-grams.
//! * [`batch`] – P(w | h) of all words of a text at once; [`prefetch`] – asking for memory in time.
//! * [`walk`] – all n-grams of one order with their probabilities and weights, in order: posting lists,
//!   export and generator are made of that.
//! * [`sorted`] – sorted lists of words; [`buckets`] – where to look in the long ones.
//! * [`elias_fano`], [`small`], [`bits`] – the arrays that they are made of; [`search`] – searching.

pub mod batch;
pub mod bits;
pub mod buckets;
pub mod build;
pub mod data;
pub mod elias_fano;
pub mod level;
pub mod prefetch;
pub mod search;
pub mod small;
pub mod sorted;
pub mod state;
pub mod walk;

pub use level::{Level, Values};
pub use state::{State, Step};

/// The highest order that the formats provide for.
pub const MAX_ORDER: usize = 5;

/// The n-grams of a model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Core<'a> {
    /// Highest order.
    pub order: usize,
    /// Number of words, the special ones included.
    pub words: usize,
    /// (words) the probability of each without a history, or its log10 in a model from an ARPA file.
    pub unigrams: &'a [f32],
    /// Whether the figures are logarithms from an ARPA file.
    pub logs: bool,
    /// `levels[n - 2]` holds the n-grams of order n; empty beyond the order.
    pub levels: [Level<'a>; MAX_ORDER - 1],
}

impl Core<'_> {
    /// The probability of a word without a history.
    pub fn unigram(&self, word: u32) -> f64 {
        let stored = self.unigrams.get(word as usize).copied().unwrap_or_default();
        if self.logs { exp10(stored) } else { stored.into() }
    }
}

fn exp10(log10: f32) -> f64 {
    libm::exp(f64::from(log10) * std::f64::consts::LN_10)
}
