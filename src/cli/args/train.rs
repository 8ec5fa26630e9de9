//! The commands that make a model.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use impute::make::Form;
use impute::train::net::{NetConfig, Size};
use impute::train::{Config, Vocabulary};

use super::filter::LanguageArg;
use super::memory::Memory;
use super::net::NetLength;
use super::numbers::{order, whole};

/// Options for counting a text, which mean nothing for an ARPA file.
const COUNTING: [&str; 17] = [
    "texts",
    "counts",
    "net_on",
    "order",
    "prune",
    "min_count",
    "vocab_limit",
    "vocabulary",
    "held_out",
    "lossy",
    "language",
    "net",
    "net_size",
    "skip",
    "seed",
    "memory",
    "temp_dir",
];

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").required(true).multiple(true).args(["texts", "counts", "arpa"]),
    override_usage = "impute train [OPTIONS] --output <MODEL> <TEXT>...
       impute train [OPTIONS] --output <MODEL> --counts <COUNTS>...
       impute train [OPTIONS] --output <MODEL> --arpa <FILE>",
    before_help = "\
Examples:
  impute train news.txt.zst -o news.impute
  impute train a.txt b.txt.gz --order 5 --prune 0 0 1 -S 4G -o small.impute
  impute train news.txt.zst --net 1h -o news.impute
  impute train news.txt.zst --net 2M --resume news.impute -o better.impute
  impute train posts.txt --language en -o posts.impute
  impute train posts.txt --vocabulary words.txt -o posts.impute
  impute train --counts part1.counts part2.counts -o all.impute
  impute train --counts all.counts --net-on part1.txt --skip -o all.impute
  impute train --arpa news.arpa.gz -o news.impute"
)]
pub struct Train {
    /// Texts, one sentence a line, spaces or tabs between tokens; `-` for standard input; plain, gzip,
    /// zstd, or a zip of one file
    #[arg(value_name = "TEXT")]
    pub texts: Vec<PathBuf>,
    /// Join what `impute count` has counted; `-` for standard input
    #[arg(long, value_name = "COUNTS", num_args = 1..)]
    pub counts: Vec<PathBuf>,
    /// Text that the net and --skip learn from beside counts, and that is not counted again: a part of what was
    /// counted, a sample of it, or all of it
    #[arg(long, value_name = "TEXT", num_args = 1.., requires = "counts", conflicts_with_all = ["texts", "resume"])]
    pub net_on: Vec<PathBuf>,
    /// Take the n-grams from an ARPA file that another tool wrote, of order 2 to 5, in place of
    /// counting a text
    #[arg(long, value_name = "FILE", conflicts_with_all = COUNTING)]
    pub arpa: Option<PathBuf>,
    /// Where to write the model, whole or not at all
    #[arg(short, long, value_name = "MODEL", required = true)]
    pub output: PathBuf,
    #[command(flatten)]
    pub counting: Counting,
    /// Leave out n-grams seen at most N times, one number per order, the first 0; write it after the texts
    #[arg(long, value_name = "N", num_args = 1..)]
    pub prune: Vec<u32>,
    /// Words seen fewer times become <unk>, after the discounts are computed
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "vocab_limit", value_parser = clap::value_parser!(u64).range(1..))]
    pub min_count: u64,
    /// All but the N most frequent words become <unk>, after the discounts are computed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub vocab_limit: Option<u64>,
    /// All words but those in this file become <unk>, after the discounts are computed; words separated by white
    /// space, as `inspect --words` prints them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["min_count", "vocab_limit"])]
    pub vocabulary: Option<PathBuf>,
    /// Leave out the posting lists: a third of the size, enough for `query`, `generate` and `export`;
    /// filling gaps then rebuilds the lists each time
    #[arg(long)]
    pub no_lists: bool,
    /// The same, compressed for shipping, and unpacked in memory when opened
    #[arg(long)]
    pub compact: bool,
    /// Also tables of all n-grams, in which `query` and other look-ups of probabilities are several times as
    /// fast: 10 to 20 bytes an n-gram in the file and, while it is used, in memory; the same answers
    #[arg(long, conflicts_with = "compact")]
    pub fast: bool,
    /// The net that looks for gaps alongside the n-grams: how many sentences it sees in training, as 2M or
    /// 500k, or for how long, as 30m or 2h; `none` for no net [default: 1M, but no sentence more than
    /// twice; none for texts of fewer than 20,000 sentences, with --no-lists, --held-out 0 or --arpa, or
    /// with too little memory]
    #[arg(long, value_name = "LENGTH")]
    pub net: Option<NetLength>,
    /// Size of the net: `medium` (12 MB) or `small` (4 MB) [default: medium]
    #[arg(long, value_name = "SIZE")]
    pub net_size: Option<NetSize>,
    /// Count pairs of words with one to four others between them, as further evidence for a missing word:
    /// 15 seconds of one core for 50 million tokens, and 40 MB of the model
    #[arg(long)]
    pub skip: bool,
    /// Seed of the net's training
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Keep the n-grams of this model and train its net further with --net LENGTH, on the text that it was
    /// trained on, the slower the more it has seen; a model without a net gets one
    #[arg(long, value_name = "MODEL", requires = "net", requires = "texts", conflicts_with_all = ["prune", "min_count", "vocab_limit", "vocabulary", "counts", "order", "skip", "arpa", "no_lists", "compact", "fast", "license"])]
    pub resume: Option<PathBuf>,
    /// Licence of the text, to be kept in the model
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub license: String,
    #[command(flatten)]
    pub means: Means,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute count part1.txt.zst -o part1.counts
  zcat part2.txt.gz | impute count - > part2.counts
  impute train --counts part1.counts part2.counts -o all.impute")]
