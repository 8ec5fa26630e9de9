//! `impute repair [INPUT]`: puts missing words back into ordinary text, block by block.

mod command;
mod measure;
mod own;
mod suggest;

pub use command::run;
