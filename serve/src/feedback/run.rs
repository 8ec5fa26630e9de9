//! Which part of `impute-serve feedback` does what was typed.

use std::process::ExitCode;

use super::args::{Args, Command};
use super::{export, import, sample};

/// Does it, and returns the exit code.
///
/// # Errors
/// The database or a file cannot be read or written, or the service is not there.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Export(wanted) => export::run(wanted).map(|()| ExitCode::SUCCESS),
        Command::Sample(wanted) => sample::run(wanted).map(|()| ExitCode::SUCCESS),
        Command::Import(wanted) => import::run(wanted),
    }
}
