//! Which model, for every command that works with one.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct ModelArg {
    /// Model file [default: the one that $IMPUTE_MODEL names, else the one that ships with the program]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}
