//! What is said about drift: whether the texts that come in now can be told from the reference, and whether the model
//! knows them as well.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// With fewer texts, nothing is said.
pub const FEWEST: usize = impute::kinds::drift::FEWEST;
/// So many of the newest texts are compared.
pub const MOST: usize = 2000;

/// What a comparison found. It is kept where others may read it, so that it is read as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
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
    pub verdict: Cow<'static, str>,
    /// Whether that is drift.
    pub drift: bool,
    /// What to do.
    #[schema(example = "Nothing needs to be done.")]
    pub advice: Cow<'static, str>,
    /// How well the model that answers by default knows both; `null` if it does not tell.
    pub known: Option<Known>,
}

/// How well a model knows recent texts and the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Known {
    /// The share of words that it does not know, from 0 to 1.
    pub unknown: Sides,
    /// Its perplexity without them.
    pub perplexity: Sides,
}

/// A figure of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sides {
    /// Of recent texts.
    pub recent: f64,
    /// Of the reference.
    pub reference: f64,
    /// Whether it is surely higher on recent texts: with 95 % confidence.
    pub rose: bool,
}

/// A comparison for tests.
#[cfg(test)]
pub mod samples {
    use super::*;

    /// Drift, and a model that knows recent texts less well.
    pub fn view() -> DriftView {
        DriftView {
            when: 1_767_225_600_000,
            texts: 1000,
            lines: 900,
            accuracy: 0.62,
            low: 0.58,
            high: 0.66,
            verdict: "drift".into(),
            drift: true,
            advice: "Look at it.".into(),
            known: Some(Known {
                unknown: Sides { recent: 0.031, reference: 0.012, rose: true },
                perplexity: Sides { recent: 310.5, reference: 205.25, rose: true },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_reads_back_as_it_is_written() {
        for known in [samples::view().known, None] {
            let view = DriftView { known, ..samples::view() };
            let text = serde_json::to_string(&view).unwrap();
            assert_eq!(serde_json::from_str::<DriftView>(&text).unwrap(), view, "{text}");
        }
    }
}
