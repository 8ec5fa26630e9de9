//! What can be typed: every command and option, in one place.

mod generate;
mod html;
mod jsonl;
mod measure;
mod models;
mod repair;
mod submission;
#[cfg(test)]
mod tests;
mod tools;
mod train;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use impute::solve::Method;
use impute::text::rows::Format;

use super::{mistyped, version};

pub use generate::Generate;
pub use html::HtmlArgs;
pub use jsonl::Top;
pub use measure::{Evaluate, Score, Split};
pub use models::{Classes, Explain, Export, Fill, Inspect, Query, Tune};
pub use repair::{Form, Repair};
pub use submission::{Check, Compare};
pub use tools::{Completions, Man};
pub use train::{Count, Means, Train};

const EXAMPLES: &str = "\
Examples:
  impute test.txt > submission.csv          answer the competition's test file
  impute notes.txt -o mended.txt            restore words in plain text
  echo 'the dog the cat .' | impute -       a single sentence
  impute repair letter.txt                  words missing in ordinary text
  impute train news.txt.zst -o news.impute  train on your own text
  impute test.txt --model news.impute -o submission.csv
  impute evaluate held-out.txt --seed 1     measure how good that is
  impute tune news.impute --on letters.txt  fit it to text of another kind
  impute check submission.csv --against test.txt
  impute generate -n 20                     new sentences, drawn from the model";

