//! `impute-serve scale-hint`: how many workers the load asks for, from what the database has.

use std::process::ExitCode;

use clap::Args;

use super::servers;
use crate::scale;
use crate::settings::Flags;

// The help is that of the arguments.
#[derive(Debug, Args)]
pub struct ScaleHint {
    #[command(flatten)]
    pub aim: scale::Args,
    /// Look into this database [env: IMPUTE_SERVE_DATABASE]
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Read the database from this TOML file
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}

impl ScaleHint {
    /// Prints the number, and gives the exit code that tells whether it is that of the workers there are.
    ///
    /// # Errors
    /// There is no database, or it cannot be read.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let (database, config) = (self.database.clone(), self.config.clone());
        let flags = Flags { database, config, ..Flags::default() };
        let load = servers::load(&servers::database(&flags)?)?;
        Ok(scale::tell(&load, &self.aim, &mut std::io::stdout().lock())?)
    }
}
