//! The command line: what was typed, and which part of the service does it.

mod arguments;
mod publish;
mod run;
mod scale_hint;
mod servers;

pub use run::run;
