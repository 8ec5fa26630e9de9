//! The commands that look at submissions, besides `score`.

use std::path::PathBuf;

use clap::Args;
use impute::interval::bootstrap::{RESAMPLES, SEED};

use super::numbers::whole;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute compare a.csv b.csv solution.csv
  impute compare a.csv b.csv solution.csv -n 20
  impute compare a.csv b.csv solution.csv --json > comparison.json")]
pub struct Compare {
    /// The answers of A
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// The answers of B to the same test
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// The whole sentences; rows are joined by id
    #[arg(value_name = "SOLUTION")]
    pub solution: PathBuf,
    /// How many of the sentences that differ most to show, in each direction
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5, value_parser = whole::<usize>)]
    pub count: usize,
    /// How many times to resample the sentences; p cannot be smaller than 1 / (N + 1)
    #[arg(long, value_name = "N", default_value_t = RESAMPLES, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub resamples: u32,
    /// Seed of the resampling
    #[arg(long, value_name = "N", default_value_t = SEED, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "impute check [OPTIONS] <SUBMISSION> --against <TEST>",
    before_help = "\
Examples:
  impute check submission.csv --against test.csv
  impute check submission.csv.gz --against test.csv --all
  impute check submission.csv --against test.csv --json > findings.json"
)]
pub struct Check {
    /// The answers, as they are to be uploaded; plain, gzip, zstd or zip, `-` for standard input
    #[arg(value_name = "SUBMISSION")]
    pub submission: PathBuf,
    /// The test that they answer
    #[arg(long, value_name = "TEST")]
    pub against: PathBuf,
    /// List every finding, not only the first 20 errors and 20 warnings
    #[arg(long)]
    pub all: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Take bytes that are not UTF-8 as they are
    #[arg(long)]
    pub lossy: bool,
}
