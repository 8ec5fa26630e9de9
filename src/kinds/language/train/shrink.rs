//! From candidates and floats to the few n-grams that matter and four bits a weight.

use super::candidates::Candidates;
use crate::kinds::language::keys::{Keys, key};
use crate::kinds::language::rows::{Rows, SCALES};
use crate::kinds::linear::Linear;

/// What a unit of the weights is, in nats.
pub const UNIT: f32 = 0.2;
/// Less than this share of a step is rounded to zero. More weights are zero than if it were a half, which makes the
/// file smaller by more than it costs.
const NOTHING: f32 = 0.65;
/// How many rows medians are taken of.
const ROWS: usize = 20_000;

/// The `most` candidates that matter most: by the square root of how often they occur times the length of their
/// weights, less what is the same for all kinds. Returns their keys and their weights.
pub fn keep(candidates: &Candidates, linear: &Linear, most: usize) -> (Keys, Linear) {
    let worth = |number: usize| {
        let row = linear.row(number as u32);
        let mean = row.iter().sum::<f32>() / row.len() as f32;
        let square: f32 = row.iter().map(|weight| (weight - mean) * (weight - mean)).sum();
        (square * candidates.counts[number]).sqrt()
    };
    let mut best: Vec<(f32, u32)> =
        (0..candidates.hashes.len()).map(|number| (worth(number), number as u32)).collect();
    best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    // Of those that share a key the one that matters most.
    let mut kept: Vec<(u32, u32, u32)> = best
        .iter()
        .take(most)
        .enumerate()
        .map(|(rank, &(_, number))| (key(candidates.hashes[number as usize]), rank as u32, number))
        .collect();
    kept.sort_unstable();
    kept.dedup_by_key(|kept| kept.0);
    let keys: Vec<u32> = kept.iter().map(|kept| kept.0).collect();
    (Keys::new(&keys), linear.select(kept.iter().map(|kept| kept.2)))
}

/// What each kind's weights have in common, in nats: the median of their differences from the median of their row. An
/// n-gram that was never seen in a kind is the more improbable the more text there was, which says nothing about the
/// n-gram.
pub fn offsets(linear: &Linear, rows: usize) -> Vec<f32> {
    let rows = (0..rows).step_by(rows.div_ceil(ROWS).max(1));
    let mut differences = vec![Vec::new(); linear.kinds()];
    for row in rows {
        let row = linear.row(row as u32);
        let middle = median(&mut row.to_vec());
        differences.iter_mut().zip(row).for_each(|(all, weight)| all.push(weight - middle));
    }
    differences.iter_mut().map(|all| median(all)).collect()
}

fn median(all: &mut [f32]) -> f32 {
    let middle = all.len() / 2;
    match all.is_empty() {
        true => 0.0,
        false => *all.select_nth_unstable_by(middle, f32::total_cmp).1,
    }
}

/// The weights less the offsets of their kinds in four bits: for each row the scale that loses least, by the squared
/// difference. What is the same for all kinds is free, so that the weight that most kinds share becomes zero.
pub fn quantise(linear: &Linear, offsets: &[f32], rows: usize) -> Rows {
    let mut packed = Rows::new(rows, linear.kinds());
    for row in 0..rows {
        let weights: Vec<f32> =
            linear.row(row as u32).iter().zip(offsets).map(|(w, offset)| w - offset).collect();
        let rounded = SCALES.map(|scale| Rounded::new(&weights, scale as f32 * UNIT));
        let tried = rounded.iter().enumerate();
        let best = tried.fold(
            0,
            |best, (scale, this)| if this.loss < rounded[best].loss { scale } else { best },
        );
        packed.set_scale(row, best as u8);
        rounded[best]
            .weights
            .iter()
            .enumerate()
            .for_each(|(kind, &weight)| packed.set(row, kind, weight));
    }
    packed
}

/// A row in whole steps.
struct Rounded {
    weights: Vec<i8>,
    /// The sum of the squared differences, in nats squared.
    loss: f32,
}

impl Rounded {
    /// In `step`s, of which the most frequent is zero.
    fn new(row: &[f32], step: f32) -> Self {
        let mean = row.iter().sum::<f32>() / row.len() as f32;
        let steps = |weight: f32| ((weight - mean) / step).round().clamp(-64.0, 63.0) as i8;
        let mut counts = [0u16; 128];
        row.iter().for_each(|&weight| counts[(steps(weight) + 64) as usize] += 1);
        let most = *counts.iter().max().expect("there are 128");
        let mode = counts.iter().position(|&count| count == most).expect("one has most") as i8 - 64;
        let shift = mean + f32::from(mode) * step;
        let rounded = row.iter().map(|&weight| match (weight - shift).abs() < NOTHING * step {
            true => 0,
            false => (steps(weight) - mode).clamp(-8, 7),
        });
        let weights: Vec<i8> = rounded.collect();
        let differences =
            row.iter().zip(&weights).map(|(weight, &q)| weight - shift - f32::from(q) * step);
        Rounded { loss: differences.map(|difference| difference * difference).sum(), weights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_weights_of_a_row_become_zero_and_differences_stay() {
        let rounded = Rounded::new(&[1.0, 1.1, 0.9, 3.0, -9.0], 0.5);
        assert_eq!(rounded.weights, [0, 0, 0, 4, -8]);
    }

    #[test]
    fn what_the_weights_of_a_kind_have_in_common_is_its_offset() {
        let mut linear = Linear::new(50, 5);
        for row in 0..50 {
            let weights = linear.row_mut(row);
            weights.copy_from_slice(&[0.0, 0.0, 0.0, 0.7, -0.4]);
            weights[(row % 5) as usize] += 3.0;
            weights.iter_mut().for_each(|weight| *weight += row as f32);
        }
        let offsets = offsets(&linear, 50);
        for (offset, should) in offsets.iter().zip([0.0, 0.0, 0.0, 0.7, -0.4]) {
            assert!((offset - should).abs() < 1e-4, "{offsets:?}");
        }
        let rows = quantise(&linear, &offsets, 50);
        assert!(
            (0..50).all(|row| (0..5).all(|kind| (rows.get(row, kind) != 0) == (kind == row % 5)))
        );
    }

    #[test]
    fn rows_of_large_weights_have_a_large_scale() {
        let mut linear = Linear::new(100, 8);
        for row in 0..100 {
            let weights = linear.row_mut(row);
            let size = if row < 50 { 0.3 } else { 0.9 };
            (0..8).for_each(|kind| {
                weights[kind] = size * ((kind as i32 * (row as i32 + 1)) % 7) as f32
            });
        }
        let rows = quantise(&linear, &[0.0; 8], 100);
        assert!(rows.scale(3) < rows.scale(60), "{} {}", rows.scale(3), rows.scale(60));
        for row in [3, 60] {
            let step = SCALES[usize::from(rows.scale(row))] as f32 * UNIT;
            let is = |kind| f32::from(rows.get(row, kind) - rows.get(row, 0)) * step;
            let should = |kind| linear.row(row as u32)[kind] - linear.row(row as u32)[0];
            assert!((0..8).all(|kind| (is(kind) - should(kind)).abs() <= step), "{row}");
        }
    }
}
