//! The way from the command line to the parts of the service.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use super::arguments::{Arguments, Command};
use crate::feedback;
use crate::guard::panics;
use crate::load;
use crate::serving;
use crate::settings::{Flags, InForce, logging};

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a command line that is none.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        None => serve(&arguments.flags).map(|()| ExitCode::SUCCESS),
        Some(Command::Config(config)) => show(&config.flags).map(|()| ExitCode::SUCCESS),
        Some(Command::Feedback(wanted)) => feedback::run(&wanted),
        Some(Command::Load(wanted)) => load::run(&wanted),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("impute-serve: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(flags: &Flags) -> anyhow::Result<()> {
    let InForce { settings, .. } = InForce::find(flags)?;
    logging::start(&settings)?;
    panics::log_places();
    serving::run(settings)
}

fn show(flags: &Flags) -> anyhow::Result<()> {
    let text = InForce::find(flags)?.to_toml();
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}
