//! The immutable model: what is in the file, and how is an n-gram looked up?
//!
//! * [`words`] – words by id, in memory; [`vocabulary`] – the same in a mapped file, with look-up.
//! * [`ngrams`] – probabilities and backoff weights as a trie, in memory, as training yields them.
//! * [`build`] – adds the five posting lists and writes a model file.
//! * [`mod@format`] – the container: preamble, sections, directory, checksums.
//! * [`header`] – what the file says of itself: order, discounts, calibration, provenance.
//! * [`view`] – the sections of a mapped file as typed slices; [`lookup`] – P(w | h) with backoff.
//! * [`compact`] – the small form for shipping, without the lists, which are rebuilt on opening.
//! * [`arpa`] – reads and writes the text that other language-model tools use.

pub mod arpa;
pub mod build;
pub mod compact;
pub mod format;
pub mod header;
pub mod lookup;
pub mod ngrams;
mod open;
pub mod view;
pub mod vocabulary;
pub mod words;

pub use open::Model;
