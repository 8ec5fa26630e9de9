//! Percentile bootstrap of a mean (Efron, *Bootstrap Methods*, 1979).

use serde::Serialize;

use crate::random::Random;

/// How many resamples are drawn.
pub const RESAMPLES: usize = 1000;

/// The seed of the resamples.
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
    /// The interval of the mean of some values; zeros for none.
    ///
    /// # Complexity
    /// O([`RESAMPLES`] × values).
    pub fn of(values: &[f64]) -> Self {
        let n = values.len();
        if n == 0 {
            return Interval::default();
        }
        let [low, high] =
            ends(n, |drawn| drawn.iter().map(|&at| values[at]).sum::<f64>() / n as f64);
        Interval { mean: values.iter().sum::<f64>() / n as f64, low, high }
    }
}

/// The ends of the 95 % interval of `statistic` over indices of `n` values, drawn with replacement. Resamples
/// for which it is not finite are left out; NaN if all are.
pub(crate) fn ends(n: usize, statistic: impl Fn(&[usize]) -> f64) -> [f64; 2] {
    let mut random = Random::new(SEED);
    let mut drawn = vec![0; n];
    let mut resample = |_| {
        drawn.fill_with(|| random.below(n));
        statistic(&drawn)
    };
    let mut all: Vec<f64> = (0..RESAMPLES).map(&mut resample).filter(|x| x.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let last = all.len().saturating_sub(1) as f64;
    [0.025, 0.975]
        .map(|share| all.get((share * last).round() as usize).copied().unwrap_or(f64::NAN))
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
    fn resamples_without_a_number_do_not_count() {
        let values = [f64::NAN, 3.0];
        let of_first = |drawn: &[usize]| values[drawn[0]];
        assert_eq!(ends(2, of_first), [3.0; 2]);
        assert!(ends(2, |_| f64::NAN).iter().all(|end| end.is_nan()));
    }
}
