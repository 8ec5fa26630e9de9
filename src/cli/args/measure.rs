//! The commands that measure: `evaluate`, `split`, `score`.

use std::path::PathBuf;

use clap::Args;

use super::html::HtmlArgs;
use super::model::ModelArg;
use super::numbers::whole;
use super::predict::MethodArg;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute evaluate held-out.txt --seed 1 --model news.impute
  impute evaluate test.csv solution.csv --rows rows.csv --calibration
  impute evaluate test.csv solution.csv --html report.html
  impute evaluate test.csv solution.csv --json > report.json")]
pub struct Evaluate {
    /// Whole sentences, from each of which one word is removed; or a test, followed by its SOLUTION
    #[arg(value_name = "HELDOUT|TEST")]
    pub input: PathBuf,
    /// The whole sentences of the test, rows joined by id
    #[arg(value_name = "SOLUTION", conflicts_with = "seed")]
    pub solution: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArg,
    /// Seed of the removal of words
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Measure one method only
    #[arg(long, value_enum)]
    pub method: Option<MethodArg>,
    /// Score the best words of every gap exactly, not only those of the likely gaps; slower
    #[arg(long)]
    pub exact: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Also print how sure the posterior was and how often it was right, and the expected and the actual
    /// distance, in ten rows each; the JSON report always has these
    #[arg(long)]
    pub calibration: bool,
    /// Also write a CSV with a row per sentence; gzip for a name that ends with .gz, zstd for .zst
    #[arg(long, value_name = "FILE")]
    pub rows: Option<PathBuf>,
    #[command(flatten)]
    pub html: HtmlArgs,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Example:
  impute split held-out.txt --test-out test.csv --solution-out solution.csv")]
pub struct Split {
    /// Whole sentences, one a line
    #[arg(value_name = "TEXT")]
    pub text: PathBuf,
    /// Seed of the removal of words
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Where the sentences without the word go; gzip for a name that ends with .gz, zstd for .zst
    #[arg(long, value_name = "FILE")]
    pub test_out: PathBuf,
    /// Where the whole sentences go, likewise
    #[arg(long, value_name = "FILE")]
    pub solution_out: PathBuf,
    /// Accept lines that are not UTF-8; their bytes are kept
    #[arg(long)]
    pub lossy: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Example:
  impute score submission.csv solution.csv")]
pub struct Score {
    /// The answers
    #[arg(value_name = "SUBMISSION")]
    pub submission: PathBuf,
    /// The whole sentences
    #[arg(value_name = "SOLUTION")]
    pub solution: PathBuf,
    /// Print mean, interval and number of rows as JSON
    #[arg(long)]
    pub json: bool,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}
