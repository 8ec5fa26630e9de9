//! The competition's task: a word removed from a sentence, and the distance of an answer.
//!
//! * [`remove`] – removes one word from each sentence, with a seed.
//! * [`pair`] – a test sentence and its solution; [`truth`] – where the missing word was.
//! * [`distance`] – the Levenshtein distance in characters.

pub(crate) mod distance;
pub mod pair;
pub mod remove;
pub(crate) mod truth;

pub use truth::Truth;
