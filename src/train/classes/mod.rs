//! Words of a kind find each other by their neighbours.
//!
//! The most frequent words, 50,000 at most, are put into classes that make the text as likely as possible
//! under a bigram model of classes ([`exchange`]); all other words are in fixed classes by their form
//! ([`shape`]). The neighbours are read from the sorted n-grams that training counts anyway ([`scan`]),
//! whatever their order: memory is that of the bigrams ([`bigrams`]), 12 bytes each, and of the class
//! counts. The classes give the class model (`model`) of [`crate::model::classes`]. [`pipeline`] runs it all.

pub(crate) mod bigrams;
pub(crate) mod exchange;
mod logs;
mod model;
pub(crate) mod pipeline;
pub(crate) mod scan;
pub(crate) mod shape;
mod table;

pub use pipeline::{Input, check_memory, train};
pub use shape::MOST;
