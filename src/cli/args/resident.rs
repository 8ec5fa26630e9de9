//! Whether a model is copied to memory.

use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Copy, Args)]
pub struct ResidentArg {
    /// When to copy what is read of the model to memory first, in large pages: it makes long runs faster, takes as
    /// much memory as is copied, and changes no answer
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub resident: When,
}

/// When a model is copied to memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If the input is a file long enough for that to pay, and memory is free
    Auto,
    /// Always
    Yes,
    /// Never
    No,
}
