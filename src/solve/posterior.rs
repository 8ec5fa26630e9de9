//! The calibrated posterior of gap and word.
//!
//! ```text
//! P(gap i | s)      ∝  evidence_i ^ t_gap
//! P(word v | gap i) ∝  P_model(v | i) ^ t_word
//! ```
//!
//! A language model is over-confident; the two exponents are fitted on held-out text. The words
//! beyond the candidates of a gap, the rest, have the mass r and no candidate's probability: each
//! is taken to be as likely as the last candidate q, so that their mass becomes r q^(t_word - 1).

use super::sentence::Analysis;
use crate::model::header::Calibration;
use crate::model::vocabulary::Vocabulary;
use crate::text::tokens::chars;

/// The posterior of a sentence.
#[derive(Debug, Clone, Default)]
pub struct Posterior {
    /// (gaps) probability of each gap.
    pub gaps: Vec<f64>,
    /// The likeliest gaps and their words, likeliest first.
    pub best: Vec<GapPosterior>,
    /// Expected distance in characters if the sentence stays as it is: the missing word and its
    /// space.
    pub unchanged: f64,
}

/// The posterior within one gap.
#[derive(Debug, Clone)]
pub struct GapPosterior {
    /// Index of the gap.
    pub gap: usize,
    /// Probability of the gap.
    pub probability: f64,
    /// The likeliest words: id, probability given the gap, length in characters; likeliest first.
    pub words: Vec<(u32, f64, usize)>,
    /// Probability of all other words, given the gap.
    pub rest: f64,
    /// Mean length in characters of all other words.
    pub rest_chars: f64,
}

impl Posterior {
    /// The posterior of an analysed sentence.
    pub fn new(analysis: &Analysis, calibration: &Calibration, words: &Vocabulary<'_>) -> Self {
        let t = calibration.gap_temperature;
        let gaps = softmax(analysis.gaps.iter().map(|gap| t * gap.ln_evidence));
        let mut mean_chars: Vec<f64> = analysis.gaps.iter().map(|gap| gap.mean_chars).collect();
        let mut best = Vec::with_capacity(analysis.best.len());
        for candidates in &analysis.best {
            let gap = candidates.gap;
            let probabilities: Vec<f64> = candidates.words.iter().map(|c| c.probability).collect();
            let lengths: Vec<usize> =
                candidates.words.iter().map(|c| chars(words.word(c.word))).collect();
            let sum = |weights: &[f64]| -> f64 {
                weights.iter().zip(&lengths).map(|(p, &length)| p * length as f64).sum()
            };
            let rest = (1.0 - probabilities.iter().sum::<f64>()).max(0.0);
            let rest_chars =
                if rest > 1e-9 { ((mean_chars[gap] - sum(&probabilities)) / rest).max(1.0) } else { 1.0 };
            let (tempered, rest) = temper(&probabilities, calibration.word_temperature);
            mean_chars[gap] = sum(&tempered) + rest * rest_chars;
            let words = candidates.words.iter().zip(tempered).zip(&lengths);
            best.push(GapPosterior {
                gap,
                probability: gaps[gap],
                words: words.map(|((c, p), &length)| (c.word, p, length)).collect(),
                rest,
                rest_chars,
            });
        }
        let unchanged = gaps.iter().zip(&mean_chars).map(|(p, chars)| p * (chars + 1.0)).sum();
        Posterior { gaps, best, unchanged }
    }
}

/// exp(x) / sum of exp(x).
pub fn softmax(logs: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut all: Vec<f64> = logs.map(|ln| (ln - most).exp()).collect();
    let sum: f64 = all.iter().sum();
    all.iter_mut().for_each(|p| *p /= sum);
    all
}

/// The probabilities of candidates, likeliest first, to the power `t` and normalised together with
/// the rest; returns them and the rest's new mass.
pub fn temper(probabilities: &[f64], t: f64) -> (Vec<f64>, f64) {
    let rest = (1.0 - probabilities.iter().sum::<f64>()).max(0.0);
    let last = probabilities.last().copied().unwrap_or(1.0).max(1e-12);
    let mut tempered: Vec<f64> = probabilities.iter().map(|p| p.powf(t)).collect();
    let rest = rest * last.powf(t - 1.0);
    let sum = tempered.iter().sum::<f64>() + rest;
    tempered.iter_mut().for_each(|p| *p /= sum);
    (tempered, rest / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tempering_keeps_a_distribution(weights in proptest::collection::vec(0.001f64..1.0, 1..20), t in 0.3f64..1.5) {
            let sum: f64 = weights.iter().sum::<f64>() * 1.2;
            let mut p: Vec<f64> = weights.iter().map(|w| w / sum).collect();
            p.sort_by(|a, b| b.total_cmp(a));
            let (tempered, rest) = temper(&p, t);
            prop_assert!((tempered.iter().sum::<f64>() + rest - 1.0).abs() < 1e-9);
            let (same, rest) = temper(&p, 1.0);
            prop_assert!((rest - (1.0 - 1.0 / 1.2)).abs() < 1e-9);
            prop_assert!(same.iter().zip(&p).all(|(a, b)| (a - b).abs() < 1e-9));
        }
    }
}
