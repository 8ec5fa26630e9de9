//! Backoff models made of other models: which n-grams may go, and what do several models say together?
//!
//! Input: models of any form. Output: n-grams with log10 p and log10 of the backoff weight, as an ARPA file has them;
//! probabilities no longer follow from counts.
//!
//! * [`tables`] – the n-grams of a model with their logs, to be worked on.
//! * [`Histories`] – how probable each context is; [`prune()`] – a model without the n-grams that hardly matter, by
//!   relative entropy.
//! * [`counts`] – the same in the counts of a model that has them.
//! * [`weights`] – how much each of several models counts, by expectation maximisation on held-out text.
//! * [`vocabulary`] – the words of several models with ids of their own; [`mix()`] – their linear interpolation.
//! * [`rest`] – what a context leaves to backing off.

pub(crate) mod counts;
pub(crate) mod histories;
pub(crate) mod mix;
pub(crate) mod prune;
pub(crate) mod rest;
pub(crate) mod tables;
pub(crate) mod vocabulary;
pub(crate) mod weights;

pub use histories::Histories;
pub use mix::mix;
pub use prune::{Pruned, prune};
pub use weights::{Estimate, Weights};
