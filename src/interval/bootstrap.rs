//! Percentile bootstrap of a mean (Efron, *Bootstrap Methods*, 1979).

use serde::Serialize;

use super::resample::Groups;

/// How many resamples are drawn, unless another number is asked for.
pub const RESAMPLES: u32 = 10_000;

/// The seed of the resamples, unless another one is asked for.
pub const SEED: u64 = 1;

/// A mean and the ends of its 95 % bootstrap interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// 2.5 % of the resampled means are below this.
    pub low: f64,
    /// 2.5 % of the resampled means are above this.
    pub high: f64,
}

impl Interval {
    /// The interval of the mean of some values, whatever their order; zeros for none.
    ///
    /// # Complexity
    /// [`RESAMPLES`] times less than a step a value where many are equal, else a step.
    pub fn of(values: &[f64]) -> Self {
        Self::drawn(values, RESAMPLES, SEED)
    }

    /// The same from so many resamples with this seed.
    pub fn drawn(values: &[f64], resamples: u32, seed: u64) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = values.len() as f64;
        let sum: f64 = sorted.iter().sum();
        let groups = Groups::of_sorted(&sorted, |a, b| a == b);
        let sums = groups.resample(resamples, seed, |drawn| {
            drawn.map(|(value, count)| value * count as f64).sum::<f64>()
        });
        match values {
            [] => Interval::default(),
            _ => {
                let [low, high] = ends(sums).map(|end| end.unwrap_or(sum) / n);
                Interval { mean: sum / n, low, high }
            }
        }
    }
}

/// The ends of the 95 % interval of a ratio of two sums over the same values, scaled. Resamples for which it is
/// not finite are left out; NaN if all are.
pub(crate) fn ends_of_ratio(values: &[[usize; 2]], scale: f64) -> [f64; 2] {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let groups = Groups::of_sorted(&sorted, |a, b| a == b);
    let ratios = groups.resample(RESAMPLES, SEED, |drawn| {
        let add = |[a, b]: [u64; 2], ([above, below], count): ([usize; 2], u64)| {
            [a + count * above as u64, b + count * below as u64]
        };
        let [above, below] = drawn.fold([0; 2], add);
        scale * above as f64 / below as f64
    });
    ends(ratios.into_iter().filter(|ratio| ratio.is_finite()).collect())
        .map(|end| end.unwrap_or(f64::NAN))
}

/// The percentiles 2.5 and 97.5 of what resamples gave; as many are left out below as above.
pub(crate) fn ends<T: Copy + PartialOrd>(mut drawn: Vec<T>) -> [Option<T>; 2] {
    drawn.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    let last = drawn.len().saturating_sub(1);
    let tail = (0.025 * last as f64).round() as usize;
    [tail, last - tail].map(|place| drawn.get(place).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_as_wide_as_the_normal_one() {
        let values: Vec<f64> = (0..2500).map(|i| f64::from(i % 10)).collect();
        let Interval { mean, low, high } = Interval::of(&values);
        assert_eq!(mean, 4.5);
        // Standard deviation 2.87, standard error 0.0574.
        assert!((mean - low - 0.1125).abs() < 0.02 && (high - mean - 0.1125).abs() < 0.02);
        assert_eq!(Interval::of(&[]), Interval::default());
        assert_eq!(Interval::of(&[2.0; 30]), Interval { mean: 2.0, low: 2.0, high: 2.0 });
    }

    #[test]
    fn the_order_of_the_values_changes_nothing() {
        let values: Vec<f64> = (0..600).map(|i| f64::from(i % 7)).collect();
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        assert_eq!(Interval::of(&values), Interval::of(&reversed));
        assert_ne!(Interval::of(&values), Interval::drawn(&values, RESAMPLES, 2));
        // Values that all differ are drawn in another way.
        let values: Vec<f64> = (0..400).map(f64::from).collect();
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        assert_eq!(Interval::of(&values), Interval::of(&reversed));
        let Interval { mean, low, high } = Interval::of(&values);
        // Standard deviation 115.5, standard error 5.77.
        assert!((mean - low - 11.3).abs() < 0.5 && (high - mean - 11.3).abs() < 0.5);
    }

    #[test]
    fn resamples_without_a_number_do_not_count() {
        assert_eq!(ends_of_ratio(&[[0, 0], [3, 1]], 1.0), [3.0; 2]);
        assert!(ends_of_ratio(&[[0, 0]], 1.0).iter().all(|end| end.is_nan()));
        assert_eq!(ends::<i64>(Vec::new()), [None; 2]);
    }
}
