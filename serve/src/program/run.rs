//! The way from the command line to the parts of the service.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use super::arguments::{Arguments, Command};
use crate::feedback;
use crate::guard::panics;
use crate::load;
use crate::serving;
use crate::settings::given::Origin;
use crate::settings::key::Key;
use crate::settings::{Flags, InForce, logging};

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a command line that is none.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        None => serve(&arguments.flags).map(|()| ExitCode::SUCCESS),
        Some(Command::Config(config)) => show(&config.flags).map(|()| ExitCode::SUCCESS),
        Some(Command::Feedback(wanted)) => feedback::run(&wanted),
        Some(Command::Load(wanted)) => load::run(&wanted),
        Some(Command::Work(wanted)) => work(&wanted.flags).map(|()| ExitCode::SUCCESS),
        Some(Command::Publish(wanted)) => wanted.run().map(|()| ExitCode::SUCCESS),
        Some(Command::ScaleHint(wanted)) => wanted.run(),
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

fn work(flags: &Flags) -> anyhow::Result<()> {
    let InForce { settings, given } = InForce::find(flags)?;
    logging::start(&settings)?;
    panics::log_places();
    let listens = *given.origin(Key::Listen) != Origin::Default;
    serving::work(settings, listens)
}

fn show(flags: &Flags) -> anyhow::Result<()> {
    let text = InForce::find(flags)?.to_toml();
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}
