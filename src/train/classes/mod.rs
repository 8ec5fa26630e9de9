//! How do words of a kind find each other? By their neighbours.
//!
//! The most frequent words, 50,000 at most, are put into classes so that the text is as likely as can
//! be under a bigram model of classes ([`exchange`]); all other words are in fixed classes by their looks
//! ([`shape`]). What stands beside what is read from the sorted n-grams that training counts anyway
//! ([`scan`]), whatever their order: memory is that of the bigrams ([`bigrams`]), 12 bytes each, and of
//! the counts of classes. From the classes follows the class model (`model`) that
//! [`crate::model::classes`] describes. [`pipeline`] is the whole of it.

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
