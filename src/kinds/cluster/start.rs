//! Where the centres begin: k-means++ with a few candidates for each.
//!
//! The next centre is drawn among the items with a probability that is proportional to the square of their distance
//! from the nearest centre so far, 2 - 2 cos; of a few that are drawn, the one that leaves the least sum is taken.

use rayon::prelude::*;

use super::items::{Items, Scratch};
use crate::random::Random;

/// How many candidates are drawn for a centre.
const TRIES: usize = 3;

/// Vectors side by side.
#[derive(Debug, Default)]
pub(super) struct Rows {
    features: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

impl Rows {
    /// The vectors of these items; those without one are left out.
    pub fn of(items: &impl Items, which: &[usize]) -> Self {
        let (mut rows, mut scratch) = (Rows::default(), Scratch::default());
        for &item in which {
            items.vector(item, &mut scratch);
            if !scratch.features.is_empty() {
                rows.features.extend_from_slice(&scratch.features);
                rows.ends.push(rows.features.len());
            }
        }
        rows
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, i: usize) -> &[(u32, f32)] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.features[start..self.ends[i]]
    }
}

/// Which vectors the centres begin at: `k`, or as many different ones as there are.
pub(super) fn start(vectors: &Rows, rows: usize, k: usize, random: &mut Random) -> Vec<usize> {
    let n = vectors.len();
    if n == 0 {
        return Vec::new();
    }
    let mut chosen = vec![random.below(n)];
    let mut dense = vec![0.0; rows];
    let mut nearest: Vec<f32> = vec![f32::INFINITY; n];
    closer(vectors, chosen[0], &mut dense, &mut nearest);
    while chosen.len() < k {
        let mut best: Option<(f64, usize, Vec<f32>)> = None;
        for _ in 0..TRIES {
            let Some(candidate) = draw(&nearest, random) else {
                return chosen;
            };
            let mut left = nearest.clone();
            closer(vectors, candidate, &mut dense, &mut left);
            let sum: f64 = left.iter().map(|&d| f64::from(d)).sum();
            if best.as_ref().is_none_or(|best| sum < best.0) {
                best = Some((sum, candidate, left));
            }
        }
        if let Some((_, candidate, left)) = best {
            chosen.push(candidate);
            nearest = left;
        }
    }
    chosen
}

/// What is nearer than this is the same vector, for all that 32 bits tell.
const SAME: f32 = 1e-5;

/// Draws an item by its distance; `None` if all are at a centre.
fn draw(distances: &[f32], random: &mut Random) -> Option<usize> {
    let sum: f64 = distances.iter().map(|&d| f64::from(d)).sum();
    let mut at = sum * (random.below(1 << 53) as f64 / (1u64 << 53) as f64);
    let mut last = None;
    for (i, &distance) in distances.iter().enumerate().filter(|(_, d)| **d > 0.0) {
        at -= f64::from(distance);
        last = Some(i);
        if at < 0.0 {
            break;
        }
    }
    last
}

/// Lowers the distances to those from one more centre.
fn closer(vectors: &Rows, centre: usize, dense: &mut [f32], distances: &mut [f32]) {
    for &(row, value) in vectors.get(centre) {
        dense[row as usize] = value;
    }
    let dense_now = &*dense;
    distances.par_iter_mut().with_min_len(256).enumerate().for_each(|(i, distance)| {
        let dot: f32 =
            vectors.get(i).iter().map(|&(row, value)| value * dense_now[row as usize]).sum();
        let own = 2.0 - 2.0 * dot;
        *distance = distance.min(if own < SAME { 0.0 } else { own });
    });
    for &(row, _) in vectors.get(centre) {
        dense[row as usize] = 0.0;
    }
}
