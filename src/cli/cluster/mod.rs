//! `impute cluster`: what groups of sentences are there?
//!
//! [`command`] does it, [`lines`] writes a line per sentence, [`shown`] is the summary as text, [`rows`] reads what
//! `evaluate --rows` wrote.

mod command;
mod lines;
mod rows;
mod shown;

pub use command::run;
