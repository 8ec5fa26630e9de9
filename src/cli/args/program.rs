//! The program with all its commands, and the options that all of them have.

use std::ffi::OsString;
use std::io::{BufRead, IsTerminal};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::backoff::{Mix, Prune};
use super::cluster::Cluster;
use super::color::{ColorArg, color_of};
use super::drift::Drift;
use super::generate::Generate;
use super::language::Language;
use super::measure::{Evaluate, Score, Split};
use super::models::{Classes, Explain, Export, Fill, Inspect, Query, Tune};
use super::predict::Predict;
use super::repair::Repair;
use super::submission::{Check, Compare};
use super::tools::{Completions, Man};
use super::train::{Count, Merge, Train};
use super::usage;
use crate::cli::{mistyped, version};

const EXAMPLES: &str = "\
Examples:
  impute test.txt > submission.csv          answer the competition's test file
  impute repair letter.txt                  words missing in ordinary text
  impute notes.txt -o mended.txt            one word missing a line, tokenised:
  echo 'the dog the cat .' | impute -         spaces around words and marks
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
    override_usage = "impute [OPTIONS] [INPUT]...\n       impute <COMMAND> ..."
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
        let typed: Vec<OsString> = std::env::args_os().collect();
        let mut definitions = definitions().color(color_of(typed.iter().cloned()).into());
        if typed.len() == 1 && is_piped() {
            definitions = definitions.arg_required_else_help(false);
        }
        definitions.build();
        if let Some(what) = mistyped::command(typed.iter().skip(1).cloned(), &definitions) {
            usage::refuse(definitions, None, ErrorKind::InvalidSubcommand, &what);
        }
        let matches = usage::matches(&definitions, &typed);
        // Options of `impute INPUT` before another command would be lost.
        let typed = |id: &&&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let own =
            ["input", "model", "method", "insert", "exact", "format", "top", "output", "lossy"];
        if let (Some(command), Some(id)) = (matches.subcommand_name(), own.iter().find(typed)) {
            let what = format!("`{id}` belongs to `impute INPUT`; write options after `{command}`");
            usage::refuse(definitions, None, ErrorKind::ArgumentConflict, &what);
        }
        if lacks_input(&matches) && !is_piped() {
            let what = "no input; name it, pipe it in, or type it after `-`";
            let command = matches.subcommand_name();
            usage::refuse(definitions, command, ErrorKind::MissingRequiredArgument, what);
        }
        let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let top = |predict: &Predict| predict.top.misuse(predict.format).map(str::to_owned);
        let misuse = match &cli.command {
            None => top(&cli.predict),
            Some(Command::Predict(predict)) => top(predict),
            Some(Command::Repair(repair)) => repair.misuse(),
            Some(Command::Train(train)) => train.misuse(),
            Some(Command::Query(query)) => query.misuse(),
            Some(_) => None,
        };
        if let Some(what) = misuse {
            let command = matches.subcommand_name();
            usage::refuse(definitions, command, ErrorKind::ArgumentConflict, &what);
        }
        cli
    }
}

/// Whether the command reads standard input because nothing else was named.
fn lacks_input(matches: &ArgMatches) -> bool {
    let (id, matches) = match matches.subcommand() {
        None => ("input", matches),
        Some(("predict", matches)) => ("input", matches),
        Some(("explain" | "fill", matches)) => ("sentence", matches),
        Some(_) => return false,
    };
    matches.value_source(id) == Some(ValueSource::DefaultValue)
}

/// Whether there is something to read in standard input, other than what somebody types. It waits for the
/// first bytes of a pipe.
fn is_piped() -> bool {
    let input = std::io::stdin();
    !input.is_terminal() && input.lock().fill_buf().is_ok_and(|bytes| !bytes.is_empty())
}

/// The declarations of all commands and options.
pub fn definitions() -> clap::Command {
    // A negative number is a value out of range, not an unknown option.
    let numbers = |command: clap::Command| {
        command.mut_args(|arg| {
            let takes_numbers = arg.get_long().is_some() && arg.get_action().takes_values();
            arg.allow_negative_numbers(takes_numbers)
        })
    };
    numbers(Cli::command()).mut_subcommands(|command| numbers(command).mut_subcommands(numbers))
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
    /// Merge counts of parts of a text into counts of the whole
    Merge(Merge),
    /// Measure a model on held-out text, or on a test and its solution
    Evaluate(Evaluate),
    /// Fit the calibration of a model to sentences of your own
    Tune(Tune),
    /// Mix models, by weights fitted on held-out text
    Mix(Mix),
    /// Leave out the n-grams of a model that hardly matter
    Prune(Prune),
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
    /// Say whether new text has drifted away from old text, and by what
    Drift(Drift),
    /// Print the probability of every word of a text, and its perplexity
    Query(Query),
    /// Say which language a text is in, or train and measure a classifier of texts
    Language(Language),
    /// Say which words fit a hole in a sentence
    Fill(Fill),
    /// Say where a word is missing in a sentence, which one, and the evidence for it
    Explain(Explain),
    /// Say what is in a model
    Inspect(Inspect),
    /// Group the sentences of a text
    Cluster(Cluster),
    /// Put the words of a model into classes, by what its net knows of them
    Classes(Classes),
    /// Write a model as text for other tools
    Export(Export),
    /// Print the script that completes commands and options in a shell
    Completions(Completions),
    /// Print the manual page of the program or a command, or write all of them
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Common {
    /// Print errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print more: the model and its settings, threads, and at the end time and memory
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Whether help, notes, errors and the text of `explain` have colours [default: auto, on a terminal
    /// unless $NO_COLOR is set, or wherever $CLICOLOR_FORCE is]
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = ColorArg::Auto, hide_default_value = true)]
    pub color: ColorArg,
    /// Number of threads, of which no more than 8 per core are started; the output does not depend on it
    /// [default: $IMPUTE_THREADS, else one per core]
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}
