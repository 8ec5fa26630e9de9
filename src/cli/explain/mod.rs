//! `impute explain SENTENCE`: where the program looks for a missing word, and why.
//!
//! * [`command`] – reads sentences and writes the [`explained`] ones.
//! * [`text`] – for people, at most 80 columns wide. Private modules: `sentence`, the bars at the gaps;
//!   `table`, words and what speaks for them; `verdict`, the decision; `paper`, widths and wrapping;
//!   `paint`, colours.
//! * [`json`] – for programs.

mod command;
mod explained;
mod json;
mod paint;
mod paper;
mod sentence;
mod table;
mod text;
mod verdict;

pub use command::run;
