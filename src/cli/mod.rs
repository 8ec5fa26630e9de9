//! The command line: what did the user type, and how is it told what happened?
//!
//! Declarations are in [`args`], each command in a file of its own. Printing and progress bars live
//! here and nowhere else.

mod args;
mod check;
mod checked;
mod classes;
mod compare;
mod count;
mod evaluate;
mod excerpt;
mod explain;
mod export;
mod fill;
mod generate;
mod html;
mod inspect;
mod interrupt;
mod jsonl;
mod manual;
mod mistyped;
mod net;
mod predict;
mod progress;
mod query;
mod repair;
mod resources;
mod score;
mod split;
mod train;
mod tune;
mod version;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;

use impute::model::Model;
use impute::solve::Effort;
use impute::text::output::same_file;

use args::{Cli, Command, ModelArg};
use checked::Whole;
use progress::Ui;

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a usage error.
pub fn main() -> ExitCode {
    let began = Instant::now();
    let cli = Cli::read();
    anstream::ColorChoice::from(cli.common.color).write_global();
    progress::set_verbose(cli.common.verbose);
    let ui = progress::Ui::new(cli.common.quiet);
    let ready = interrupt::clean_up().context("cannot start the threads");
    if let Err(error) = ready.and_then(|()| start_threads(cli.common.threads)) {
        return fail(&error);
    }
    let done = run(&cli, &ui);
    ui.clear();
    progress::detail(|| summary(began));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Starts as many threads as were asked for by option, else by variable.
fn start_threads(asked: Option<u16>) -> anyhow::Result<()> {
    let variable = || {
        let Some(value) = std::env::var_os("IMPUTE_THREADS").filter(|value| !value.is_empty())
        else {
            return Ok(None);
        };
        let threads = value.to_str().and_then(|text| text.parse::<u16>().ok());
        let threads = threads.filter(|threads| (1..=1024).contains(threads));
        threads.map(Some).ok_or_else(|| {
            anyhow::anyhow!("IMPUTE_THREADS: {value:?} is no number of threads; give 1 to 1024")
        })
    };
    let threads = asked.map_or_else(variable, |threads| Ok(Some(threads)))?;
    if let Some(threads) = threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().context("cannot start the threads")?;
    }
    Ok(())
}

/// What the work took.
fn summary(began: Instant) -> String {
    let memory = match resources::peak_memory() {
        Some(bytes) => format!("{} of memory at the peak", impute::train::memory::bytes(bytes)),
        None => "memory unknown".to_owned(),
    };
    let (seconds, threads) = (began.elapsed().as_secs_f64(), rayon::current_num_threads());
    format!("{seconds:.2} s, {threads} threads, {memory}")
}

fn run(cli: &Cli, ui: &Ui) -> anyhow::Result<()> {
    match &cli.command {
        None => predict::run(&cli.predict, ui),
        Some(Command::Predict(args)) => predict::run(args, ui),
        Some(Command::Train(args)) => train::run(args, ui),
        Some(Command::Count(args)) => count::run(args, ui),
        Some(Command::Evaluate(args)) => evaluate::run(args, ui),
        Some(Command::Tune(args)) => tune::run(args, ui),
        Some(Command::Generate(args)) => generate::run(args, ui),
        Some(Command::Repair(args)) => repair::run(args, ui),
        Some(Command::Split(args)) => split::run(args, ui),
        Some(Command::Score(args)) => score::run(args, ui),
        Some(Command::Compare(args)) => compare::run(args, ui),
        Some(Command::Check(args)) => check::run(args, ui),
        Some(Command::Query(args)) => query::run(args, ui),
        Some(Command::Fill(args)) => fill::run(args, ui),
        Some(Command::Explain(args)) => explain::run(args, ui),
        Some(Command::Inspect(args)) => inspect::run(args, ui),
        Some(Command::Classes(args)) => classes::run(args, ui),
        Some(Command::Export(args)) => export::run(args, ui),
        Some(Command::Completions(args)) => manual::completions(args),
        Some(Command::Man(args)) => manual::man(args),
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

/// The file of the model that was asked for, by option or environment; `None` for the one that ships.
fn model_file(arg: &ModelArg) -> Option<PathBuf> {
    arg.model.clone().or_else(model_of_environment)
}

fn model_of_environment() -> Option<PathBuf> {
    std::env::var_os("IMPUTE_MODEL").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Opens the model that was asked for, else the one that ships; and whether it is [`Whole`].
fn open_model(arg: &ModelArg, need: Need) -> anyhow::Result<(Model, Whole)> {
    let (model, whole) = match &arg.model {
        Some(path) => checked::open(path, need)?,
        None => match model_of_environment() {
            Some(path) => checked::open(&path, need).context("IMPUTE_MODEL")?,
            None => match need {
                Need::Lists => (Model::shipped()?, Whole::known()),
                Need::Ngrams | Need::Header => (Model::shipped_without_lists()?, Whole::known()),
            },
        },
    };
    progress::detail(|| described(&model));
    Ok((model, whole))
}

/// A model and its settings, in two lines.
fn described(model: &Model) -> String {
    let header = model.header();
    let net = match &header.net {
        Some(net) => format!("net of {} words", net.shape.words),
        None => "no net".to_owned(),
    };
    let parameters: Vec<String> = (header.calibration.parameters().into_iter())
        .filter(|(_, value)| *value != 0.0)
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    format!(
        "model: {}, {}, order {}, {} n-grams, {net}, {}\ncalibration: {}",
        model.name(),
        impute::train::memory::bytes(model.size() as u64),
        header.order,
        header.ngrams.iter().sum::<u64>(),
        header.provenance.program,
        parameters.join(", "),
    )
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
    /// What it says of itself, with a checksum of its own that opening compares.
    Header,
}

/// The last part of a path: enough to know a file by, without telling where it lies.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
