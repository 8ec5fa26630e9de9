//! What can be wrong with a submission, and how it is reported.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::Remedy;
use crate::text::printable::printable;

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The header is missing, different or repeated.
    Header,
    /// A byte-order mark, Windows line ends, an empty line, or no newline at the end.
    Lines,
    /// Not UTF-8, a NUL byte, or a line or word too long to be read.
    Encoding,
    /// A line that is not a row.
    Row,
    /// A row that CSV readers understand but that is not quoted as the competition does.
    Quoting,
    /// An id that occurred before.
    Doubled,
    /// An id that the test lacks.
    Unknown,
    /// A row out of the test's order.
    Order,
    /// A row of the test that the submission lacks.
    Missing,
    /// More than one insertion, or another change.
    Changed,
    /// A control character was inserted.
    Control,
    /// An insertion where no word is missing: before the first word, or after the last. A warning.
    Edge,
    /// More than one space, or more than the inserted words need. A warning.
    Spaces,
    /// Several words were inserted in one place. A warning.
    Words,
}

impl Kind {
    /// Whether it is legitimate, but hardly what was meant.
    pub fn is_warning(self) -> bool {
        matches!(self, Kind::Edge | Kind::Spaces | Kind::Words)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Header => "header",
            Kind::Lines => "line ends",
            Kind::Encoding => "encoding",
            Kind::Row => "no row",
            Kind::Quoting => "quoting",
            Kind::Doubled => "doubled id",
            Kind::Unknown => "unknown id",
            Kind::Order => "order",
            Kind::Missing => "missing id",
            Kind::Changed => "changed text",
            Kind::Control => "control character",
            Kind::Edge => "insertion at an end",
            Kind::Spaces => "too many spaces",
            Kind::Words => "several words",
        })
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file: the submission, or the test for a row that is missing.
    pub file: String,
    /// The line in it, counted from 1.
    pub line: u64,
    /// The id of the row, where there is one.
    pub id: Option<String>,
    /// What kind it is.
    pub kind: Kind,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    #[serde(serialize_with = "text")]
    pub remedy: Remedy,
}

fn text<S: Serializer>(remedy: &Remedy, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(remedy.text())
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", printable(&self.file), self.line)?;
        if let Some(id) = &self.id {
            write!(f, "id {}: ", printable(id))?;
        }
        let warning = if self.kind.is_warning() { "warning: " } else { "" };
        write!(f, "{warning}{}; {}", printable(&self.what), self.remedy)
    }
}

/// What was found in total.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the submission.
    pub rows: u64,
    /// Rows of the test.
    pub test_rows: u64,
    /// Sentences that are those of the test.
    pub unchanged: u64,
    /// Sentences with an extra space, or several in one place.
    pub spaces: u64,
    /// Sentences with one more word.
    pub words: u64,
    /// Sentences with several more words, in one place.
    pub phrases: u64,
    /// Number of findings of each kind.
    pub findings: BTreeMap<Kind, u64>,
}

impl Summary {
    /// How many findings are errors, and how many warnings.
    pub fn errors_and_warnings(&self) -> (u64, u64) {
        let sum = |warnings: bool| {
            let of_that_kind = |(kind, _): &(&Kind, &u64)| kind.is_warning() == warnings;
            self.findings.iter().filter(of_that_kind).map(|(_, count)| count).sum()
        };
        (sum(false), sum(true))
    }
}
