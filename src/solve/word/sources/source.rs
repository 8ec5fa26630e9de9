//! What a source of evidence for words is, and what it is asked.

use crate::model::header::Calibration;
use crate::model::view::View;
use crate::solve::word::head::Expected;

/// A source of evidence for the words of a gap.
#[derive(Debug)]
pub struct Source {
    /// Its name, for explanations.
    pub name: &'static str,
    /// How many features it has.
    pub count: usize,
    /// Its weights in the posterior, one for each feature.
    pub weights: fn(&mut Calibration) -> &mut [f64],
    /// Computes (words, count) the features of some words in a gap, likeliest first by the n-grams, and
    /// (count) those of all other words together; both start as zeros.
    pub features: fn(&Context<'_>, &[u32], &mut [f64], &mut [f64]),
}

/// A gap in its sentence.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The model.
    pub view: &'a View<'a>,
    /// The words to the left of the gap.
    pub left: &'a [u32],
    /// The words to the right of it.
    pub right: &'a [u32],
    /// What the net says, if there is one.
    pub expected: Option<&'a Expected<'a>>,
}
