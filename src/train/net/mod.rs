//! Training of the net: each time it sees a sentence, one word is removed at random. It learns where the gap
//! is, which word was there, and which words are everywhere else, all at once.
//!
//! * [`sentences`] – what it learns from; [`weights`] – its numbers, and how they begin.
//! * [`point`] – where a gradient is taken; [`gradient`] – the gradient of the loss; [`word_gradient`] – the
//!   words' part of it; [`sample`] – the words that a true one is compared with; [`adam`] – the
//!   optimisers; [`schedule`] – how far they go.
//! * [`examples`] – which sentences a batch has, and which words are removed; [`lesson`] – a few of them side
//!   by side; [`trainer`] – one step after the other; [`measure`] – what was learned.
//! * [`size`] – how large a net is, and how long it is trained; [`lessons`] – the whole of it.

pub(crate) mod adam;
pub mod examples;
pub(crate) mod gradient;
#[cfg(test)]
mod gradient_tests;
pub(crate) mod lesson;
pub(crate) mod lessons;
pub(crate) mod measure;
pub(crate) mod point;
pub(crate) mod sample;
pub(crate) mod schedule;
pub mod sentences;
pub(crate) mod size;
pub(crate) mod trainer;
mod transpose;
pub(crate) mod weights;
pub(crate) mod word_gradient;

pub use lessons::Lessons;
pub use schedule::{BATCH, Pace, Schedule};
pub use size::{NetConfig, Size};
pub use trainer::{Losses, Trainer};
