//! `impute INPUT`, the command without a name.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use impute::solve::Method;

use super::form::{FormatArg, InsertArg};
use super::jsonl::Top;
use super::model::ModelArg;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute predict test.txt > submission.csv
  impute predict notes.txt --insert any
  impute predict notes.txt --format kaggle -o submission.csv
  impute predict notes.txt --format jsonl -k 10 -o answers.jsonl
  zcat test.txt.gz | impute predict - -m news.impute -q > submission.csv")]
pub struct Predict {
    /// The competition's CSV, or plain text with one sentence a line and spaces between all tokens, marks
    /// too (for any other text there is `impute repair`), or several such texts; `-` for standard input,
    /// which is read too if something is piped in and nothing named; plain, gzip, zstd or zip
    #[arg(value_name = "INPUT", default_value = "-", hide_default_value = true)]
    pub input: Vec<PathBuf>,
    #[command(flatten)]
    pub model: ModelArg,
    /// How to answer
    #[arg(long, value_enum, default_value_t = MethodArg::Posterior)]
    pub method: MethodArg,
    /// What may be inserted [default: any in the competition's CSV, word in plain text]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub insert: Option<InsertArg>,
    /// Score the best words of every gap exactly, not only those of the likely gaps; slower
    #[arg(long)]
    pub exact: bool,
    /// Form of input and output [default: detected by content]. `text` reads and writes lines as they are;
    /// `kaggle` writes the competition's CSV, and numbers the lines of plain text from 1; `jsonl` reads
    /// either and writes a JSON object per sentence
    #[arg(long, value_enum)]
    pub format: Option<FormatArg>,
    #[command(flatten)]
    pub top: Top,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Accept lines that are not UTF-8; their bytes are kept
    #[arg(long)]
    pub lossy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// The calibrated posterior of gap and word, and the answer with the least expected distance
    Posterior,
    /// The classic: the gap with the lowest n-gram likelihood, and the likeliest word there
    MinLikelihood,
}

impl From<MethodArg> for Method {
    fn from(arg: MethodArg) -> Self {
        match arg {
            MethodArg::Posterior => Method::Posterior,
            MethodArg::MinLikelihood => Method::MinLikelihood,
        }
    }
}
