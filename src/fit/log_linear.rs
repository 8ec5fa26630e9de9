//! Log-linear models: the weights that make the truth likeliest.
//!
//! An example has alternatives, each with features f and an offset o, and
//!
//! ```text
//! P(alternative a) = exp(w · f_a + o_a) / sum_b exp(w · f_b + o_b)
//! ```
//!
//! The mean negative log-likelihood is convex in w (if one alternative is true); Newton's method with step
//! halving finds its minimum. Where a feature is rare, so that the Hessian says little of it, a step leads too far in its
//! direction, and half of it too: there it is damped (Marquardt 1963). One or a few features, thousands of examples.

use std::ops::RangeInclusive;

use ordered_float::OrderedFloat;

use crate::softmax::softmax;

/// One choice whose outcome is known.
#[derive(Debug, Clone)]
pub struct Example<const D: usize> {
    /// (alternatives) features.
    pub features: Vec<[f64; D]>,
    /// (alternatives) offsets.
    pub offsets: Vec<f64>,
    /// The alternatives that are true; their probabilities add up.
    pub truth: RangeInclusive<usize>,
}

/// A step that gains less than this, in nats per example, is the last one.
const ENOUGH: f64 = 1e-9;
/// Strength of the pull towards the starting weights: PRIOR / 2 times the squared distance is added to the
/// sum of the examples' nats, so that weights stay finite even if the examples do not bound them.
const PRIOR: f64 = 1e-3;
/// The least and the most that a step is damped, as a share of the Hessian's diagonal.
const DAMPING: [f64; 2] = [1e-2, 1e6];

/// The mean negative log-likelihood in nats.
pub fn mean_nats<const D: usize>(examples: &[Example<D>], weights: &[f64; D]) -> f64 {
    let total: f64 = examples.iter().map(|example| example.nats(weights)).sum();
    total / examples.len() as f64
}

/// The weights with the lowest mean negative log-likelihood, starting from `start`.
pub fn fit<const D: usize>(examples: &[Example<D>], start: [f64; D]) -> [f64; D] {
    let objective = |weights: &[f64; D]| {
        let moved: f64 = weights.iter().zip(&start).map(|(w, s)| (w - s).powi(2)).sum();
        mean_nats(examples, weights) + PRIOR / 2.0 * moved / examples.len() as f64
    };
    let (mut weights, mut nats, mut damping) = (start, objective(&start), 0.0);
    for _ in 0..50 {
        let Some(step) = newton_step(examples, &weights, &start, damping) else {
            break;
        };
        let mut size = 1.0;
        let better = loop {
            let next: [f64; D] = std::array::from_fn(|i| weights[i] - size * step[i]);
            let next_nats = objective(&next);
            if next_nats < nats {
                break Some((next, next_nats));
            }
            size /= 2.0;
            if size < 1e-3 {
                break None;
            }
        };
        let Some((next, next_nats)) = better else {
            damping = f64::max(100.0 * damping, DAMPING[0]);
            if damping > DAMPING[1] {
                break;
            }
            continue;
        };
        damping = if damping > DAMPING[0] { damping / 10.0 } else { 0.0 };
        let gained = nats - next_nats;
        (weights, nats) = (next, next_nats);
        if gained < ENOUGH {
            break;
        }
    }
    weights
}

/// Inverse Hessian, with its diagonal larger by a share `damping`, times gradient.
fn newton_step<const D: usize>(
    examples: &[Example<D>],
    weights: &[f64; D],
    start: &[f64; D],
    damping: f64,
) -> Option<[f64; D]> {
    let (mut gradient, mut hessian) = ([0.0; D], [[0.0; D]; D]);
    for example in examples {
        let all = example.probabilities(weights);
        let true_mass: f64 = all[example.truth.clone()].iter().sum::<f64>().max(1e-300);
        let mean: [f64; D] =
            std::array::from_fn(|i| all.iter().zip(&example.features).map(|(p, f)| p * f[i]).sum());
        for (a, (p, f)) in all.iter().zip(&example.features).enumerate() {
            for i in 0..D {
                if example.truth.contains(&a) {
                    gradient[i] -= p / true_mass * (f[i] - mean[i]);
                }
                for j in 0..D {
                    hessian[i][j] += p * (f[i] - mean[i]) * (f[j] - mean[j]);
                }
            }
        }
    }
    for (i, row) in hessian.iter_mut().enumerate() {
        row[i] = (row[i] + PRIOR) * (1.0 + damping);
        gradient[i] += PRIOR * (weights[i] - start[i]);
    }
    solve(hessian, gradient)
}

