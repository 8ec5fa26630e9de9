//! `impute-serve publish`: a model goes into the database, for all who work with it.

use std::path::PathBuf;

use clap::Args;

use super::servers::{self, New};
use crate::settings::Flags;

/// Publish a model in the database: front ends and workers fetch it, check it and switch to it
///
/// Nobody waits for it, and no job is lost; results say which version gave them. A model of a new name is served by
/// front ends and workers that are started after that.
#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute-serve publish english.impute --name english --change 'trained on November too' --compare compare.json \\
    --database postgres://impute@db/impute")]
pub struct Publish {
    /// The model, or a classifier of languages
    #[arg(value_name = "MODEL")]
    pub file: PathBuf,
    /// Serve it under this name; `languages` is that of the classifier
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What changed, in a line
    #[arg(long, value_name = "LINE")]
    pub change: String,
    /// The figures of a comparison with the version before: what `impute compare A B SOLUTION --json` prints
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Publish in this database [env: IMPUTE_SERVE_DATABASE]
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Read the database from this TOML file
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}

impl Publish {
    /// Publishes it.
    ///
    /// # Errors
    /// The file is no model, what is said of it is not enough, or the database does not take it.
    pub fn run(&self) -> anyhow::Result<()> {
        let (database, config) = (self.database.clone(), self.config.clone());
        let flags = Flags { database, config, ..Flags::default() };
        let new = New {
            file: &self.file,
            name: &self.name,
            change: &self.change,
            compare: self.compare.as_deref(),
        };
        servers::publish(&servers::database(&flags)?, &new)
    }
}
