//! What is said with probability 0.8 is right in 80 of 100 texts: a temperature for each size of a text (Guo et al.,
//! *On Calibration of Modern Neural Networks*, 2017), and how much surer it must be that a text is of a foreign language
//! before one says so.
//!
//! The size of a text is the number of its n-grams that are known, in classes of powers of two; between the middles of
//! two classes both parameters change evenly with the logarithm of the size.

use serde::{Deserialize, Serialize};

/// The parameters of a class of sizes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// What scores are multiplied with, above zero.
    pub sharpness: f32,
    /// What is added to the scores of foreign kinds, in nats before that.
    pub foreign: f32,
}

/// The number of classes: fewer than 8 n-grams, fewer than 16, ..., 2,048 and more.
pub const SIZES: usize = 10;
/// The largest parameters that can be used: what is computed with them stays finite.
const MOST: f32 = 1e4;

/// The parameters by size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    sizes: Vec<Size>,
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration { sizes: vec![Size { sharpness: 1.0, foreign: 0.0 }; SIZES] }
    }
}

/// The class of a text with `ngrams` known n-grams.
pub fn class(ngrams: u32) -> usize {
    ((32 - ngrams.leading_zeros()) as usize).saturating_sub(3).min(SIZES - 1)
}

impl Calibration {
    /// From the parameters of the [`SIZES`] classes; `None` if these are not as many, or not usable.
    pub fn new(sizes: Vec<Size>) -> Option<Self> {
        let calibration = Calibration { sizes };
        calibration.is_sound().then_some(calibration)
    }

    /// Whether all parameters are there and can be used.
    pub(super) fn is_sound(&self) -> bool {
        let usable = |size: &Size| {
            size.sharpness > 0.0 && size.sharpness <= MOST && size.foreign.abs() <= MOST
        };
        self.sizes.len() == SIZES && self.sizes.iter().all(usable)
    }

    /// The parameters of the classes.
    pub fn sizes(&self) -> &[Size] {
        &self.sizes
    }

    /// The parameters for a text with `ngrams` known n-grams.
    pub fn at(&self, ngrams: u32) -> Size {
        // Class c holds 2^(c+2) to 2^(c+3); its middle is 2^(c+2.5). The logarithm is piecewise linear.
        let n = ngrams.max(1);
        let power = n.ilog2();
        let log = power as f32 + (n as f32 / (1u32 << power.min(31)) as f32 - 1.0);
        let place = (log - 2.5).clamp(0.0, (SIZES - 1) as f32);
        let (below, part) = (place as usize, place - (place as usize) as f32);
        let (a, b) = (self.sizes[below], self.sizes[(below + 1).min(SIZES - 1)]);
        let mix = |a: f32, b: f32| a + part * (b - a);
        Size { sharpness: mix(a.sharpness, b.sharpness), foreign: mix(a.foreign, b.foreign) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_double() {
        let classes: Vec<usize> =
            [0, 1, 7, 8, 15, 16, 31, 2047, 2048, u32::MAX].map(class).to_vec();
        assert_eq!(classes, [0, 0, 0, 1, 1, 2, 2, 8, 9, 9]);
    }

    #[test]
    fn parameters_change_evenly_between_the_middles_of_classes() {
        let size = |i: usize| Size { sharpness: 1.0 + i as f32, foreign: -(i as f32) };
        let calibration = Calibration::new((0..SIZES).map(size).collect()).unwrap();
        assert_eq!(calibration.at(0), size(0));
        assert_eq!(calibration.at(4), size(0));
        assert_eq!(calibration.at(6), size(0)); // 2^2.5, the logarithm taken straight from 4 to 8
        assert_eq!(calibration.at(12), size(1));
        assert_eq!(calibration.at(8).sharpness, 1.5);
        assert_eq!(calibration.at(u32::MAX), size(SIZES - 1));
        let sharp: Vec<f32> = (0..5000).map(|n| calibration.at(n).sharpness).collect();
        assert!(sharp.is_sorted());
    }

    #[test]
    fn parameters_that_cannot_be_used_are_refused() {
        let with = |sharpness, foreign, n| Calibration::new(vec![Size { sharpness, foreign }; n]);
        assert!(with(1.0, -3.0, SIZES).is_some());
        for wrong in [
            with(0.0, 0.0, SIZES),
            with(f32::NAN, 0.0, SIZES),
            with(f32::INFINITY, 0.0, SIZES),
            with(1.0, f32::INFINITY, SIZES),
            with(1.0, f32::NAN, SIZES),
            with(1.0, 0.0, 3),
        ] {
            assert_eq!(wrong, None);
        }
    }
}
