//! `impute generate`.

use std::path::PathBuf;

use clap::Args;

use super::model::ModelArg;
use super::numbers::whole;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute generate -n 20 --model titles.impute --novel titles.txt
  impute generate -n 5 --prompt 'The president' --temperature 0.7
  impute generate -n 30000000 --model news.impute --seed 2 -o invented.txt")]
pub struct Generate {
    /// How many sentences to write, one a line
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = whole::<u64>)]
    pub count: u64,
    #[command(flatten)]
    pub model: ModelArg,
    /// Begin every sentence with these words, separated by spaces
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub prompt: String,
    /// Let a word depend on at most K - 1 words before it [default: the model's order]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..))]
    pub order: Option<u8>,
    /// Draw from P(w|h)^(1/T), normalised: below 1 likely words are drawn more often, above 1 less often
    #[arg(
        long,
        value_name = "T",
        default_value_t = 1.0,
        value_parser = temperature
    )]
    pub temperature: f64,
    /// Draw from the K most probable words only
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    pub top_k: Option<u32>,
    /// The same seed gives the same sentences
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Leave out sentences that are lines of this text, and draw others instead; plain, gzip, zstd,
    /// zip
    #[arg(long, value_name = "TEXT")]
    pub novel: Option<PathBuf>,
    /// End a sentence after N words, not counting the prompt's
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_words: u32,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

fn temperature(text: &str) -> Result<f64, String> {
    let number = text.parse().map_err(|_| "not a number".to_owned())?;
    match number > 0.0 && f64::is_finite(number) {
        true => Ok(number),
        false => Err("give a finite number above 0".to_owned()),
    }
}
