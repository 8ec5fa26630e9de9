//! The options of commands that leave other languages alone.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct LanguageArg {
    /// Pass over what is in another language than this one, as `en`, and say how much that was; `impute
    /// language` says which language a text is in
    #[arg(long, value_name = "LABEL")]
    pub language: Option<String>,
    /// Classifier for --language, as `impute language train` writes it [default: the one of 38 languages that
    /// ships with the program]
    #[arg(long, value_name = "FILE", requires = "language")]
    pub classifier: Option<PathBuf>,
}
