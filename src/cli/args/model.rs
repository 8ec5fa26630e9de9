//! Which model, for every command that works with one.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct ModelArg {
    /// Model file, or `shipped` for the one that ships with the program [default: the one that
    /// $IMPUTE_MODEL names, else the shipped one]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}
