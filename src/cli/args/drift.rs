//! The command that compares two texts: `drift`.

use std::path::PathBuf;

use clap::Args;
use impute::kinds::drift::{FEWEST, LINES};

use super::numbers::whole;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute drift old.txt new.txt
  impute drift old.txt new.txt --model news.impute
  impute drift old.txt new.txt --html drift.html
  impute drift old.txt new.txt --alarm --json > drift.json || mail-somebody")]
pub struct Drift {
    /// Text of the kind that a model was trained on or tuned to, one sentence a line or the competition's CSV; for
    /// `--model`, none that the model has counted, since it knows that far too well
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Text that comes in now, likewise
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Also say how well this model knows both texts: unknown words, and the perplexity without them. `shipped` is
    /// the one that ships with the program
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Compare at most so many lines of each text, 200 or more: those with the lowest hashes
    #[arg(long, value_name = "N", default_value_t = LINES as u32, value_parser = clap::value_parser!(u32).range(FEWEST as i64..=1_000_000))]
    pub lines: u32,
    /// How many words, character n-grams and lines to show for each text
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5, value_parser = whole::<usize>)]
    pub count: usize,
    /// End with exit code 3 if the verdict is drift or strong
    #[arg(long)]
    pub alarm: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Also write the report as one page of HTML; it quotes the texts
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}
