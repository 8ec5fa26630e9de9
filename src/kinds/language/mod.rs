//! Which language is a text in?
//!
//! * [`words`] finds the words of a text, in lower case, whatever the script.
//! * [`keys`] is the set of n-grams that are known, [`rows`] their weights: four bits for each kind of text.
//! * [`classifier`] adds them up; [`calibration`] makes probabilities of the sums, by the size of the text, and says
//!   "unknown".
//! * [`filter`] finds what is of another kind than one label.
//! * [`mod@file`] reads and writes a classifier; `train` makes one from texts with labels, and [`evaluate`] says how
//!   good it is. [`each`] reads texts with labels.
//!
//! The scores of a text with n known n-grams are s_k = sum of their weights / sqrt(n), in nats: n-grams overlap, so
//! that n of them are not as much evidence as n words would be.

pub mod calibration;
pub mod classifier;
pub mod evaluate;
pub mod file;
pub mod filter;
pub mod header;
mod keys;
pub(crate) mod rows;
mod similar;
#[cfg(test)]
mod small;
mod texts;
#[cfg(feature = "train")]
pub mod train;
pub mod words;

pub use classifier::{Classifier, Guess, Posterior, Reader};
pub use filter::{Filter, Sieve, Verdict};
pub use texts::{UNKNOWN, each};
