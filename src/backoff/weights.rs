//! How much does each of several models count? The weights of a mixture that make held-out text most probable, by
//! expectation maximisation (Jelinek & Mercer, *Interpolated Estimation of Markov Source Parameters from Sparse
//! Data*, 1980):
//!
//! ```text
//! weight(m) <- mean over the words w after h of  weight(m) P_m(w|h) / sum over n of weight(n) P_n(w|h)
//! ```
//!
//! from equal weights on, until none changes by more than a ten-millionth; then to the nearest millionth, of which
//! each model has one at least, so that the order of the text leaves no trace. The likelihood has one maximum, unless
//! models are the same. What models say of words that they lack is in [`super::mix()`]; words that none of them has
//! are left out, because `<unk>` stands for other words in each.

use crate::error::{Error, Result};
use crate::model::core::State;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};
use crate::progress::{Progress, Unit};
use crate::text::tokens;

/// The weights are done when none changes by more.
const CHANGE: f64 = 1e-7;
/// Rounds at the most.
const ROUNDS: u64 = 1000;

/// Gathers what models say of a text.
#[derive(Debug)]
pub struct Estimate<'m> {
    models: Vec<&'m View<'m>>,
    /// (tokens × models) probabilities, each divided by the highest of its token.
    shares: Vec<f32>,
    /// ln of the product of these highest ones.
    ln_highest: f64,
    /// (models) ln of the probability of the words that it has.
    ln_own: Vec<f64>,
    /// (models) how many words it has.
    own: Vec<u64>,
    unknown: u64,
    sentences: u64,
}

/// The weights of a mixture, and how good it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Weights {
    /// (models) sum 1.
    pub weights: Vec<f64>,
    /// Words of the text that any model has, and ends of sentences.
    pub tokens: u64,
    /// Words that none has.
    pub unknown: u64,
    /// (models) how many of the tokens each lacks.
    pub lacking: Vec<u64>,
    /// (models) the perplexity of each on the tokens that it has; NaN if it has none.
    pub perplexities: Vec<f64>,
    /// The perplexity of the mixture on all tokens.
    pub perplexity: f64,
}

impl<'m> Estimate<'m> {
    /// For these models, at least one.
    pub fn new(models: &[&'m View<'m>]) -> Self {
        Estimate {
            models: models.to_vec(),
            shares: Vec::new(),
            ln_highest: 0.0,
            ln_own: vec![0.0; models.len()],
            own: vec![0; models.len()],
            unknown: 0,
            sentences: 0,
        }
    }

    /// Adds a sentence: tokens separated by spaces or tabs.
    ///
    /// # Complexity
    /// A search per token, model and order; 4 bytes of memory a token and model.
    pub fn add(&mut self, sentence: &[u8]) {
        if tokens::words(sentence).next().is_none() {
            return;
        }
        let mut states: Vec<State> =
            self.models.iter().map(|model| model.core.state(&[BOS])).collect();
        for word in tokens::words(sentence) {
            let ids = self.models.iter().map(|model| model.vocabulary.id_of_token(word));
            let ids: Vec<u32> = ids.collect();
            self.token(&mut states, &ids);
        }
        self.sentences += 1;
        let ends = vec![EOS; self.models.len()];
        self.token(&mut states, &ends);
    }

    /// Adds a token with these ids, and takes the histories further.
    fn token(&mut self, states: &mut [State], ids: &[u32]) {
        if ids.iter().all(|&id| id == UNK) {
            self.unknown += 1;
            for (model, state) in self.models.iter().zip(states) {
                *state = model.core.advance(state, UNK);
            }
            return;
        }
        let mut ln_p = vec![f64::NEG_INFINITY; ids.len()];
        for (m, (&id, state)) in ids.iter().zip(states).enumerate() {
            if id == UNK {
                *state = State::default();
                continue;
            }
            let step = self.models[m].core.step(state, id);
            (ln_p[m], *state) = (step.ln_p, step.state);
            self.ln_own[m] += step.ln_p;
            self.own[m] += 1;
        }
        let highest = ln_p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.ln_highest += highest;
        self.shares.extend(ln_p.iter().map(|ln_p| libm::exp(ln_p - highest) as f32));
    }

    /// The weights.
    ///
    /// # Errors
    /// No word that a model has, or `progress` says to stop.
    pub fn weights(&self, progress: &dyn Progress) -> Result<Weights> {
        let models = self.models.len();
        let tokens = self.shares.len() / models;
        if self.own.iter().all(|&own| own <= self.sentences) {
            let what = "no word in it that a model knows";
            return Err(Error::value(what, "give text of the kind that the models are for"));
        }
        progress.stage("weights", Unit::Pieces, None);
        let mut weights = vec![1.0 / models as f64; models];
        let mut ln_total = 0.0;
        for _ in 0..ROUNDS {
            progress.go_on()?;
            let mut sums = vec![0.0; models];
            ln_total = 0.0;
            for shares in self.shares.chunks_exact(models) {
                let both = weights.iter().zip(shares);
                let p: f64 = both.clone().map(|(weight, &share)| weight * f64::from(share)).sum();
                let p = p.max(f64::MIN_POSITIVE);
                ln_total += libm::log(p);
                for (sum, (weight, &share)) in sums.iter_mut().zip(both) {
                    *sum += weight * f64::from(share) / p;
                }
            }
            let all: f64 = sums.iter().sum();
            let next: Vec<f64> = sums.iter().map(|sum| sum / all).collect();
            let change = next.iter().zip(&weights).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            weights = next;
            progress.advance(1);
            if change <= CHANGE {
                break;
            }
        }
        let weights = rounded(&weights);
        let perplexity = |ln: f64, tokens: u64| libm::exp(-ln / tokens as f64);
        let own = self.ln_own.iter().zip(&self.own);
        Ok(Weights {
            weights,
            tokens: tokens as u64,
            unknown: self.unknown,
            lacking: self.own.iter().map(|own| tokens as u64 - own).collect(),
            perplexities: own.map(|(&ln, &own)| perplexity(ln, own)).collect(),
            perplexity: perplexity(self.ln_highest + ln_total, tokens as u64),
        })
    }
}

/// Weights in millionths, at least one each; their sum stays 1.
fn rounded(weights: &[f64]) -> Vec<f64> {
    const PARTS: f64 = 1e6;
    let mut parts: Vec<f64> = weights.iter().map(|w| libm::round(w * PARTS).max(1.0)).collect();
    let surplus = parts.iter().sum::<f64>() - PARTS;
    let largest = (0..parts.len()).max_by(|&a, &b| parts[a].total_cmp(&parts[b]));
    largest.into_iter().for_each(|i| parts[i] -= surplus);
    parts.iter().map(|parts_of_one| parts_of_one / PARTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_weights_are_millionths_and_sum_to_one() {
        assert_eq!(rounded(&[1.0 / 3.0, 2.0 / 3.0]), [0.333333, 0.666667]);
        assert_eq!(rounded(&[1.0, 0.0, 1e-9]), [0.999998, 1e-6, 1e-6]);
        assert_eq!(rounded(&[0.5, 0.5]), [0.5, 0.5]);
    }
}
