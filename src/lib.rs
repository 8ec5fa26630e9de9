//! Finds the gap in a sentence and restores the missing word, with an n-gram language model.
#![doc = ""]

pub mod error;
pub mod evaluate;
pub mod model;
pub mod progress;
pub mod solve;
pub mod text;
pub mod train;

pub use error::{Error, Result};
