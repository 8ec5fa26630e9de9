//! What a word counts for by itself, and the factors of its n-grams.

use super::summaries::Weighted;
use crate::model::core::walk::Child;
use crate::model::core::{Core, State};
use crate::model::words::{BOS, EOS, SPECIAL, UNK};

/// The length in characters that is assumed of an unknown word.
const UNKNOWN_CHARS: u8 = 8;
/// Bounds of factors, far beyond those of any text that was counted; only an imported model may have
/// others, which are clamped to these.
const FACTORS: std::ops::RangeInclusive<f64> = 4e-8..=2e17;

/// What the words themselves count for.
#[derive(Debug)]
pub struct Weights {
    /// (words) exp g\[x\].
    pub weights: Vec<f32>,
    /// (words) lengths in characters, at most 255.
    pub chars: Vec<u8>,
}

impl Weights {
    pub fn new(core: &Core<'_>, lengths: &[u8]) -> Self {
        let weight = |id: u32| match id {
            BOS | EOS => 0.0,
            _ => (core.unigram(id) * core.expand(&State::of(&[id])).backoff()) as f32,
        };
        let weights = (0..lengths.len() as u32).map(weight).collect();
        let chars = (0..).zip(lengths).map(|(id, &length)| match id {
            BOS | EOS => 0,
            UNK => UNKNOWN_CHARS,
            _ => length,
        });
        Weights { weights, chars: chars.collect() }
    }

    /// The ids of the words by falling weight.
    pub fn by_weight(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (SPECIAL as u32..self.weights.len() as u32).collect();
        let weight = |id: u32| self.weights[id as usize];
        ids.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)));
        ids
    }

    /// A posting of a word, with a factor and without it.
    pub fn weighted(&self, word: u32, with: f32, without: f32) -> Weighted {
        let word = word as usize;
        let weight = self.weights.get(word).copied().unwrap_or(0.0);
        let chars = self.chars.get(word).copied().unwrap_or(0);
        Weighted { with: with * weight, without: without * weight, chars }
    }
}

/// exp delta of a trigram whose context has this weight.
pub(super) fn delta(trigram: &Child, backoff: f64) -> f32 {
    factor(trigram.p / (backoff * trigram.lower_p))
}

pub(super) fn factor(factor: f64) -> f32 {
    factor.clamp(*FACTORS.start(), *FACTORS.end()) as f32
}
