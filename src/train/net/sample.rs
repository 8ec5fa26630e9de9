//! The words that every true word of a batch is compared with.
//!
//! The softmax over the whole vocabulary is estimated from a sample (Bengio & Senécal 2003; Jean et al.
//! 2015): every word v is in it with a probability π_v of its own, independently of all others, and
//!
//! ```text
//! sum over all words of exp s_v  ≈  exp s_y + sum over the sample without y of exp(s_v - ln π_v)
//! ```
//!
//! for the true word y, which has the right mean. π_v = min(1, c sqrt(count of v + 1)): the most frequent
//! words are always there.

use crate::net::product::{BLOCK, Right, bf16};
use crate::random::Random;

/// How many words a sample has on average.
const WORDS: f64 = 2048.0;
/// How many it has at most, except with a chance of one in a billion.
pub(super) const MOST: usize = 2560;
/// The logit of a column that stands for no word.
const NEVER: f32 = -1e30;

/// How likely each word is to be in a sample.
#[derive(Debug, Clone, Default)]
pub struct Odds {
    /// (words) π
    pub(super) chances: Vec<f64>,
}

/// A sample of words.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// The words, in ascending order.
    pub words: Vec<u32>,
    /// (all words) the column of each; `u32::MAX` for those not in it.
    pub columns: Vec<u32>,
    /// (columns) bias less ln π.
    pub biases: Vec<f32>,
    /// (columns) π.
    pub chances: Vec<f32>,
    /// (width, columns) their embeddings, and (columns, width).
    pub factors: [Right<'static>; 2],
}

impl Odds {
    /// From the counts of the words.
    pub fn new(counts: &[u64]) -> Self {
        let roots: Vec<f64> = counts.iter().map(|&n| ((n + 1) as f64).sqrt()).collect();
        let expected = |c: f64| roots.iter().map(|root| (c * root).min(1.0)).sum::<f64>();
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            match expected(middle) < WORDS {
                true => low = middle,
                false => high = middle,
            }
        }
        Odds { chances: roots.iter().map(|root| (high * root).min(1.0)).collect() }
    }
}

impl Sample {
    /// Draws a new sample, given all embeddings (words and more, width) and biases (words).
    pub fn draw(
        &mut self,
        odds: &Odds,
        embeddings: &[f32],
        biases: &[f32],
        width: usize,
        random: &mut Random,
    ) {
        const ONE: usize = 1 << 24;
        self.words.clear();
        self.columns.clear();
        for (word, &chance) in odds.chances.iter().enumerate() {
            let taken = chance >= 1.0 || (random.below(ONE) as f64) < chance * ONE as f64;
            self.columns.push(if taken { self.words.len() as u32 } else { u32::MAX });
            if taken {
                self.words.push(word as u32);
            }
        }
        let chances = self.words.iter().map(|&word| odds.chances[word as usize] as f32);
        self.chances.clear();
        self.chances.extend(chances);
        self.biases.clear();
        let with_chance = self.words.iter().zip(&self.chances);
        self.biases
            .extend(with_chance.map(|(&word, chance)| biases[word as usize] - libm::logf(*chance)));
        let columns = self.words.len().next_multiple_of(BLOCK);
        self.biases.resize(columns, NEVER);
        let at = |column: usize, k: usize| match self.words.get(column) {
            Some(&word) => u32::from(bf16::round(embeddings[word as usize * width + k])),
            None => 0,
        };
        let [forward, backward] = &mut self.factors;
        forward.fill(width, columns, |k, columns| {
            std::array::from_fn(|i| {
                let column = columns.start + i;
                at(column, 2 * k) | at(column, 2 * k + 1) << 16
            })
        });
        backward.fill(columns, width, |k, columns| {
            std::array::from_fn(|i| {
                let term = columns.start + i;
                at(2 * k, term) | at(2 * k + 1, term) << 16
            })
        });
    }

    /// How many columns.
    pub fn columns_count(&self) -> usize {
        self.biases.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(odds: &Odds, draws: usize, mut see: impl FnMut(&Sample)) {
        let words = odds.chances.len();
        let (mut sample, mut random) = (Sample::default(), Random::new(7));
        for _ in 0..draws {
            sample.draw(odds, &vec![0.0; words * BLOCK], &vec![0.0; words], BLOCK, &mut random);
            see(&sample);
        }
    }

    #[test]
    fn a_sample_has_about_as_many_words_as_it_should_and_the_frequent_ones_always() {
        let counts: Vec<u64> = (0..20_000).map(|rank| 1_000_000 / (rank + 1)).collect();
        let odds = Odds::new(&counts);
        drawn(&odds, 5, |sample| {
            assert!((sample.words.len() as f64 - WORDS).abs() < 200.0, "{}", sample.words.len());
            assert!(
                sample.words.len() < MOST && sample.words[..20] == *(0..20).collect::<Vec<_>>()
            );
        });
        // If there are fewer words, all of them are in it.
        drawn(&Odds::new(&[5, 0, 9]), 2, |sample| assert_eq!(sample.words, [0, 1, 2]));
    }

    #[test]
    fn the_corrected_sum_has_the_right_mean() {
        let odds = Odds { chances: (0..400).map(|i| 1.0 / f64::from(1 + i % 7)).collect() };
        let weight = |word: u32| f64::from(word % 5 + 1);
        let (mut sum, draws) = (0.0, 400);
        drawn(&odds, draws, |sample| {
            for (&word, bias) in sample.words.iter().zip(&sample.biases) {
                sum += weight(word) * f64::from(*bias).exp(); // bias 0 less ln π
            }
        });
        let (mean, expected) = (sum / draws as f64, (0..400).map(weight).sum::<f64>());
        assert!((mean / expected - 1.0).abs() < 0.02, "{mean} {expected}");
    }
}
