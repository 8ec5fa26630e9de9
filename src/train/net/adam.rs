//! The optimisers: Adam (Kingma & Ba 2015) for what every sentence changes; RMSProp (Tieleman & Hinton 2012) for
//! embeddings, most of which are rare: Adam's mean of the gradients would push them on by what some batch said long ago.
//! Numbers may decay as they are updated (Loshchilov & Hutter 2019).

use std::ops::Range;

use multiversion::multiversion;
use rayon::prelude::*;

use super::schedule::Pace;

/// How much of a running mean stays in a step: of the gradients, of their squares.
const BETAS: [f32; 2] = [0.8, 0.99];
/// How much faster embeddings learn.
const EMBEDDINGS: f32 = 2.0;
const EPSILON: f32 = 1e-8;
/// Numbers in one piece of parallel work.
const PIECE: usize = 1 << 15;

/// Running means of the gradients and of their squares.
#[derive(Debug, Clone)]
pub struct Adam {
    means: Vec<f32>,
    squares: Vec<f32>,
}

/// Running means of the squares of the gradients of embeddings. An embedding and its mean change when it occurs in a
/// batch, and its steps are counted by themselves.
#[derive(Debug, Clone)]
pub struct RmsProp {
    squares: Vec<f32>,
    /// (embeddings) how often each was updated.
    steps: Vec<u32>,
}

/// The size of a step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What gradients are multiplied by first, so that their norm is bounded.
    clip: f32,
    /// Learning rate.
    rate: f32,
    /// Corrections of Adam's means for starting from zeros: of the gradients, of their squares.
    corrections: [f32; 2],
    /// The share of a number that stays.
    kept: f32,
}

impl Step {
    /// Step number `step`, from 1.
    pub fn new(step: u64, pace: Pace, clip: f32) -> Self {
        Step {
            clip,
            rate: pace.rate as f32,
            corrections: BETAS.map(|beta| correction(beta, step)),
            kept: (1.0 - pace.decay) as f32,
        }
    }

    /// The same for numbers that do not decay.
    pub fn without_decay(self) -> Self {
        Step { kept: 1.0, ..self }
    }
}

impl Adam {
    /// For `size` numbers.
    pub fn new(size: usize) -> Self {
        Adam { means: vec![0.0; size], squares: vec![0.0; size] }
    }

    /// Updates some of the numbers, given all of them and their gradient.
    pub fn step(&mut self, some: Range<usize>, values: &mut [f32], gradient: &[f32], step: Step) {
        let means = self.means[some.clone()].par_chunks_mut(PIECE);
        let moments = means.zip(self.squares[some.clone()].par_chunks_mut(PIECE));
        let values = values[some.clone()].par_chunks_mut(PIECE);
        let values = values.zip(gradient[some].par_chunks(PIECE));
        values.zip(moments).for_each(|((v, g), (m, s))| update(v, g, m, s, step));
    }
}

impl RmsProp {
    /// For so many embeddings of `width` numbers.
    pub fn new(embeddings: usize, width: usize) -> Self {
        RmsProp { squares: vec![0.0; embeddings * width], steps: vec![0; embeddings] }
    }

    /// Updates an embedding, given all of them (embeddings, width) and its gradient.
    pub fn step(&mut self, id: usize, values: &mut [f32], gradient: &[f32], step: Step) {
        let range = id * gradient.len()..(id + 1) * gradient.len();
        let steps = &mut self.steps[id];
        *steps = steps.saturating_add(1);
        let corrections = [1.0, correction(BETAS[1], (*steps).into())];
        let step = Step { rate: EMBEDDINGS * step.rate, corrections, ..step };
        let (values, squares) = (&mut values[range.clone()], &mut self.squares[range]);
        update_row(values, gradient, squares, step);
    }
}

