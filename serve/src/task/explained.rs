//! What an answer rests on: every gap, the best words of the likely ones, and why something went in or nothing did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::gap::Place;

/// What the answer to a sentence rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// All gaps, from left to right.
    pub gaps: Vec<ExplainedGap>,
    /// The likely ones with their words, likeliest first.
    pub likely: Vec<LikelyGap>,
    /// The best change that was found, whether it gains or loses; `null` where no gap is likely enough for any.
    pub best_change: Option<Change>,
    /// What would go in if it need not be a word, and would save more.
    pub cheaper: Option<Change>,
    /// The words that share the letters of `cheaper`, or else of `best_change`, where that is no word.
    pub shared_by: Vec<String>,
    /// No gap below this probability gets anything.
    pub least_gap: f64,
}

/// How probable it is that the missing word is in one gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedGap {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// By everything.
    pub probability: f64,
    /// By the n-grams alone.
    pub ngrams: f64,
    /// By the net alone; `null` without one.
    pub net: Option<f64>,
}

/// A gap and its best words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LikelyGap {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// Its probability.
    pub probability: f64,
    /// The words, best first; probabilities are given the gap.
    pub words: Vec<ExplainedWord>,
    /// Probability of all others, given the gap.
    pub others: f64,
}

/// A word in a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedWord {
    /// The word.
    pub word: String,
    /// By everything.
    pub probability: f64,
    /// By the n-grams alone.
    pub ngrams: f64,
    /// By the net alone; `null` without one.
    pub net: Option<f64>,
}

/// A change that was weighed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What would go in; nothing for a space.
    pub text: String,
    /// By how many characters the expected distance falls; below 0 where it rises.
    pub gain: f64,
}
