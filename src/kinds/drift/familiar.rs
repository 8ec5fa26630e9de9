//! How well does a model know both texts?
//!
//! The share of words that are unknown to it, and the perplexity without them, that is 10 to the mean of -log10
//! P(w | h) over known words and ends of lines. Both are ratios of sums over lines; their standard errors are those of
//! the ratio estimator (Cochran, *Sampling Techniques*, 1977, 6.4), since the words of a line are not independent.
//! The model knows the new text less well if the 95 % interval of the difference of either (for perplexities, of
//! their logarithms) lies above zero.

use rayon::prelude::*;
use serde::Serialize;

use crate::interval::wilson::Z;
use crate::model::Model;
use crate::query::Scorer;

/// Something about both texts, with 95 % intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Of the old text.
    pub old: f64,
    /// Of the new text.
    pub new: f64,
    /// The interval of new minus old; for perplexities, of new divided by old.
    pub change: [f64; 2],
    /// Whether that interval lies above no change.
    pub rose: bool,
}

/// How well a model knows both texts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Familiar {
    /// The share of words that are unknown, from 0 to 1.
    pub unknown: Rate,
    /// The perplexity without them.
    pub perplexity: Rate,
}

impl Familiar {
    /// Scores all lines with the model.
    pub(super) fn of(model: &Model, lines: &[&str], is_new: &[bool]) -> Self {
        let scorer = Scorer::new(model);
        let scored: Vec<Scored> = lines.par_iter().map(|line| Scored::of(&scorer, line)).collect();
        let side = |new: bool, ratio: fn(&Scored) -> [f64; 2]| {
            let lines = scored.iter().zip(is_new).filter(|(_, is_new)| **is_new == new);
            Ratio::of(&lines.map(|(line, _)| ratio(line)).collect::<Vec<_>>())
        };
        let sides = |ratio| [false, true].map(|new| side(new, ratio));
        let unknown = sides(|line| [line.unknown, line.words]);
        let log10 = sides(|line| [-line.log10_known, line.words - line.unknown + 1.0]);
        let [unknown_change, log10_change] = [unknown, log10].map(change);
        Familiar {
            unknown: Rate {
                old: unknown[0].value,
                new: unknown[1].value,
                change: unknown_change,
                rose: unknown_change[0] > 0.0,
            },
            perplexity: Rate {
                old: libm::exp10(log10[0].value),
                new: libm::exp10(log10[1].value),
                change: log10_change.map(libm::exp10),
                rose: log10_change[0] > 0.0,
            },
        }
    }

    /// Whether the model knows the new text less well.
    pub fn less(&self) -> bool {
        self.unknown.rose || self.perplexity.rose
    }
}

/// A line as the model sees it.
struct Scored {
    words: f64,
    unknown: f64,
    /// log10 of the probability of its known words and its end.
    log10_known: f64,
}

impl Scored {
    fn of(scorer: &Scorer<'_>, line: &str) -> Self {
        let score = scorer.score(line.as_bytes());
        let known = score.words.iter().filter(|word| !word.is_unknown());
        Scored {
            words: (score.words.len() - 1) as f64,
            unknown: score.unknown() as f64,
            log10_known: known.map(|word| word.log10_p).sum(),
        }
    }
}

/// A ratio of two sums over lines, and its standard error.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    value: f64,
    error: f64,
}

impl Ratio {
    fn of(lines: &[[f64; 2]]) -> Self {
        let below: f64 = lines.iter().map(|line| line[1]).sum();
        let value = lines.iter().map(|line| line[0]).sum::<f64>() / below;
        let square = |[above, below]: &[f64; 2]| (above - value * below) * (above - value * below);
        let n = lines.len() as f64;
        let squares = lines.iter().map(square).sum::<f64>() * n / (n - 1.0);
        Ratio { value, error: squares.sqrt() / below }
    }
}

/// The interval of the difference.
fn change([old, new]: [Ratio; 2]) -> [f64; 2] {
    let half = Z * (old.error * old.error + new.error * new.error).sqrt();
    let difference = new.value - old.value;
    [difference - half, difference + half]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::bootstrap::ends_of_ratio;
    use crate::random::Random;

    #[test]
    fn the_error_of_a_ratio_is_that_of_its_resamples() {
        let mut random = Random::new(3);
        let lines: Vec<[usize; 2]> = (0..500)
            .map(|_| {
                let words = 5 + random.below(30);
                [random.below(1 + words / 5), words]
            })
            .collect();
        let ratio = Ratio::of(&lines.iter().map(|line| line.map(|n| n as f64)).collect::<Vec<_>>());
        let [low, high] = ends_of_ratio(&lines, 1.0);
        assert!((ratio.value - (low + high) / 2.0).abs() < 0.1 * (high - low));
        assert!((2.0 * Z * ratio.error / (high - low) - 1.0).abs() < 0.1, "{ratio:?} {low} {high}");
    }

    #[test]
    fn a_change_is_sure_if_it_is_larger_than_the_errors() {
        let ratio = |value, error| Ratio { value, error };
        let [low, high] = change([ratio(1.0, 0.3), ratio(2.0, 0.4)]);
        assert!((low - (1.0 - Z * 0.5)).abs() < 1e-12 && (high - (1.0 + Z * 0.5)).abs() < 1e-12);
    }
}
