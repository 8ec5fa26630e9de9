//! The queue: where the desks of the models get their work.

#[expect(clippy::module_inception, reason = "what a queue does is what this room is about")]
mod queue;
#[cfg(feature = "scale-out")]
pub mod rabbit;
mod sqlite;

pub use queue::{After, Queue, Wanted, Work};
