//! The commands that make a model of models: `mix`, `prune`.

use std::path::PathBuf;

use clap::Args;
use impute::make::Form;

use super::numbers::{Share, share};

#[derive(Debug, Args)]
#[command(
    override_usage = "impute mix [OPTIONS] <MODEL> <MODEL>... --on <TEXT>... --output <MODEL>",
    before_help = "\
Examples:
  impute mix news.impute law.impute --on contracts.txt -o contracts.impute
  impute mix a.impute b.impute shipped --on held-out.txt.gz -o mixed.impute
  zcat held-out.gz | impute mix a.impute b.impute --on - --no-lists -o m.impute"
)]
pub struct Mix {
    /// Models of any form and order, your own or made from ARPA files; `shipped` is the one that ships with the
    /// program. Their n-grams are mixed; nets and pairs of words are left out
    #[arg(value_name = "MODEL", required = true, num_args = 2..)]
    pub models: Vec<PathBuf>,
    /// Whole sentences of the kind that the mixture is for, which no model was trained on: one a line, spaces or
    /// tabs between tokens; `-` for standard input; plain, gzip, zstd or zip
    #[arg(long, value_name = "TEXT", required = true, num_args = 1..)]
    pub on: Vec<PathBuf>,
    /// Where to write the model, whole or not at all
    #[arg(short, long, value_name = "MODEL", required = true)]
    pub output: PathBuf,
    /// Fit the calibration to at most N sentences of the text, those with the lowest hashes; the weights are
    /// fitted to all
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    pub lines: u32,
    /// Leave out the posting lists, as `train --no-lists` does
    #[arg(long)]
    pub no_lists: bool,
    /// The same, compressed for shipping
    #[arg(long)]
    pub compact: bool,
    /// Accept lines that are not UTF-8; their broken words are unknown
    #[arg(long)]
    pub lossy: bool,
}

impl Mix {
    pub fn form(&self) -> Form {
        match (self.compact, self.no_lists) {
            (true, _) => Form::Compact,
            (false, true) => Form::Plain,
            (false, false) => Form::Lists,
        }
    }
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute prune news.impute --threshold 1e-8 -o smaller.impute
  impute prune shipped --threshold 1e-7 -o smaller.impute")]
pub struct Prune {
    /// Model file, of any form; `shipped` is the model that ships with the program
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// An n-gram goes if the perplexity of what the model itself would write rises by less than this share
    /// without it: 1e-9 prunes little, 1e-7 much
    #[arg(long, value_name = "SHARE", required = true, value_parser = share, allow_hyphen_values = true)]
    pub threshold: Share,
    /// Where to write the model, in the form of MODEL, whole or not at all
    #[arg(short, long, value_name = "MODEL", required = true)]
    pub output: PathBuf,
}
