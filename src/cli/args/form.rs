//! Forms of input and output, and what may go into a gap in each.

use clap::ValueEnum;
use impute::solve::Inserts;
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InsertArg {
    /// Whole words only
    Word,
    /// Also an extra space, or a string with the letters that the likely words share, where that has the
    /// least expected distance
    Any,
}

impl InsertArg {
    /// What was asked for, or what suits the form: in the competition's characters are counted, and text is
    /// to be read.
    pub fn or_by_form(asked: Option<Self>, format: Format) -> Inserts {
        match (asked, format) {
            (Some(InsertArg::Any), _) | (None, Format::Kaggle) => Inserts::Any,
            (Some(InsertArg::Word), _) | (None, Format::Text) => Inserts::Words,
        }
    }
}
