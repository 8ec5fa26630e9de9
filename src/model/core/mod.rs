//! The n-grams of a model file, of every order, in about two and a half bytes each: how likely is a word
//! after its history?
//!
//! What is stored is what training counts, not what follows from it. For a context h with children v
//!
//! ```text
//! P(w|h) = (a(hw) - D(a(hw))) / total(h) + gamma(h) P(w|h')
//! ```
//!
//! total and gamma follow from the children's adjusted counts a: how many are 1, 2, and more, which a few
//! bit counts tell, and their sum. Contexts with more than 64 children have both stored; contexts that lost
//! children to pruning have the sum of what was lost. So probabilities are exact, and an n-gram costs two
//! bits for its count and its last word, which is written as a position among the children of the suffix
//! ([`level`]). Look-ups count bits, for which x86-64 has an instruction that compilers use only if told
//! to: `.cargo/config.toml` asks for processors from 2009 on. Without it, results are the same, but slower.
//!
//! * [`ngrams`] – all orders together.
//! * [`level`] – the n-grams of one order: positions among the children of the suffix, and values.
//! * [`build`] – makes a level; [`data`] – all levels in memory, and their sections of the file.
//! * [`state`] – P(w | h) word by word; look-up of single n-grams.
//! * [`batch`] – P(w | h) of all words of a text at once; [`memo`] – what it has found earlier in the text;
//!   [`prefetch`] – asking for memory in time.
//! * [`table`] – all n-grams of one order for look-ups, if the model has them; [`tabulate`] – makes it; [`tabled`] –
//!   P(w | h) by tables.
//! * [`walk`] – all n-grams of one order with their probabilities and weights, in order: the basis of
//!   posting lists, export and generator.
//! * [`sorted`] – sorted lists of words; [`buckets`] – where to look in the long ones.
//! * [`elias_fano`], [`small`], [`bits`] – the arrays that they are made of; [`search`] – searching.

pub(crate) mod batch;
pub(crate) mod bits;
pub(crate) mod buckets;
pub(crate) mod build;
pub(crate) mod data;
pub(crate) mod elias_fano;
pub(crate) mod level;
pub(crate) mod memo;
pub(crate) mod ngrams;
pub(crate) mod prefetch;
pub(crate) mod search;
pub(crate) mod small;
pub(crate) mod sorted;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod tabled;
pub(crate) mod tabulate;
pub(crate) mod walk;

pub use data::CoreData;
pub use level::{Level, Values};
pub use ngrams::{Core, MAX_ORDER};
pub use state::{State, Step};
