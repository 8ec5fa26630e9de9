//! Steps of stochastic gradient descent over crops, at a rate that falls to nothing.

use super::candidates::Rows;
use super::crops::Crops;
use crate::kinds::linear::Linear;
use crate::progress::{Progress, Unit};

/// How often progress is reported, in steps.
const OFTEN: u64 = 4096;

/// Trains `linear`, whose rows are those of `rows`, and returns the mean loss of the last tenth, in nats.
pub fn descend(
    linear: &mut Linear,
    rows: &Rows,
    crops: &mut Crops,
    (steps, rate): (u64, f32),
    progress: &dyn Progress,
) -> f64 {
    progress.stage("learn", Unit::Pieces, Some(steps));
    let (mut crop, mut features) = (Vec::new(), Vec::new());
    let mut scores = vec![0.0; linear.kinds()];
    let (mut loss, mut last) = (0.0, 0u64);
    for step in 0..steps {
        let kind = crops.draw(&mut crop);
        features.clear();
        features.extend(crop.iter().flat_map(|&word| rows.of(word)).map(|&row| (row, 1.0)));
        let value = 1.0 / (features.len().max(1) as f32).sqrt();
        features.iter_mut().for_each(|(_, v)| *v = value);
        let left = (1.0 - step as f32 / steps as f32).max(0.02);
        let before = linear.step(&features, kind, rate * left, &mut scores);
        if step >= steps - steps / 10 {
            loss += f64::from(before);
            last += 1;
        }
        if (step + 1).is_multiple_of(OFTEN) {
            progress.advance(OFTEN);
        }
    }
    loss / last.max(1) as f64
}
