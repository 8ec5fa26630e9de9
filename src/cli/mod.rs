//! The command line: what did the user type, and how is it told what happened?
//!
//! Declarations are in [`args`], each command in a file of its own. Printing and progress bars live
//! here and nowhere else.

mod args;
mod evaluate;
mod predict;
mod progress;
mod score;
mod split;
mod train;

use std::path::Path;
use std::process::ExitCode;

use impute::model::Model;

use args::{Cli, Command, ModelArg};

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a usage error.
pub fn main() -> ExitCode {
    let cli = Cli::read();
    let ui = progress::Ui::new(cli.common.quiet);
    if let Some(threads) = cli.common.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        if let Err(error) = pool.build_global() {
            return fail(&anyhow::Error::new(error).context("cannot start the threads"));
        }
    }
    let done = match &cli.command {
        None => predict::run(&cli.predict, &ui),
        Some(Command::Predict(args)) => predict::run(args, &ui),
        Some(Command::Train(args)) => train::run(args, &ui),
        Some(Command::Evaluate(args)) => evaluate::run(args, &ui),
        Some(Command::Split(args)) => split::run(args, &ui),
        Some(Command::Score(args)) => score::run(args, &ui),
    };
    ui.clear();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<impute::Error>().is_some_and(impute::Error::is_broken_pipe)
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    anstream::eprintln!("{red}error{red:#}: {error:#}");
    ExitCode::FAILURE
}

/// Opens the model that was asked for, else the one that ships, and checks all of it: a damaged
/// model must not give a wrong answer.
fn open_model(arg: &ModelArg) -> impute::Result<Model> {
    let model = match &arg.model {
        Some(path) => Model::open(path)?,
        None => Model::shipped()?,
    };
    model.verify()?;
    Ok(model)
}

/// The last part of a path: enough to know a file by, without telling where it lies.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
