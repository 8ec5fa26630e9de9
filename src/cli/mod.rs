//! The command line: what did the user type, and how is it told what happened?
//!
//! Declarations are in [`args`], each command in a file of its own. Printing and progress bars live
//! here and nowhere else.

mod args;
mod classes;
mod count;
mod evaluate;
mod explain;
mod export;
mod fill;
mod generate;
mod import;
mod inspect;
mod jsonl;
mod net;
mod predict;
mod progress;
mod query;
mod resources;
mod resume;
mod score;
mod small_form;
mod split;
mod train;
mod tune;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use impute::model::Model;
use impute::solve::Effort;
use impute::text::output::same_file;

use args::{Cli, Command, ModelArg};

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a usage error.
pub fn main() -> ExitCode {
    let cli = Cli::read();
    clean_up_on_interrupt();
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
        Some(Command::Count(args)) => count::run(args, &ui),
        Some(Command::Evaluate(args)) => evaluate::run(args, &ui),
        Some(Command::Tune(args)) => tune::run(args, &ui),
        Some(Command::Generate(args)) => generate::run(args, &ui),
        Some(Command::Split(args)) => split::run(args, &ui),
        Some(Command::Score(args)) => score::run(args, &ui),
        Some(Command::Query(args)) => query::run(args, &ui),
        Some(Command::Fill(args)) => fill::run(args, &ui),
        Some(Command::Explain(args)) => explain::run(args, &ui),
        Some(Command::Inspect(args)) => inspect::run(args, &ui),
        Some(Command::Classes(args)) => classes::run(args, &ui),
        Some(Command::Export(args)) => export::run(args, &ui),
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
    progress::tell(&format!("{red}error{red:#}: {error:#}"));
    ExitCode::FAILURE
}

/// On an interrupt, takes away what is half written and ends as the shell expects.
fn clean_up_on_interrupt() {
    let handler = || {
        impute::text::output::remove_unfinished();
        std::process::exit(130);
    };
    // Without a handler an interrupt still ends the program; only a temporary file would stay.
    let _ = ctrlc::set_handler(handler);
}

/// Refuses to write over a file that is being read.
fn refuse_replacing(output: Option<&Path>, input: Option<&Path>) -> anyhow::Result<()> {
    match (output, input) {
        (Some(output), Some(input)) if same_file(output, input) => {
            anyhow::bail!(
                "{}: the output would replace this input; name another file",
                input.display()
            )
        }
        _ => Ok(()),
    }
}

/// Refuses to read standard input as two files.
fn refuse_reading_twice<'a>(inputs: impl Iterator<Item = &'a PathBuf>) -> anyhow::Result<()> {
    match inputs.filter(|input| *input == Path::new("-")).nth(1) {
        Some(_) => anyhow::bail!("-: standard input can be read only once; name files as well"),
        None => Ok(()),
    }
}

/// Opens the model that was asked for, else the one that ships. Only lengths are checked: reading all
/// of a large model would take longer than most commands.
fn open_model(arg: &ModelArg, need: Need) -> anyhow::Result<Model> {
    let open = |path: &Path| match need {
        Need::Lists => Model::open(path),
        Need::Ngrams => Model::open_without_lists(path),
    };
    Ok(match &arg.model {
        Some(path) => open(path)?,
        None => match std::env::var_os("IMPUTE_MODEL").filter(|path| !path.is_empty()) {
            Some(path) => open(Path::new(&path)).context("IMPUTE_MODEL")?,
            None => match need {
                Need::Lists => Model::shipped()?,
                Need::Ngrams => Model::shipped_without_lists()?,
            },
        },
    })
}

/// How much is looked up.
fn effort(exact: bool) -> Effort {
    if exact { Effort::Exact } else { Effort::Fast }
}

/// What of a model a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The posting lists too: it fills gaps.
    Lists,
    /// Probabilities only.
    Ngrams,
}

/// The last part of a path: enough to know a file by, without telling where it lies.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
