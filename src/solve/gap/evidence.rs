//! What speaks for a gap: the evidence of the n-grams and the net's logit, mixed log-linearly.

use crate::model::header::Calibration;

/// The weights of [`crate::solve::word::sentence::Analysis::features`], in its order.
pub fn gap_weights(calibration: &Calibration) -> [f64; 2] {
    [calibration.gap_temperature, calibration.net_weight]
}

/// The log of the posterior of a gap, up to a constant, from its features.
pub fn gap_score(calibration: &Calibration, features: &[f64; 2]) -> f64 {
    gap_weights(calibration).iter().zip(features).map(|(w, f)| w * f).sum()
}
