//! Which words may be missing in the likely gaps, by everything that is known?
//!
//! * [`sentence`] – the evidence of all gaps, and the words of the likely ones.
//! * [`candidates`] – the words of a gap, with what is known of each: [`head`], the words that the net
//!   expects; [`sources`], what else speaks for a word.
//! * [`posterior`] – the calibrated probability of every gap and word.
//! * [`fill`] – the words for a known hole; [`ask`] – the next words, the words before.

pub(crate) mod ask;
pub(crate) mod candidates;
pub mod fill;
pub(crate) mod head;
pub mod posterior;
pub(crate) mod sentence;
pub(crate) mod sources;
