//! The answer to a text, as clients get it and as the store keeps it.
//!
//! Distances and gains are in characters, probabilities between 0 and 1. What a model does not state is `null`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::explained::Explanation;
use super::gap::Place;

/// What was answered, and by which version of which model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// The name of the model.
    pub model: String,
    /// Its version: 1 for the first that was opened under this name, and one more with each that is published.
    pub version: u64,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// The answer of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "task", rename_all = "lowercase")]
pub enum Answer {
    /// Of `impute`.
    Impute(Box<Imputed>),
    /// Of `repair`.
    Repair(Repaired),
    /// Of `language`.
    Language(Language),
}

/// A sentence with the word that was missing, or as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Imputed {
    /// The sentence.
    pub text: String,
    /// What went in, if anything.
    pub inserted: Option<Inserted>,
    /// Expected distance to the sentence as it was.
    pub expected: Option<f64>,
    /// The same of the sentence as it stands.
    pub unchanged: Option<f64>,
    /// How much less the one is than the other.
    pub gain: Option<f64>,
    /// The likeliest pairs of a gap and a word, likeliest first.
    pub top: Vec<Pair>,
    /// Why, if that was asked for; a sentence of fewer than three words has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// The language, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// What went into a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Inserted {
    /// Nothing for a space.
    pub text: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is a word of the model, rather than a space or a string that is cheaper than one.
    pub is_word: bool,
    /// Probability that a word is missing there.
    pub gap_probability: Option<f64>,
    /// Probability of the word, given that.
    pub word_probability: Option<f64>,
}

/// A word in a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pair {
    /// The word.
    pub word: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Of gap and word together.
    pub probability: Option<f64>,
    /// By how much the expected distance falls if this word goes in here.
    pub gain: Option<f64>,
}

/// A text with what was missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Repaired {
    /// The text.
    pub text: String,
    /// What went in, in the order of the text.
    pub insertions: Vec<Repairing>,
    /// The language, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// A word that went into a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Repairing {
    /// The byte of the text that was given before which `insert` went.
    pub offset: usize,
    /// What went in, spaces included.
    pub insert: String,
    /// The word as the model spells it.
    pub word: String,
    /// Probability that this word is missing here.
    pub probability: f64,
    /// Probability that any is.
    pub gap_probability: f64,
    /// The likeliest words, likeliest first; the one that went in is among them.
    pub alternatives: Vec<Alternative>,
}

/// A word that might be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alternative {
    /// The word.
    pub word: String,
    /// Its probability here.
    pub probability: f64,
}

/// The language of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Language {
    /// The likeliest label, or `unknown`.
    pub label: String,
    /// Its probability.
    pub probability: f64,
    /// The likeliest labels, likeliest first.
    pub top: Vec<LabelProbability>,
}

/// A label and its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelProbability {
    /// The label.
    pub label: String,
    /// Its probability.
    pub probability: f64,
}
