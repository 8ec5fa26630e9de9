//! The program: reads what was typed, calls the command, and reports how it went.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;

use super::args::{Cli, Command};
use super::progress::{self, Ui};
use super::{
    check, classes, closed, cluster, compare, count, counted, drift, evaluate, explain, export,
    fill, generate, inspect, interrupt, language, manual, merge, mix, options, predict, prune,
    query, repair, resources, score, sentence, split, train, tune,
};

/// The exit code of an alarm.
const ALARM: u8 = 3;

/// Runs the program and returns its exit code: 0, 1 for an error, 2 for a usage error, 3 for an alarm that was asked
/// for.
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
    closed::refuse_standard_output();
    let done = run(&cli, &ui);
    ui.clear();
    progress::detail(|| summary(began));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<drift::Alarm>() => ExitCode::from(ALARM),
        Err(error) => fail(&sentence::instead(&cli, &error).map_or(error, anyhow::Error::msg)),
    }
}

/// More threads than this for each core are not started: they cannot be faster, and those without work slow
/// the others down when they look for it.
const MOST_A_CORE: usize = 8;

/// Starts as many threads as were asked for by option, else by variable, but no more than make sense.
fn start_threads(asked: Option<u16>) -> anyhow::Result<()> {
    let variable = || {
        let Some(value) = std::env::var_os("IMPUTE_THREADS").filter(|value| !value.is_empty())
        else {
            return Ok(None);
        };
        let threads = value.to_str().and_then(|text| text.parse::<u16>().ok());
        let threads = threads.filter(|threads| (1..=1024).contains(threads));
        threads.map(Some).ok_or_else(|| {
            anyhow::anyhow!("IMPUTE_THREADS: {value:?} is not a number of threads; give 1 to 1024")
        })
    };
    let threads = asked.map_or_else(variable, |threads| Ok(Some(threads)))?;
    if let Some(threads) = threads {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = usize::from(threads).min(MOST_A_CORE * cores);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global().context("cannot start the threads")?;
    }
    Ok(())
}

fn summary(began: Instant) -> String {
    let memory = match resources::peak_memory() {
        Some(bytes) => format!("{} of memory at the peak", impute::train::memory::bytes(bytes)),
        None => "memory unknown".to_owned(),
    };
    let (seconds, threads) = (began.elapsed().as_secs_f64(), rayon::current_num_threads());
    format!("{seconds:.2} s, {}, {memory}", counted(threads as u64, "thread"))
}

fn run(cli: &Cli, ui: &Ui) -> anyhow::Result<()> {
    match &cli.command {
        None => predict::run(&cli.predict, ui),
        Some(Command::Predict(args)) => predict::run(args, ui),
        Some(Command::Train(args)) => train::run(args, ui),
        Some(Command::Count(args)) => count::run(args, ui),
        Some(Command::Merge(args)) => merge::run(args, ui),
        Some(Command::Evaluate(args)) => evaluate::run(args, ui),
        Some(Command::Tune(args)) => tune::run(args, ui),
        Some(Command::Mix(args)) => mix::run(args, ui),
        Some(Command::Prune(args)) => prune::run(args, ui),
        Some(Command::Generate(args)) => generate::run(args, ui),
        Some(Command::Repair(args)) => repair::run(args, ui),
        Some(Command::Split(args)) => split::run(args, ui),
        Some(Command::Score(args)) => score::run(args, ui),
        Some(Command::Compare(args)) => compare::run(args, ui),
        Some(Command::Check(args)) => check::run(args, ui),
        Some(Command::Drift(args)) => drift::run(args, ui),
        Some(Command::Query(args)) => query::run(args, ui),
        Some(Command::Language(args)) => language::run(args, ui),
        Some(Command::Fill(args)) => fill::run(args, ui),
        Some(Command::Explain(args)) => explain::run(args, ui),
        Some(Command::Inspect(args)) => inspect::run(args, ui),
        Some(Command::Cluster(args)) => cluster::run(args, ui),
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
    progress::tell_error(&options::told(error));
    ExitCode::FAILURE
}