pub struct Count {
    /// Texts, one sentence a line, spaces or tabs between tokens; `-` for standard input; plain, gzip,
    /// zstd, or a zip of one file
    #[arg(value_name = "TEXT", required = true)]
    pub texts: Vec<PathBuf>,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "COUNTS")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub counting: Counting,
    #[command(flatten)]
    pub means: Means,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute merge part1.counts part2.counts -o all.counts
  impute count part3.txt | impute merge all.counts - > more.counts")]
pub struct Merge {
    /// Counts of one order, as `impute count` and `impute merge` write them, in any order; `-` for standard input;
    /// plain, gzip or zstd
    #[arg(value_name = "COUNTS", required = true)]
    pub counts: Vec<PathBuf>,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "COUNTS")]
    pub output: Option<PathBuf>,
}

/// What is counted.
#[derive(Debug, Args)]
pub struct Counting {
    /// Highest order of the n-grams, 2 to 5
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = order)]
    pub order: u8,
    /// The most lines to keep out of the counts for calibration, never more than 2 % of the text; none if
    /// that is fewer than 200, or with 0
    #[arg(long, value_name = "LINES", default_value_t = 3000, value_parser = whole::<usize>)]
    pub held_out: usize,
    /// Accept lines that are not UTF-8; their broken words count as <unk>
    #[arg(long)]
    pub lossy: bool,
    #[command(flatten)]
    pub language: LanguageArg,
}

/// The means; the result does not depend on them.
#[derive(Debug, Args)]
pub struct Means {
    /// The most memory to use, as 4G, 500M, or a share of the machine's; the result does not depend on it,
    /// except for a net that was not asked for
    #[arg(short = 'S', long, value_name = "SIZE", default_value = "60%")]
    pub memory: Memory,
    /// Where temporary files go if memory runs short [default: the system's folder for them]
    #[arg(short = 'T', long, value_name = "FOLDER")]
    pub temp_dir: Option<PathBuf>,
}

impl Counting {
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.order = self.order.into();
        config.held_out.lines = self.held_out;
        config.lossy = self.lossy;
        config
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum NetSize {
    Small,
    Medium,
}

impl From<NetSize> for Size {
    fn from(size: NetSize) -> Self {
        match size {
            NetSize::Small => Size::Small,
            NetSize::Medium => Size::Medium,
        }
    }
}

impl Train {
    pub fn config(&self) -> Config {
        let mut config = self.counting.config();
        config.prune = self.prune.clone();
        config.vocabulary = match self.vocab_limit {
            Some(most) => Vocabulary::Limit(most),
            None => Vocabulary::MinCount(self.min_count),
        };
        config.skip = self.skip;
        config.net = self.net();
        config
    }

    /// Why these options make no sense together, if they make none.
    pub fn misuse(&self) -> Option<String> {
        let no_lines = self.texts.is_empty() && self.net_on.is_empty();
        let why = match (self.counting.language.language.is_some(), self.skip) {
            (true, _) if no_lines => {
                "--language: counts have no lines that could be passed over; give it to `impute count`"
            }
            (_, true) if !self.counts.is_empty() && self.net_on.is_empty() => {
                "--skip: counts have no pairs of words; name a text that was counted with --net-on, in place of TEXT"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    /// The net to train, if any.
    fn net(&self) -> Option<NetConfig> {
        let sentences = match self.net {
            Some(NetLength::None) => return None,
            None if self.no_lists => return None, // compact or not
            Some(NetLength::Sentences(sentences)) => Some(sentences),
            Some(NetLength::Time(_)) | None => None,
        };
        let mut net = NetConfig::default();
        net.size = self.net_size.map_or(net.size, Size::from);
        (net.sentences, net.seed) = (sentences, self.seed);
        Some(net)
    }

    /// How long to train it, if given as a time.
    pub fn net_time(&self) -> Option<Duration> {
        match self.net {
            Some(NetLength::Time(time)) => Some(time),
            _ => None,
        }
    }

    pub fn form(&self) -> Form {
        match (self.compact, self.no_lists) {
            (true, _) => Form::Compact,
            (false, true) => Form::Plain,
            (false, false) => Form::Lists,
        }
    }
}