impl<const D: usize> Example<D> {
    fn probabilities(&self, weights: &[f64; D]) -> Vec<f64> {
        let score = |(features, offset): (&[f64; D], &f64)| {
            offset + features.iter().zip(weights).map(|(f, w)| f * w).sum::<f64>()
        };
        softmax(self.features.iter().zip(&self.offsets).map(score))
    }

    fn nats(&self, weights: &[f64; D]) -> f64 {
        -self.probabilities(weights)[self.truth.clone()].iter().sum::<f64>().max(1e-300).ln()
    }
}

/// Solves a small system of linear equations by Gaussian elimination; `None` if it is singular.
fn solve<const D: usize>(mut a: [[f64; D]; D], mut b: [f64; D]) -> Option<[f64; D]> {
    for i in 0..D {
        let pivot = (i..D).max_by_key(|&x| OrderedFloat(a[x][i].abs()))?;
        a.swap(i, pivot);
        b.swap(i, pivot);
        if a[i][i].abs() < 1e-12 {
            return None;
        }
        for row in 0..D {
            if row != i {
                let factor = a[row][i] / a[i][i];
                let pivot_row = a[i];
                for (item, above) in a[row].iter_mut().zip(pivot_row).skip(i) {
                    *item -= factor * above;
                }
                b[row] -= factor * b[i];
            }
        }
    }
    Some(std::array::from_fn(|i| b[i] / a[i][i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn finds_the_weights_that_made_the_examples() {
        let (weights, mut random) = ([0.7, -0.4], Random::new(5));
        let mut number = move || random.below(1 << 20) as f64 / f64::from(1 << 20);
        let examples: Vec<Example<2>> = (0..20_000)
            .map(|_| {
                let features: Vec<[f64; 2]> =
                    (0..4).map(|_| [4.0 * number(), 4.0 * number()]).collect();
                let mut example = Example { features, offsets: vec![0.0; 4], truth: 0..=0 };
                let (p, mut left, mut chosen) = (example.probabilities(&weights), number(), 0);
                while chosen < 3 && left > p[chosen] {
                    left -= p[chosen];
                    chosen += 1;
                }
                example.truth = chosen..=chosen;
                example
            })
            .collect();
        let found = fit(&examples, [1.0, 0.0]);
        assert!(found.iter().zip(weights).all(|(a, b)| (a - b).abs() < 0.03), "{found:?}");
        // A minimum: no small step is better.
        let least = mean_nats(&examples, &found);
        for step in [[0.01, 0.0], [-0.01, 0.0], [0.0, 0.01], [0.0, -0.01]] {
            let near = std::array::from_fn(|i| found[i] + step[i]);
            assert!(mean_nats(&examples, &near) >= least);
        }
    }

    #[test]
    fn a_start_where_the_hessian_vanishes_is_left() {
        let example =
            |truth| Example { features: vec![[0.0], [1.0]], offsets: vec![0.0; 2], truth };
        let examples: Vec<Example<1>> =
            (0..1000).map(|i| example(if i < 600 { 0..=0 } else { 1..=1 })).collect();
        for start in [30.0, -30.0, 0.0] {
            let [found] = fit(&examples, [start]);
            assert!((found - (400.0 / 600f64).ln()).abs() < 1e-3, "{start}: {found}");
        }
    }
}
