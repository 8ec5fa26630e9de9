#![doc = include_str!("../README.md")]

pub mod error;
pub mod evaluate;
pub mod generate;
pub mod model;
pub mod net;
pub mod progress;
pub mod query;
pub mod random;
pub mod repair;
pub mod softmax;
pub mod solve;
pub mod text;
pub mod train;

pub use error::{Error, Result};
