//! From logs of weights to probabilities.

/// exp(x) / sum of exp(x), for logs up to a constant, in nats.
pub fn softmax(logs: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut all: Vec<f64> = logs.map(|ln| libm::exp(ln - most)).collect();
    let sum: f64 = all.iter().sum();
    all.iter_mut().for_each(|p| *p /= sum);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_any_size_become_probabilities() {
        for shift in [0.0, 5000.0, -5000.0] {
            let all = softmax([0.0f64, 3.0f64.ln()].into_iter().map(|ln| ln + shift));
            assert!((all[0] - 0.25).abs() < 1e-9 && (all[1] - 0.75).abs() < 1e-9, "{all:?}");
        }
    }
}
