//! Does a change pay? The string with the least expected Levenshtein distance.
//!
//! * [`decision`] – the decision. Private modules: `gains`, what a string in a gap gains; `edit`,
//!   distances; `stand_in`, strings that are not words but cheaper than one.

pub mod decision;
mod edit;
pub(in crate::solve) mod gains;
pub(in crate::solve) mod stand_in;