/// What a running mean is multiplied by after so many steps from zero.
fn correction(beta: f32, steps: u64) -> f32 {
    (1.0 / (1.0 - libm::pow(f64::from(beta), steps as f64))) as f32
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
fn update(
    values: &mut [f32],
    gradient: &[f32],
    means: &mut [f32],
    squares: &mut [f32],
    step: Step,
) {
    let size = values.len();
    let (gradient, means, squares) = (&gradient[..size], &mut means[..size], &mut squares[..size]);
    for i in 0..size {
        let g = step.clip * gradient[i];
        means[i] = BETAS[0] * means[i] + (1.0 - BETAS[0]) * g;
        change(&mut values[i], &mut squares[i], g, means[i], step);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
fn update_row(values: &mut [f32], gradient: &[f32], squares: &mut [f32], step: Step) {
    let size = values.len();
    let (gradient, squares) = (&gradient[..size], &mut squares[..size]);
    for i in 0..size {
        let g = step.clip * gradient[i];
        change(&mut values[i], &mut squares[i], g, g, step);
    }
}

/// Updates a number and the mean of the squares, from its gradient, in the direction of another or the same.
#[inline(always)]
fn change(value: &mut f32, square: &mut f32, g: f32, direction: f32, step: Step) {
    *square = BETAS[1] * *square + (1.0 - BETAS[1]) * g * g;
    let rate = step.rate * step.corrections[0];
    *value =
        step.kept * *value - rate * direction / ((*square * step.corrections[1]).sqrt() + EPSILON);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formulas of the papers, in 64 bits.
    fn defined(steps: &[(f32, Pace)], betas: [f64; 2], faster: f64) -> f64 {
        let (mut value, mut mean, mut square) = (0.5, 0.0, 0.0);
        for (t, &(g, pace)) in steps.iter().enumerate() {
            let g = f64::from(g) * 0.5;
            mean = betas[0] * mean + (1.0 - betas[0]) * g;
            square = betas[1] * square + (1.0 - betas[1]) * g * g;
            let corrected = |sum: f64, beta: f64| sum / (1.0 - beta.powi(t as i32 + 1));
            let change = corrected(mean, betas[0]) / corrected(square, betas[1]).sqrt();
            value = (1.0 - pace.decay) * value - faster * pace.rate * change;
        }
        value
    }

    #[test]
    fn steps_are_those_of_the_papers() {
        let paces = [(0.01, 0.001), (0.02, 0.0), (0.01, 0.1)];
        let gradients = [0.3, -2.0, 0.7];
        let paces = paces.map(|(rate, decay)| Pace { rate, decay });
        let steps: Vec<(f32, Pace)> = gradients.into_iter().zip(paces).collect();
        let (mut adam, mut rows) = (Adam::new(40), RmsProp::new(3, 20));
        let (mut dense, mut embeddings) = ([0.5f32; 40], [0.5f32; 60]);
        for (t, &(g, pace)) in steps.iter().enumerate() {
            let step = Step::new(t as u64 + 1, pace, 0.5);
            adam.step(3..40, &mut dense, &[g; 40], step);
            rows.step(1, &mut embeddings, &[g; 20], step);
            if t == 2 {
                rows.step(2, &mut embeddings, &[g; 20], step);
            }
        }
        let [b1, b2] = BETAS.map(f64::from);
        let expected = defined(&steps, [b1, b2], 1.0) as f32;
        assert!(dense[3..].iter().all(|x| (x - expected).abs() < 1e-6), "{dense:?} {expected}");
        let expected = defined(&steps, [0.0, b2], f64::from(EMBEDDINGS)) as f32;
        assert!(embeddings[20..40].iter().all(|x| (x - expected).abs() < 1e-6), "{embeddings:?}");
        let late = defined(&steps[2..], [0.0, b2], f64::from(EMBEDDINGS)) as f32;
        assert!(embeddings[40..].iter().all(|x| (x - late).abs() < 1e-6), "{embeddings:?} {late}");
        assert!(dense[..3] == [0.5; 3] && embeddings[..20] == [0.5; 20], "others stay");
        let still = Step::new(9, Pace { rate: 0.0, decay: 0.5 }, 1.0);
        adam.step(0..40, &mut dense, &[1.0; 40], still.without_decay());
        assert_eq!(dense[0], 0.5);
        adam.step(0..40, &mut dense, &[1.0; 40], still);
        assert_eq!(dense[0], 0.25);
    }
}
