//! `impute repair [INPUT]`: puts missing words back into ordinary text, block by block.

mod command;
mod measure;
mod suggest;

pub use command::run;
