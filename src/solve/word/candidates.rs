//! The candidates of a gap, with what is known of each.

use super::head::Expected;
use super::sources::{self, Context};
use crate::model::view::View;
use crate::solve::gap::query::{Candidate, GapScore};

/// A gap and its words.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// Index of the gap.
    pub gap: usize,
    /// What the n-grams say of it.
    pub score: GapScore,
    /// The best words by the n-grams and the best by the net, best first by the n-grams.
    pub words: Vec<Candidate>,
    /// (words) what the other sources say of each: see [`super::sources`].
    pub sources: Vec<[f64; sources::COUNT]>,
    /// The same of all other words together.
    pub rest: [f64; sources::COUNT],
}

/// Asks all sources about the words of a gap, given the words to the left and to the right of it.
pub(super) fn candidates(
    view: &View<'_>,
    expected: Option<&Expected<'_>>,
    left: &[u32],
    right: &[u32],
    score: GapScore,
    words: Vec<Candidate>,
) -> Candidates {
    let (sources, rest) = sources::features(&Context { view, left, right, expected }, &words);
    Candidates { gap: left.len().saturating_sub(1), score, words, sources, rest }
}
