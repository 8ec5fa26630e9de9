//! What is measured of the texts themselves: whether the recent ones can be told from the reference, and how well the
//! model knows both.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::seen::Seen;
use crate::drift::{DriftView, Sides};

type Number = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSide {
    text: &'static str,
}

/// The last comparison of recent texts with the reference.
#[derive(Debug, Default)]
pub struct Quality {
    accuracy: Number,
    low: Seen<Number>,
    unknown: Family<OfSide, Number>,
    perplexity: Family<OfSide, Number>,
}

impl Quality {
    /// Nothing has been compared yet; all of it will be told by this registry.
    pub fn register(registry: &mut Registry) -> Self {
        let quality = Quality::default();
        registry.register(
            "drift_accuracy",
            "How well recent texts are told from the reference: 0.5 is not at all; 0 is not measured",
            quality.accuracy.clone(),
        );
        registry.register(
            "drift_accuracy_low",
            "Lower end of the 95 % interval of that accuracy: drift is what lies above 0.55",
            quality.low.clone(),
        );
        registry.register(
            "unknown_words_ratio",
            "Share of words that the model does not know, of recent texts and of the reference",
            quality.unknown.clone(),
        );
        registry.register(
            "perplexity",
            "Perplexity of the model without unknown words, on recent texts and on the reference",
            quality.perplexity.clone(),
        );
        quality
    }

    /// Recent texts were compared with the reference.
    pub fn see(&self, seen: &DriftView) {
        self.accuracy.set(seen.accuracy);
        self.low.see().set(seen.low);
        match &seen.known {
            Some(known) => {
                set(&self.unknown, &known.unknown);
                set(&self.perplexity, &known.perplexity);
            }
            // The model of now tells nothing: what one before it told is no longer so.
            None => {
                self.unknown.clear();
                self.perplexity.clear();
            }
        }
    }
}

fn set(family: &Family<OfSide, Number>, sides: &Sides) {
    for (text, value) in [("recent", sides.recent), ("reference", sides.reference)] {
        family.get_or_create(&OfSide { text }).set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::{Metrics, Open};
    use super::*;
    use crate::drift::samples;

    #[test]
    fn a_comparison_is_told() {
        let metrics = Metrics::new();
        metrics.drift_seen(&samples::view());
        let text = metrics.text(&Open::default());
        for line in [
            "impute_drift_accuracy 0.62",
            "impute_drift_accuracy_low 0.58",
            "impute_unknown_words_ratio{text=\"recent\"} 0.031",
            "impute_unknown_words_ratio{text=\"reference\"} 0.012",
            "impute_perplexity{text=\"recent\"} 310.5",
            "impute_perplexity{text=\"reference\"} 205.25",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
        metrics.drift_seen(&DriftView { known: None, ..samples::view() });
        let text = metrics.text(&Open::default());
        assert!(text.contains("accuracy_low") && !text.contains("perplexity"), "{text}");
    }

    #[test]
    fn before_a_comparison_nothing_is_told_but_that_there_was_none() {
        let text = Metrics::new().text(&Open::default());
        assert!(text.contains("impute_drift_accuracy 0.0\n"), "{text}");
        for part in ["accuracy_low", "unknown_words", "perplexity"] {
            assert!(!text.contains(part), "{part}\n{text}");
        }
    }
}
