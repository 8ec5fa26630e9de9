//! The alternatives that `predict --format jsonl` names.

use clap::Args;

use super::form::FormatArg;

/// How many pairs of a gap and a word are named by default.
const TOP: u16 = 5;

#[derive(Debug, Args)]
pub struct Top {
    /// With `--format jsonl`: how many of the likeliest pairs of a gap and a word to name for each
    /// sentence [default: 5]
    #[arg(short = 'k', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    top: Option<u16>,
}

impl Top {
    pub fn count(&self) -> usize {
        self.top.unwrap_or(TOP).into()
    }

    /// Why this makes no sense with the output's format, if it makes none.
    pub fn misuse(&self, format: Option<FormatArg>) -> Option<&'static str> {
        let lost = self.top.is_some() && format != Some(FormatArg::Jsonl);
        lost.then_some("--top names alternatives, which only `--format jsonl` has room for")
    }
}
