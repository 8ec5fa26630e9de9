//! How far is the model to be trusted? Parameters fitted on sentences that it has not seen.
//!
//! * [`calibrate`] – the posterior of gap and word, on [`held_out`] sentences, by [`log_linear`].
//! * [`promise`] – what is promised against what was got; [`alarms`] – when a word is missing at all.
//! * [`sample`] – takes such sentences out of a text of one's own.

pub mod alarms;
pub mod calibrate;
pub mod held_out;
pub mod log_linear;
pub mod promise;
pub mod sample;
