//! The command line: what was typed, and which part of the service does it.

mod arguments;
mod run;

pub use run::run;
