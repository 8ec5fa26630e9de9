//! Forms of input and output.

use clap::ValueEnum;
use impute::text::rows::Format;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// One sentence a line
    Text,
    /// The competition's CSV
    Kaggle,
    /// A JSON object per sentence, one per line, with probabilities, gains and alternatives; output only
    Jsonl,
}

impl FormatArg {
    /// The form of rows; `None` for objects, whose input is detected by its content.
    pub fn rows(self) -> Option<Format> {
        match self {
            FormatArg::Text => Some(Format::Text),
            FormatArg::Kaggle => Some(Format::Kaggle),
            FormatArg::Jsonl => None,
        }
    }
}