const CITATION: &str = concat!(
    "Citation:
  @software{impute, title = {impute}, author = {the impute authors}, version = {",
    env!("CARGO_PKG_VERSION"),
    "}}
  It rests on
  Heafield, Pouzyrevsky, Clark & Koehn (2013): Scalable Modified Kneser-Ney
    Language Model Estimation. ACL.
  Chen & Goodman (1998): An Empirical Study of Smoothing Techniques for
    Language Modeling. TR-10-98, Harvard University.
  Chelba et al. (2013): One Billion Word Benchmark for Measuring Progress in
    Statistical Language Modeling. arXiv:1312.3005."
);

/// Finds the gap in a sentence and restores the missing word, with an n-gram language model.
#[derive(Debug, Parser)]
#[command(
    name = "impute",
    version = version::SHORT,
    long_version = version::LONG.as_str(),
    before_help = EXAMPLES,
    after_help = CITATION,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    override_usage = "impute [OPTIONS] <INPUT>\n       impute <COMMAND> ..."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub predict: Predict,
    #[command(flatten)]
    pub common: Common,
}

impl Cli {
    /// What was typed; the process ends here for help, the version, and usage errors.
    pub fn read() -> Self {
        let mut definitions = definitions().color(color_of(std::env::args_os()).into());
        definitions.build();
        if let Some(what) = mistyped::command(std::env::args_os().skip(1), &definitions) {
            definitions.clone().error(ErrorKind::InvalidSubcommand, what).exit();
        }
        let matches = definitions.clone().get_matches();
        // Options of `impute INPUT` in front of another command would be lost.
        let typed = |id: &&&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let own = ["input", "model", "method", "exact", "format", "top", "output", "lossy"];
        if let (Some(command), Some(id)) = (matches.subcommand_name(), own.iter().find(typed)) {
            let what =
                format!("`{id}` belongs to `impute INPUT`; write options behind `{command}`");
            definitions.error(ErrorKind::ArgumentConflict, what).exit();
        }
        let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let predict = match &cli.command {
            None => Some(&cli.predict),
            Some(Command::Predict(predict)) => Some(predict),
            Some(_) => None,
        };
        if let Some(what) = predict.and_then(|predict| predict.top.misuse(predict.format)) {
            definitions.error(ErrorKind::ArgumentConflict, what).exit();
        }
        let repair = match &cli.command {
            Some(Command::Repair(repair)) => repair.misuse(),
            _ => None,
        };
        if let Some(what) = repair {
            definitions.error(ErrorKind::ArgumentConflict, what).exit();
        }
        cli
    }
}

/// All commands and options, for whoever makes something of them.
pub fn definitions() -> clap::Command {
    Cli::command()
}

/// The value of `--color`, which must be known before all else is read: errors have colours too.
fn color_of(arguments: impl Iterator<Item = OsString>) -> ColorArg {
    let mut color = ColorArg::Auto;
    let arguments: Vec<OsString> = arguments.take_while(|argument| argument != "--").collect();
    for (i, argument) in arguments.iter().enumerate() {
        let Some(argument) = argument.to_str() else { continue };
        let value = match argument == "--color" {
            true => arguments.get(i + 1).and_then(|value| value.to_str()),
            false => argument.strip_prefix("--color="),
        };
        // A wrong value is an error that clap tells of.
        if let Some(Ok(value)) = value.map(|value| ColorArg::from_str(value, false)) {
            color = value;
        }
    }
    color
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer sentences with a missing word (what `impute INPUT` does)
    Predict(Predict),
    /// Put missing words back into ordinary text: any number in a sentence, or none
    Repair(Repair),
    /// Train a model on text
    Train(Train),
    /// Count a part of a text, for `train --counts`
    Count(Count),
    /// Measure a model on held-out text, or on a test and its solution
    Evaluate(Evaluate),
    /// Fit the calibration of a model to sentences of your own
    Tune(Tune),
    /// Write new sentences, drawn from a model
    Generate(Generate),
    /// Remove one word from each sentence of a text: a test and its solution
    Split(Split),
    /// Score a submission against a solution
    Score(Score),
    /// Say which of two submissions is better, how sure that is, and where they differ
    Compare(Compare),
    /// Say what is wrong with a submission before it is uploaded
    Check(Check),
    /// Print the probability of every word of a text, and its perplexity
    Query(Query),
    /// Say which words fit a hole in a sentence
    Fill(Fill),
    /// Say where a word is missing in a sentence, which one, and what speaks for it
    Explain(Explain),
    /// Say what is in a model
    Inspect(Inspect),
    /// List the word classes of a model
    Classes(Classes),
    /// Write a model as text for other tools
    Export(Export),
    /// Print what lets a shell complete commands and options
    Completions(Completions),
    /// Print the manual page of the program or a command, or write all of them
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Common {
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: the model and its settings, threads, and in the end time and memory
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Whether help, notes, errors and the text of `explain` have colours [default: auto, where they go to
    /// a terminal, unless $NO_COLOR is set, or where $CLICOLOR_FORCE is]
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = ColorArg::Auto, hide_default_value = true)]
    pub color: ColorArg,
    /// Number of threads; the output does not depend on it [default: $IMPUTE_THREADS, else one per
    /// core]
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// When there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// Where they can be seen
    Auto,
    /// Into files and pipes too
    Always,
    /// Not at all
    Never,
}

impl From<ColorArg> for clap::ColorChoice {
    fn from(arg: ColorArg) -> Self {
        match arg {
            ColorArg::Auto => clap::ColorChoice::Auto,
            ColorArg::Always => clap::ColorChoice::Always,
            ColorArg::Never => clap::ColorChoice::Never,
        }
    }
}

impl From<ColorArg> for anstream::ColorChoice {
    fn from(arg: ColorArg) -> Self {
        match arg {
            ColorArg::Auto => anstream::ColorChoice::Auto,
            ColorArg::Always => anstream::ColorChoice::Always,
            ColorArg::Never => anstream::ColorChoice::Never,
        }
    }
}

#[derive(Debug, Args)]
pub struct ModelArg {
    /// Model file [default: the one that $IMPUTE_MODEL names, else the one that ships with the
    /// program]
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute predict test.txt > submission.csv
  impute predict notes.txt --format kaggle -o submission.csv
  impute predict notes.txt --format jsonl -k 10 -o answers.jsonl
  zcat test.txt.gz | impute predict - -m news.impute -q > submission.csv")]
pub struct Predict {
    /// The competition's CSV or plain text with one sentence a line; `-` for standard input; plain,
    /// gzip or zstd
    #[arg(value_name = "INPUT", required = true)]
    pub input: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArg,
    /// How to answer
    #[arg(long, value_enum, default_value_t = MethodArg::Posterior)]
    pub method: MethodArg,
    /// Score the best words of every gap exactly, not only those of the likely gaps; slower
    #[arg(long)]
    pub exact: bool,
    /// Form of input and output [default: found by content]. `text` reads and writes lines as they
    /// are; `kaggle` writes the competition's CSV, and numbers the lines of plain text from 1; `jsonl`
    /// reads either and writes a JSON object a sentence
    #[arg(long, value_enum)]
    pub format: Option<FormatArg>,
    #[command(flatten)]
    pub top: Top,
    /// Write here instead of to standard output, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Go on where a line is not UTF-8; its bytes are kept
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// One sentence a line
    Text,
    /// The competition's CSV
    Kaggle,
    /// A JSON object a line for every sentence, with probabilities, gains and alternatives; of output
    /// only
    Jsonl,
}

impl FormatArg {
    /// The form of rows; `None` for objects, whose input is found by content.
    pub fn rows(self) -> Option<Format> {
        match self {
            FormatArg::Text => Some(Format::Text),
            FormatArg::Kaggle => Some(Format::Kaggle),
            FormatArg::Jsonl => None,
        }
    }
}
