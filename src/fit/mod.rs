//! How far can the model be trusted? Parameters fitted to sentences that it has not seen.
//!
//! * [`fit`] – all of it, in its order.
//! * [`calibrate`] – the posterior of gap and word, on [`held_out`] sentences, by [`log_linear`].
//! * [`promise`] – what is promised against what is achieved; [`alarms`] – when a word is missing at all.
//! * [`sample`] – takes such sentences from a text of the user's own.

pub(crate) mod alarms;
pub mod calibrate;
mod fitted;
pub(crate) mod held_out;
pub(crate) mod log_linear;
pub(crate) mod promise;
pub(crate) mod sample;

pub use fitted::{Fitted, fit};
