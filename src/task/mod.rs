//! The competition's task: one word taken out of a sentence, and the distance of an answer.
//!
//! * [`remove`] – takes one word out of each sentence, with a seed.
//! * [`pair`] – a test sentence and its solution; [`truth`] – where the missing word stood.
//! * [`distance`] – the Levenshtein distance in characters.

pub(crate) mod distance;
pub mod pair;
pub mod remove;
pub(crate) mod truth;
