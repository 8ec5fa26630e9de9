//! What can be typed after `impute-serve feedback`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use crate::task;

/// Write out what was said about answers, draw answers to be labelled, take labels in
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve feedback export reports              files in the folder reports, while the service runs
  impute-serve feedback sample -n 200 -o labels.jsonl
  impute-serve feedback import labels.jsonl         once the verdicts are filled in

  impute evaluate reports/test.csv reports/solution.csv
  impute tune shipped --on reports/whole.txt -o tuned.impute")]
pub struct Args {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// What is done with what was said. The help of each is that of its arguments.
#[derive(Subcommand, Debug, Clone)]
pub enum Command {
    Export(Export),
    Sample(Sample),
    Import(Import),
}

/// Where the database is.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Data {
    /// Read this SQLite file; the service may be using it [default: as the service would find it]
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Read this PostgreSQL database, where many machines work together [env: IMPUTE_SERVE_DATABASE]
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub database: Option<String>,
    /// Read the settings of the service from this TOML file [env: IMPUTE_SERVE_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}

/// Write everything that was said: to measure on, to learn from, and as JSON lines
///
/// test.csv and solution.csv have the competition's form, for `impute evaluate` and `impute compare`; whole.txt has
/// whole sentences, for `impute tune --on` and `impute train`; feedback.jsonl has all that was said. Whole sentences
/// are known only of the task impute: the answer, if it was right and a word went in; else what was meant, if that
/// was said.
///
/// What is learned from is never measured on: a hash of the whole sentence decides on which side it is, in every
/// export. Keep to one --evaluate: a larger one moves sentences that may have been learned from.
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve feedback export reports
  impute-serve feedback export reports --data /var/lib/impute/jobs.sqlite --evaluate 50")]
pub struct Export {
    /// Put the files here; it is made if it is not there
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Keep so many percent of the sentences for measuring
    #[arg(long, value_name = "PERCENT", default_value = "30", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub evaluate: u32,
    #[command(flatten)]
    pub data: Data,
}

/// Draw answers at random, to be labelled: reports alone are biased towards errors
///
/// Every finished job whose text is still there is as likely as any other; rows of batches and calls that were
/// answered at once are not kept one by one, and cannot be drawn. One JSON object a line: fill in `verdict` (right
/// or wrong) and, if it is known, `word` with `gap`, or `sentence`; leave what you cannot tell as it is. Then run
/// `impute-serve feedback import FILE`. A larger sample with the same seed begins with the smaller.
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve feedback sample -n 200 -o labels.jsonl
  impute-serve feedback sample -n 500 --seed 7 --task repair")]
pub struct Sample {
    /// How many answers
    #[arg(short = 'n', long, value_name = "N", default_value = "200", value_parser = number)]
    pub number: u32,
    /// Another seed, another sample
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: u64,
    /// Only of this task [default: all]
    #[arg(long, value_enum)]
    pub task: Option<Task>,
    /// Write here [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

/// Send labels to the running service
///
/// The lines are those of `impute-serve feedback sample` with `verdict` filled in; others are passed over. All are
/// read before the first is sent. It works while the service runs, and only then: labels are checked as reports are,
/// and marked as those of a sample, which takes a token that is marked `admin` where there are tokens. Sending them
/// twice changes nothing.
///
/// The exit code is 1 if a label was refused.
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve feedback import labels.jsonl
  impute-serve feedback import labels.jsonl --url http://127.0.0.1:9000")]
pub struct Import {
    /// The labels; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the service is: http://HOST:PORT (no TLS)
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8642")]
    pub url: String,
    /// The token to send [default: $IMPUTE_SERVE_TOKEN, if set]
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
}

/// How many answers may be drawn.
fn number(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number) if (1..=1_000_000).contains(&number) => Ok(number),
        _ => Err("give a whole number from 1 to 1,000,000".to_owned()),
    }
}

/// A task, as it is typed.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The missing word of a tokenised sentence
    Impute,
    /// The missing words of ordinary text
    Repair,
    /// The language of a text
    Language,
}

impl From<Task> for task::Task {
    fn from(task: Task) -> Self {
        match task {
            Task::Impute => task::Task::Impute,
            Task::Repair => task::Task::Repair,
            Task::Language => task::Task::Language,
        }
    }
}
