//! `impute cluster`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::memory::Memory;
use super::model::ModelArg;
use super::numbers::whole;

#[derive(Debug, Args)]
#[command(
    override_usage = "impute cluster [OPTIONS] [TEXT]
       impute cluster [OPTIONS] --rows <ROWS>",
    before_help = "\
Examples:
  impute cluster letters.txt -k 20 --summary
  impute cluster news.txt.zst -k 100 --by form -o out.tsv --html out.html
  zcat news.txt.gz | impute cluster - --silhouette 10,20,50,100
  impute cluster --rows rows.csv -k 8 --summary"
)]
pub struct Cluster {
    /// Text, one sentence a line; plain, gzip, zstd or zip [default: standard input, as `-`]
    #[arg(value_name = "TEXT")]
    pub text: Option<PathBuf>,
    /// Group the sentences that `impute evaluate --rows` wrote here and that its first method got wrong; every line
    /// begins with their id
    #[arg(long, value_name = "ROWS", conflicts_with = "text")]
    pub rows: Option<PathBuf>,
    /// How many clusters; there are fewer where there are fewer different sentences
    #[arg(short, long = "clusters", value_name = "K", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=16384))]
    pub k: u16,
    /// Group by the words and pieces of words of a sentence (`form`), or by what the model's net knows of its words
    /// (`meaning`) [default: meaning; form for a model without a net]
    #[arg(long, value_name = "WHAT")]
    pub by: Option<ByArg>,
    #[command(flatten)]
    pub model: ModelArg,
    /// Print the clusters only, each with its size, its cohesion (the mean cosine of sentence and centre), the words that
    /// tell most and the three most central sentences
    #[arg(long)]
    pub summary: bool,
    /// Print a JSON object for every sentence, and one for the summary
    #[arg(long)]
    pub json: bool,
    /// Print, for each of these numbers of clusters, how well the sample falls into as many (the simplified
    /// silhouette, 0 to 1), as 10,20,50
    #[arg(long, value_name = "K,...", value_delimiter = ',', conflicts_with_all = ["summary", "html"], value_parser = clap::value_parser!(u16).range(2..=16384))]
    pub silhouette: Vec<u16>,
    /// Also write the summary as one page of HTML with a map of the clusters; it quotes the text
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Learn the clusters from N sentences, drawn from the whole text
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: u32,
    /// Another seed gives other clusters
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
    /// The most memory for the tables and the sample, as 4G, 500M, or a share of the machine's; the result does not depend on it
    #[arg(short = 'S', long, value_name = "SIZE", default_value = "60%")]
    pub memory: Memory,
    /// Where a text that comes through a pipe is kept for the second reading [default: the system's folder for
    /// temporary files]
    #[arg(short = 'T', long, value_name = "FOLDER")]
    pub temp_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ByArg {
    Form,
    Meaning,
}
