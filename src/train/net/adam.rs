//! The optimiser: Adam (Kingma & Ba 2015), with warm-up and cosine decay of the rate (Loshchilov &
//! Hutter 2017). The moments of an embedding change only when it occurs in a batch.

use multiversion::multiversion;
use rayon::prelude::*;

const BETAS: [f32; 2] = [0.9, 0.98];
const EPSILON: f32 = 1e-8;
/// Numbers in one piece of parallel work.
const PIECE: usize = 1 << 15;

/// Running means of the gradients and of their squares.
#[derive(Debug, Clone)]
pub struct Adam {
    means: Vec<f32>,
    squares: Vec<f32>,
}

/// The size of a step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What gradients are multiplied by first, so that their norm is bounded.
    pub clip: f32,
    /// Learning rate, including the correction for starting from zeros.
    rate: f32,
    /// Correction of the squares.
    squares: f32,
}

impl Step {
    /// Step number `step`, from 1, with this learning rate.
    pub fn new(step: u64, rate: f64, clip: f32) -> Self {
        let correction = |beta: f32| 1.0 - libm::pow(f64::from(beta), step as f64);
        Step {
            clip,
            rate: (rate / correction(BETAS[0])) as f32,
            squares: (1.0 / correction(BETAS[1])) as f32,
        }
    }
}

impl Adam {
    /// For `size` numbers.
    pub fn new(size: usize) -> Self {
        Adam { means: vec![0.0; size], squares: vec![0.0; size] }
    }

    /// Updates all numbers.
    pub fn step(&mut self, values: &mut [f32], gradient: &[f32], step: Step) {
        let moments = self.means.par_chunks_mut(PIECE).zip(self.squares.par_chunks_mut(PIECE));
        let values = values.par_chunks_mut(PIECE).zip(gradient.par_chunks(PIECE));
        values.zip(moments).for_each(|((v, g), (m, s))| update(v, g, m, s, step));
    }

    /// Updates one row, whose numbers begin at `at`.
    pub fn step_row(&mut self, at: usize, values: &mut [f32], gradient: &[f32], step: Step) {
        let range = at..at + gradient.len();
        update(
            &mut values[range.clone()],
            gradient,
            &mut self.means[range.clone()],
            &mut self.squares[range],
            step,
        );
    }
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
        squares[i] = BETAS[1] * squares[i] + (1.0 - BETAS[1]) * g * g;
        values[i] -= step.rate * means[i] / ((squares[i] * step.squares).sqrt() + EPSILON);
    }
}
