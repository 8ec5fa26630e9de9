//! The command that says which language a text is in, and those that train and measure what it uses.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::numbers::whole;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    override_usage = "impute language [OPTIONS] <TEXT>\n       impute language train <TSV>... -o <FILE>\n       impute language evaluate [CLASSIFIER] <TSV>",
    before_help = "\
Examples:
  impute language letters.txt              a language a line, how probable it is
  echo 'Guten Morgen' | impute language -
  impute language book.txt --whole
  impute language posts.txt --only en,de,fr --at-least 0.9
  impute language posts.txt --top 3 --json > languages.jsonl
  impute language train topics.tsv -o topics.kinds    labels of your own
  impute language evaluate topics.kinds held-out.tsv"
)]
pub struct Language {
    #[command(subcommand)]
    pub command: Option<LanguageCommand>,
    #[command(flatten)]
    pub identify: Identify,
}

#[derive(Debug, Subcommand)]
pub enum LanguageCommand {
    /// Train a classifier of texts from lines of a label, a tab and a text
    Train(LanguageTrain),
    /// Measure a classifier on texts with labels
    Evaluate(LanguageEvaluate),
}

#[derive(Debug, Args)]
pub struct Identify {
    /// Text, one a line; plain, gzip or zstd, `-` for standard input
    #[arg(value_name = "TEXT", required = true)]
    pub text: Option<PathBuf>,
    #[command(flatten)]
    pub classifier: ClassifierArg,
    /// What a text is
    #[arg(long, value_name = "PART", value_enum, default_value_t = By::Line, conflicts_with = "whole")]
    pub by: By,
    /// Take the whole file as one text
    #[arg(long)]
    pub whole: bool,
    /// Only these labels can be right: one of them is said of every text with letters that are known
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Say `unknown` where the likeliest label has less than this probability
    #[arg(long, value_name = "P", default_value_t = 0.0, hide_default_value = true, value_parser = probability)]
    pub at_least: f32,
    /// Print the N likeliest labels of every text, after `unknown` where that is said
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub top: Option<u16>,
    /// Print an object a text
    #[arg(long)]
    pub json: bool,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// A line
    Line,
    /// Lines up to an empty one
    Paragraph,
}

#[derive(Debug, Args)]
pub struct ClassifierArg {
    /// Classifier, as `impute language train` writes it, or `shipped` for the one of 38 languages that ships with the
    /// program
    #[arg(short, long, value_name = "FILE")]
    pub classifier: Option<PathBuf>,
}

fn probability(text: &str) -> Result<f32, String> {
    let p = text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    p.ok_or_else(|| "give a probability from 0 to 1".to_owned())
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute language train topics.tsv -o topics.kinds
  impute language train news.tsv.zst letters.tsv other.tsv -o languages.kinds
  impute language train topics.tsv --ngrams 50000 --steps 500000 -o a.kinds")]
pub struct LanguageTrain {
    /// Lines of a label, a tab and a text, for any number of labels. Texts of labels that begin with `other:`, or are
    /// `other`, show what is none of them
    #[arg(value_name = "TSV", required = true)]
    pub texts: Vec<PathBuf>,
    /// Where the classifier goes
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The same for texts like those to come, which probabilities are fitted to [default: one text of 20 is held out]
    #[arg(long, value_name = "TSV")]
    pub held_out: Vec<PathBuf>,
    /// How many n-grams get weights, 8 to 10 bytes of the file each for 40 to 60 labels
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..=4_000_000))]
    pub ngrams: u32,
    /// How many words, phrases and sentences to learn from
    #[arg(long, value_name = "N", default_value_t = 4_000_000, value_parser = whole::<u64>)]
    pub steps: u64,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Licence to record in the classifier
    #[arg(long, value_name = "TEXT")]
    pub license: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "impute language evaluate [OPTIONS] [CLASSIFIER] <TSV>",
    before_help = "\
Examples:
  impute language evaluate held-out.tsv
  impute language evaluate topics.kinds held-out.tsv
  impute language evaluate held-out.tsv --json > figures.json"
)]
pub struct LanguageEvaluate {
    /// A classifier, if not the shipped one, and lines of a label, a tab and a text. Labels that the classifier does
    /// not have are those of foreign texts. Accuracy is the mean over labels of the share of their texts that are
    /// recognised; ECE is the expected calibration error in points; words are one word, phrases two to four,
    /// sentences up to forty
    #[arg(value_name = "TSV", required = true, num_args = 1..=2)]
    pub files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
