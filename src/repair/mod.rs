//! Repairs unprepared text: a sentence may have any number of missing words, including none.
//!
//! "No word is missing" is one more alternative to the gaps of a sentence. With π for the prior share of
//! missing words and marks,
//!
//! ```text
//! ratio_i       = exp(w0 + w1 ln evidence_i + w2 logit_i)        how much likelier the sentence is if a word
//!                                                                is missing in gap i than if none is
//! o_i           = ratio_i × π / (1 - π)
//! P(gap i)      = o_i / (1 + sum of o_j over the gaps j near i)
//! P(gap i, v)   = P(gap i) × P(v | gap i)                        P(v | gap i): crate::solve::word::posterior
//! ```
//!
//! The net's logit is used as it is, not normalised over the sentence: the net only learned from sentences
//! with a gap, but its logit also shows when there is none. So a distant gap changes nothing, and two missing
//! words do not compete for probability. A word is inserted where P(gap, word) reaches a bound, the surest
//! first; then the sentence is analysed again with it.
//!
//! * [`odds`] – these formulas, and the prior for a given rate of false alarms.
//! * [`foreign`] – which sentences are in another language and left alone.
//! * [`repairer`] – what is inserted into sentences; [`mod@apply`] – the text with it.

pub mod apply;
pub mod foreign;
pub mod odds;
pub(crate) mod repairer;

pub use apply::apply;
pub use repairer::{Insertion, Repairer, Settings};
