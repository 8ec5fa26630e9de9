//! Repairing text that nobody prepared: any number of words may be missing in a sentence, none included.
//!
//! "No word is missing" is one more alternative beside the gaps of a sentence. With π for the share of
//! words and marks that is believed beforehand to be missing,
//!
//! ```text
//! ratio_i       = exp(w0 + w1 ln evidence_i + w2 logit_i)        how much likelier the sentence is if a word
//!                                                                is missing in gap i than if none is
//! o_i           = ratio_i × π / (1 - π)
//! P(gap i)      = o_i / (1 + sum of o_j over the gaps j near i)
//! P(gap i, v)   = P(gap i) × P(v | gap i)                        P(v | gap i): crate::solve::word::posterior
//! ```
//!
//! The net's logit is taken as it is, not as a share of the sentence's: it was learned from sentences that
//! all had a gap, but its height tells of none as well. So a gap far away changes nothing, and two missing
//! words do not take each other's probability. A word goes in where P(gap, word) reaches a bound, the surest
//! first; then the sentence is analysed again with it.
//!
//! * [`odds`] – these formulas, and the prior that makes a given rate of false alarms.
//! * [`repairer`] – what is inserted into sentences; [`mod@apply`] – the text with it.

pub mod apply;
pub mod odds;
pub(crate) mod repairer;

pub use apply::apply;
pub use repairer::{Insertion, Repairer, Settings};
