//! What else speaks for a word in a gap, beyond the n-grams that it would be part of: features of every
//! candidate, whose weights in the posterior ([`super::posterior`]) are fitted on held-out text.
//!
//! * [`net`] – what the net expects.
//! * [`quotes`] – quotes and brackets that must close.
//! * [`repeats`] – words that stand elsewhere in the sentence.
//! * [`skip`] – words two to five words away.
//!
//! A source is a [`source::Source`]; all of them stand in [`ALL`], and everything else follows from that list. A new one
//! takes a file here, its line in [`ALL`], and its weights in [`crate::model::header::Calibration`].

pub(crate) mod all;
pub(crate) mod net;
pub(crate) mod quotes;
pub(crate) mod repeats;
pub(crate) mod skip;
pub(crate) mod source;
#[cfg(test)]
pub(crate) mod tests;

pub use all::{ALL, COUNT, features, net_probability, of, weighted, weights};
pub use source::Context;
