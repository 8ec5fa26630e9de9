//! The immutable model: what is in the file, and how is an n-gram looked up?
//!
//! * [`words`] – words by id, in memory; [`vocabulary`] – the same in a mapped file, with look-up.
//! * [`core`] – the n-grams of every order; [`lookup`] – P(w | h) of words and sentences.
//! * [`lists`] – the five posting lists.
//! * [`skip`] – pairs of words with others between them.
//! * [`arpa`] – ARPA text in and out.
//! * [`build`] – writes a model file.
//! * [`mod@format`] – the container: preamble, sections, directory, checksums.
//! * [`whole`] – whether a model is whole, checked while it is used; [`check`] – compares the checksums.
//! * [`watch`] – whether somebody wrote to the file of a model in use.
//! * [`header`] – what the file says of itself: order, discounts, calibration, provenance.
//! * [`view`] – the sections of a mapped file as typed slices.
//! * [`gallop`] – searching sorted numbers; [`pieces`] – cutting work.
//! * `resident` – sections copied to memory, in large pages.
//! * `rewrite` – a model written again, with something else in it.
//! * [`pack`] – the compressed form of a file, for shipping.

pub mod arpa;
mod arrays;
pub mod build;
mod bytes;
pub(crate) mod check;
pub mod core;
mod foreign;
pub mod format;
pub(crate) mod gallop;
pub mod header;
#[cfg(feature = "shipped")]
mod kept;
pub mod lists;
pub(crate) mod lookup;
pub mod net;
mod open;
pub mod pack;
pub(crate) mod pieces;
#[cfg(unix)]
mod resident;
mod rewrite;
pub(crate) mod skip;
pub mod view;
pub mod vocabulary;
mod watch;
pub(crate) mod whole;
pub mod words;

pub use open::Model;
pub use skip::Skip;
pub use watch::Watch;
pub use whole::Whole;
