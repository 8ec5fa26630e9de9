//! The commands that show, convert or tune a model.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::form::InsertArg;
use super::model::ModelArg;
use super::numbers::whole;
use super::resident::ResidentArg;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute query text.txt.gz --summary
  impute query --model news.impute < text.txt
  impute query news.impute text.txt --json > scores.jsonl
  impute query phrases.txt --no-bos --no-eos
  impute query ends.txt --after 'He said that'")]
pub struct Query {
    /// Model file, as with --model; may be left out before a text
    #[arg(value_name = "MODEL")]
    pub first: Option<PathBuf>,
    /// Text, one sentence a line, spaces or tabs between tokens; plain, gzip, zstd or zip [default:
    /// standard input, as `-`]
    #[arg(value_name = "TEXT")]
    pub second: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArg,
    /// Print perplexities, unknown words and tokens only
    #[arg(long)]
    pub summary: bool,
    /// Lines do not begin a sentence: nothing is known of what is before them
    #[arg(long)]
    pub no_bos: bool,
    /// Lines do not end a sentence: the end is not scored
    #[arg(long)]
    pub no_eos: bool,
    /// Score every line as what comes after these words, spaces between tokens, which begin the sentence unless
    /// --no-bos is given
    #[arg(
        long,
        value_name = "CONTEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub after: String,
    /// Print a JSON object for every sentence, and one for the summary
    #[arg(long)]
    pub json: bool,
    /// Accept lines that are not UTF-8; their broken words are unknown
    #[arg(long)]
    pub lossy: bool,
    #[command(flatten)]
    pub resident: ResidentArg,
}

impl Query {
    /// Why these arguments make no sense together, if they make none.
    pub fn misuse(&self) -> Option<String> {
        let named = self.model.model.as_ref().and(self.second.as_ref());
        named.map(|second| {
            format!("{}: a second text, or a second model; name one of each", second.display())
        })
    }
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute fill 'the dog _ the cat' -k 10
  impute fill 'He went to _ house .' --model news.impute --json
  cat holes.txt | impute fill - --json > words.jsonl")]
pub struct Fill {
    /// A sentence with one `_` for the missing word, spaces between tokens; `-` for every line of standard
    /// input
    #[arg(value_name = "SENTENCE", default_value = "-", hide_default_value = true)]
    pub sentence: String,
    /// How many words to name
    #[arg(short, long = "count", value_name = "K", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub k: u32,
    #[command(flatten)]
    pub model: ModelArg,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute explain 'the dog the cat'
  impute explain 'He went to house .' --model news.impute --json
  head -n 20 notes.txt | impute explain - --json > why.jsonl")]
pub struct Explain {
    /// A sentence with a missing word, spaces between tokens; `-` to explain every line of standard input
    #[arg(value_name = "SENTENCE", default_value = "-", hide_default_value = true)]
    pub sentence: String,
    #[command(flatten)]
    pub model: ModelArg,
    /// What may be inserted [default: any for lines of the competition's CSV, else word, as `impute INPUT`]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub insert: Option<InsertArg>,
    /// Score all candidates of all gaps exactly
    #[arg(long)]
    pub exact: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Accept lines that are not UTF-8
    #[arg(long)]
    pub lossy: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute inspect news.impute
  impute inspect topics.kinds               a classifier of texts
  impute inspect news.impute --verify --json
  impute inspect news.impute --words > words.txt")]
pub struct Inspect {
    /// Model file, as with --model, or a classifier of `impute language`
    #[arg(value_name = "MODEL", conflicts_with = "model")]
    pub named: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArg,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Also read the whole file and compare its checksums
    #[arg(long)]
    pub verify: bool,
    /// Print the words of the model, one a line, by falling frequency, or by probability in a mixture or a model from
    /// ARPA, for `train --vocabulary`
    #[arg(long, conflicts_with = "json")]
    pub words: bool,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "impute classes [OPTIONS] [MODEL] [WORD]...
       impute classes [OPTIONS] --model <MODEL> [WORD]...",
    before_help = "\
Examples:
  impute classes news.impute
  impute classes news.impute -k 100 -n 20 Monday river said
  impute classes --model news.impute --json > classes.json"
)]
pub struct Classes {
    /// Model file with a net, unless --model names it; then words: show only the class of each of these
    #[arg(value_name = "MODEL|WORD")]
    pub named: Vec<OsString>,
    #[command(flatten)]
    pub model: ModelArg,
    /// How many classes to put the words into
    #[arg(short, long = "classes", value_name = "K", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=16384))]
    pub k: u16,
    /// How many words of each class to name, the most frequent first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// Another seed gives other classes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute export --arpa --model news.impute > news.arpa
  impute export --arpa --model news.impute -o news.arpa.gz")]
pub struct Export {
    /// Write ARPA text, which most language-model tools read
    #[arg(long, required = true)]
    pub arpa: bool,
    #[command(flatten)]
    pub model: ModelArg,
    /// Write here instead of to standard output, whole or not at all; gzip for a name that ends
    /// with .gz, zstd for .zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "impute tune <MODEL> --on <TEXT>... [OPTIONS]
       impute tune --model <MODEL> --on <TEXT>... [OPTIONS]",
    before_help = "\
Examples:
  impute tune news.impute --on letters.txt
  impute tune shipped --on letters.txt -o letters.impute
  impute tune news.impute --on a.txt.gz b.txt.zst -o letters.impute
  zcat letters.txt.gz | impute tune news.impute --on - --lines 1000"
)]
pub struct Tune {
    /// Model file, of any form; replaced as a whole at the end, unless -o names another. `shipped` is the
    /// model that ships with the program
    #[arg(value_name = "MODEL", required_unless_present = "model", conflicts_with = "model")]
    pub named: Option<PathBuf>,
    /// The same
    #[arg(short, long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Whole sentences of the kind that the model is to answer, on which it was not trained and will not be
    /// measured: one a line, spaces or tabs between tokens; `-` for standard input; plain, gzip, zstd or zip
    #[arg(long, value_name = "TEXT", required = true, num_args = 1..)]
    pub on: Vec<PathBuf>,
    /// Where to write the model, whole or not at all [default: in place of MODEL]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Take at most N sentences, those with the lowest hashes; each costs about 3 KB of memory
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    pub lines: u32,
    /// Accept lines that are not UTF-8; their broken words are unknown
    #[arg(long)]
    pub lossy: bool,
}
