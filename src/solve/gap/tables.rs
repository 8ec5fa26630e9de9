//! What is computed once from a model so that its gaps can be scored.

use super::rows::AllRows;
use crate::model::lists::codebook::{Codebook, LEVELS};
use crate::model::view::View;
use crate::solve::effort::Effort;

/// Sums over all words, the levels of the factors, and the longest lists as bits.
#[derive(Debug)]
pub(in crate::solve) struct Tables {
    /// Sum over all words of exp g, and of exp g times the word's length in characters.
    pub totals: [f64; 2],
    /// The levels of the factors in F and R.
    pub bigram_factors: [f32; LEVELS],
    /// The levels of the factors in A, B and C.
    pub trigram_factors: [f32; LEVELS],
    /// How far a score from the lists may be from S, in nats.
    pub tolerance: f64,
    /// The longest lists.
    pub rows: AllRows,
}

impl Tables {
    /// One pass over the words, and the longest lists as bits, in 48 MB at most.
    pub fn new(view: &View<'_>) -> Self {
        let words = view.lists.weights.iter().zip(view.lists.chars);
        let totals = words.fold([0.0, 0.0], |[mass, chars], (&weight, &length)| {
            let weight = f64::from(weight);
            [mass + weight, chars + weight * f64::from(length)]
        });
        let [bigram_factors, trigram_factors] = view.lists.factors.map(factors);
        let half_steps = [bigram_factors, trigram_factors].map(|f| Codebook::half_step(&f));
        Tables {
            totals,
            bigram_factors,
            trigram_factors,
            tolerance: 2.0 * half_steps[0] + 3.0 * half_steps[1],
            rows: AllRows::new(view),
        }
    }
}

/// The factors of all levels; a damaged file may hold any numbers.
fn factors(levels: &[f32]) -> [f32; LEVELS] {
    std::array::from_fn(|i| match levels.get(i) {
        Some(&factor) if factor.is_normal() && factor > 0.0 => factor,
        _ => 1.0,
    })
}

/// What looking up n-grams takes.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Ngrams<'s> {
    /// The n-grams and their lists.
    pub view: &'s View<'s>,
    /// What was computed from them.
    pub tables: &'s Tables,
    /// How much is looked up.
    pub effort: Effort,
}
