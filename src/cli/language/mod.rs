//! `impute language`: which language is a text in, or which of any other labels has it?

mod classifier;
mod evaluate;
mod filter;
mod identify;
pub mod inspect;
mod run;
mod texts;
mod train;

pub use filter::{filter, told};
pub use run::run;
