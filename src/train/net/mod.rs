//! Training of the net: sentences, from each of which one word is removed at random each time it is seen.
//! It learns where the gap is, which word was there, and which words stand everywhere else, all at once.
//!
//! * [`sentences`] – what it learns from.
//! * [`weights`] – its numbers, and how they begin.
//! * [`point`] – where it stands; [`gradient`] – the gradient of the loss; [`word_gradient`] – of the words' part of it; [`sample`] – the
//!   words that a true one is held against.
//! * [`adam`] – the optimiser.
//! * [`examples`] – which sentences a batch has, and which words are removed; [`lesson`] – a few of them side
//!   by side.
//! * [`trainer`] – a step after the other; [`measure`] – what was learned.
//! * [`size`] – how large a net, and how long it is trained; [`lessons`] – the whole of it.

pub mod adam;
pub mod examples;
pub mod gradient;
#[cfg(test)]
mod gradient_tests;
pub mod lesson;
pub mod lessons;
pub mod measure;
pub mod point;
pub mod sample;
pub mod sentences;
pub mod size;
pub mod trainer;
mod transpose;
pub mod weights;
pub mod word_gradient;

pub use size::{NetConfig, Size};
pub use trainer::{BATCH, Losses, Trainer};
