//! `impute repair`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use impute::repair::odds::SURE;

use super::filter::LanguageArg;
use super::model::ModelArg;
use super::numbers::{Share, share, whole};

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute repair letter.txt -o mended.txt
  impute repair letter.txt --suggest --false-alarms 1/500
  impute repair a.txt --suggest=diff > a.diff; patch a.txt a.diff
  impute repair letter.txt --language en -o mended.txt
  impute repair held-out.txt --measure --model news.impute")]
pub struct Repair {
    /// Ordinary text, as people write it: sentences wrapped or not, any number of words missing, `-` for
    /// standard input; plain, gzip, zstd or zip
    #[arg(value_name = "INPUT", default_value = "-")]
    pub input: PathBuf,
    #[command(flatten)]
    pub model: ModelArg,
    /// The share of words and marks believed to be missing beforehand, as 1/100, 0.01 or 1%
    #[arg(long, value_name = "P", value_parser = prior, default_value = "1/100")]
    pub prior: Share,
    /// Take the prior that makes this many insertions per word or mark where nothing is missing, as 1/1000
    /// or 0.001, on the text that the model was fitted to
    #[arg(long, value_name = "RATE", value_parser = share, conflicts_with = "prior")]
    pub false_alarms: Option<Share>,
    /// Insert words of at least this probability [default: 0.5; with --suggest 0.2]. Not with
    /// --false-alarms, whose rates are for 0.5, unless with --suggest
    #[arg(long, value_name = "P", value_parser = share)]
    pub at_least: Option<Share>,
    /// Change nothing, but say what might be missing and where, with alternatives: as JSON lines, or as a
    /// diff for `patch`
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "jsonl", conflicts_with = "measure")]
    pub suggest: Option<Form>,
    /// Assume that nothing is missing, remove zero, one and two words from each sentence, repair it, and
    /// say how much of that was right
    #[arg(long)]
    pub measure: bool,
    /// Seed of the removal of words
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>, requires = "measure")]
    pub seed: u64,
    /// Print what was measured as JSON
    #[arg(long, requires = "measure")]
    pub json: bool,
    #[command(flatten)]
    pub language: LanguageArg,
    /// Score the best words of every gap exactly, not only those of the likely gaps; slower
    #[arg(long)]
    pub exact: bool,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Accept text that is not UTF-8; its bytes are kept
    #[arg(long)]
    pub lossy: bool,
}

impl Repair {
    /// Why these options make no sense together, if they make none.
    pub fn misuse(&self) -> Option<String> {
        let both = self.false_alarms.is_some() && self.at_least.is_some();
        (both && self.suggest.is_none()).then(|| {
            format!("--at-least: the rates of --false-alarms are for insertions of at least {SURE}; leave one out")
        })
    }
}

/// How suggestions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A JSON object per suggestion, one per line
    Jsonl,
    /// A unified diff
    Diff,
}

/// A share of at most a half.
fn prior(text: &str) -> Result<Share, String> {
    match share(text)? {
        prior if prior.value <= 0.5 => Ok(prior),
        _ => Err("at most every second word can be missing; give 1/2 or less".to_owned()),
    }
}
