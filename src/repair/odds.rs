//! How likely is a word to be missing in a gap, and which prior causes how many false alarms?

use crate::error::{Error, Remedy, Result, Setting};
use crate::model::header::Repair;
use crate::solve::word::sentence::Analysis;

/// Gaps no farther apart than this compete: a missing word raises its neighbours too.
pub const NEAR: usize = 2;
/// The default prior share of missing words.
pub const PRIOR: f64 = 0.01;
/// Words of this probability or more are inserted: more likely right than wrong. The rates of false alarms in
/// a model's header are for this bound.
pub const SURE: f64 = 0.5;
/// A rate is known only from this many false alarms in held-out text.
pub const FEWEST: u64 = 5;

/// The features that make up the ratio of a gap.
pub fn features(analysis: &Analysis, gap: usize) -> [f64; 3] {
    let [ln_evidence, logit] = analysis.features(gap);
    [1.0, ln_evidence, logit]
}

/// The log of the ratio of a gap, in nats.
pub fn ln_ratio(weights: &[f64; 3], features: &[f64; 3]) -> f64 {
    weights.iter().zip(features).map(|(w, f)| w * f).sum()
}

/// The log of the odds of a probability, in nats.
pub fn ln_odds(probability: f64) -> f64 {
    libm::log(probability) - libm::log1p(-probability)
}

/// Probability that a word is missing in a gap, from the log ratios of all gaps and the log prior odds.
pub fn probability(ln_ratios: &[f64], gap: usize, ln_prior: f64) -> f64 {
    let near = near(ln_ratios, gap).iter().map(|ratio| ratio + ln_prior);
    let most = near.clone().fold(0.0, f64::max);
    let all = libm::exp(-most) + near.map(|ln| libm::exp(ln - most)).sum::<f64>();
    libm::exp(ln_ratios[gap] + ln_prior - most) / all
}

/// The log of the prior odds at which [`probability`] reaches `wanted`; `None` if it never does.
pub fn critical(ln_ratios: &[f64], gap: usize, wanted: f64) -> Option<f64> {
    let near = near(ln_ratios, gap);
    let most = near.iter().copied().fold(f64::MIN, f64::max);
    let all: f64 = near.iter().map(|ln| libm::exp(ln - most)).sum();
    // o / (1 + o all / own) = wanted, for o = own × odds
    let left = libm::exp(ln_ratios[gap] - most) - wanted * all;
    (left > 0.0).then(|| libm::log(wanted) - libm::log(left) - most)
}

fn near(ln_ratios: &[f64], gap: usize) -> &[f64] {
    &ln_ratios[gap.saturating_sub(NEAR)..(gap + NEAR + 1).min(ln_ratios.len())]
}

impl Repair {
    /// The log of the prior odds at which held-out text without gaps had `rate` false alarms per word or mark,
    /// with words of probability [`SURE`] or more inserted.
    ///
    /// # Errors
    /// A rate too low or too high to be known from that text.
    pub fn ln_prior(&self, rate: f64) -> Result<f64> {
        let alarms = rate * self.words as f64;
        let known = self.alarms.iter().position(|entry| entry[0] > rate);
        let after = known.unwrap_or(self.alarms.len());
        let Some(&[low, low_odds]) = after.checked_sub(1).and_then(|at| self.alarms.get(at)) else {
            let least = self
                .alarms
                .first()
                .map_or("none".to_owned(), |entry| format!("1/{}", (1.0 / entry[0]).floor()));
            let what = format!(
                "so many false alarms per word or mark are {alarms:.1} in the {} words and marks of whole text that the \
                 model was fitted to, but at least {FEWEST} are needed; the lowest known rate is {least}",
                self.words
            );
            return Err(Error::value(
                what,
                Remedy::by(
                    "ask for a higher rate, or fit the model to more text",
                    &[Setting::FalseAlarms, Setting::Lines],
                ),
            ));
        };
        match self.alarms.get(after) {
            Some(&[high, high_odds]) => {
                let share = libm::log(rate / low) / libm::log(high / low);
                Ok(low_odds + share * (high_odds - low_odds))
            }
            None if rate <= low => Ok(low_odds),
            None => {
                let what = format!(
                    "so many false alarms per word or mark are {alarms:.1} in the {} words and marks of whole text that \
                     the model was fitted to, but {:.0} is the most with a known prior; the highest known rate is 1/{}",
                    self.words,
                    low * self.words as f64,
                    (1.0 / low).ceil()
                );
                let remedy = "ask for a lower rate, or give the prior itself";
                let settings = &[Setting::FalseAlarms, Setting::Prior];
                Err(Error::value(what, Remedy::by(remedy, settings)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_critical_prior_gives_the_probability_that_was_wanted() {
        let ratios = [-3.0, 4.0, 2.5, -80.0, -80.0, 700.0];
        for (gap, wanted) in [(1, 0.5), (2, 0.15), (1, 0.7), (5, 0.9)] {
            let ln_prior = critical(&ratios, gap, wanted).unwrap();
            assert!((probability(&ratios, gap, ln_prior) - wanted).abs() < 1e-9, "{gap} {wanted}");
        }
        assert_eq!(critical(&ratios, 2, 0.3), None);
        assert_eq!(critical(&ratios, 0, 0.5), None);
    }

    #[test]
    fn gaps_compete_with_their_neighbours_only() {
        let one = probability(&[-9.0, -9.0, 5.0, -9.0, -9.0, -9.0, -9.0], 2, -4.0);
        let two = probability(&[-9.0, -9.0, 5.0, -9.0, -9.0, -9.0, 9.0], 2, -4.0);
        assert!(one > 0.7 && (one - two).abs() < 1e-12, "{one} {two}");
        let near = probability(&[-9.0, -9.0, 5.0, 5.0, -9.0, -9.0, -9.0], 2, -4.0);
        assert!(near < 0.5, "{near}");
    }

    #[test]
    fn a_rate_becomes_a_prior_or_is_refused_with_the_arithmetic() {
        let alarms = vec![[0.001, -4.0], [0.002, -3.0], [0.004, -2.5]];
        let repair = Repair { alarms, words: 5000, ..Repair::default() };
        assert_eq!(repair.ln_prior(0.002).unwrap(), -3.0);
        let between = repair.ln_prior(0.0014).unwrap();
        assert!(-4.0 < between && between < -3.0, "{between}");
        assert_eq!(repair.ln_prior(0.004).unwrap(), -2.5);
        let error = repair.ln_prior(0.0005).unwrap_err().to_string();
        assert!(error.contains("are 2.5 in the 5000 words") && error.contains("1/1000"), "{error}");
        let error = repair.ln_prior(0.1).unwrap_err().to_string();
        assert!(
            error.contains("are 500.0 in the 5000 words") && error.contains("20 is"),
            "{error}"
        );
        assert!(error.contains("1/250; ask for a lower rate"), "{error}");
        assert!(Repair::default().ln_prior(0.5).is_err());
    }
}
