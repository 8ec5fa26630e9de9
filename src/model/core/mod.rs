//! The n-grams of a model file, of every order, in about two and a half bytes each: how likely is a
//! word behind its history?
//!
//! * [`ngrams`] – all orders together.
//! * [`level`] – the n-grams of one order: positions among the children of the suffix, and values.
//! * [`build`] – makes a level; [`data`] – all levels in memory, and their sections of the file.
//! * [`state`] – P(w | h) word by word; look-up of single n-grams.
//! * [`batch`] – P(w | h) of all words of a text at once; [`prefetch`] – asking for memory in time.
//! * [`walk`] – all n-grams of one order with their probabilities and weights, in order.
//! * [`sorted`] – sorted lists of words; [`buckets`] – where to look in the long ones.
//! * [`elias_fano`], [`small`], [`bits`] – the arrays that they are made of; [`search`] – searching.

pub mod batch;
pub mod bits;
pub mod buckets;
pub mod build;
pub mod data;
pub mod elias_fano;
pub mod level;
pub mod ngrams;
pub mod prefetch;
pub mod search;
pub mod small;
pub mod sorted;
pub mod state;
pub mod walk;

pub use level::{Level, Values};
pub use ngrams::{Core, MAX_ORDER};
pub use state::{State, Step};
