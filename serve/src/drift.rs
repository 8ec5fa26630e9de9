//! What is said about drift: whether the texts that come in now can be told from the reference.

use serde::Serialize;
use utoipa::ToSchema;

/// With fewer texts, nothing is said.
pub const FEWEST: usize = impute::kinds::drift::FEWEST;
/// So many of the newest texts are compared.
pub const MOST: usize = 2000;
/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DriftView {
    /// When, in milliseconds since 1970.
    pub when: i64,
    /// How many recent texts there were.
    pub texts: usize,
    /// How many lines of each side were compared: without doubles, and equally many.
    pub lines: usize,
    /// The share of lines that are assigned to the right side; 0.5 where the two cannot be told apart.
    pub accuracy: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What that is called: none, different, drift or strong.
    #[schema(example = "none")]
    pub verdict: &'static str,
    /// Whether that is drift.
    pub drift: bool,
    /// What to do.
    #[schema(example = "Nothing needs to be done.")]
    pub advice: &'static str,
}
