//! What the lists of trigrams are made from.

use super::codebook::{Codebook, LEVELS};
use super::neighbours::Bigrams;
use super::weights::Weights;
use crate::model::core::Core;

/// The n-grams, and what the first walk has found out.
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    pub core: &'s Core<'s>,
    pub bigrams: &'s Bigrams,
    pub weights: &'s Weights,
    pub codebook: Codebook,
    /// The factors of its levels.
    pub table: &'s [f32; LEVELS],
}
