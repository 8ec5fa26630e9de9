//! Which words may be missing in the likely gaps, by everything that is known?
//!
//! * [`sentence`] – the evidence of all gaps, and the candidates of the likely ones.
//! * [`head`] – the words that the net expects; [`sources`] – what else speaks for a word.
//! * [`posterior`] – the calibrated probability of every gap and word.
//! * [`hole`] – the words for a hole that is known; [`ask`] – the next words, the words before.

pub mod ask;
pub mod head;
pub mod hole;
pub mod posterior;
pub mod sentence;
pub mod sources;
