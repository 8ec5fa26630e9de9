//! Finds the gap in a sentence and restores the missing word, with an n-gram language model.
#![doc = ""]

pub mod error;
pub mod model;
pub mod progress;
pub mod text;
pub mod train;
pub mod solve;
pub mod evaluate;

pub use error::{Error, Result};
