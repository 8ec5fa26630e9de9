//! What has no value before somebody has looked: `/metrics` does not tell it until then, since a 0 would be read as one.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;

/// A metric that is told from its first value on.
#[derive(Debug, Clone, Default)]
pub struct Seen<M> {
    metric: M,
    seen: Arc<AtomicBool>,
}

impl<M> Seen<M> {
    /// The metric, which has a value from now on.
    pub fn see(&self) -> &M {
        self.seen.store(true, Ordering::Relaxed);
        &self.metric
    }
}

impl<M: EncodeMetric> EncodeMetric for Seen<M> {
    fn encode(&self, encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        self.metric.encode(encoder)
    }

    fn metric_type(&self) -> MetricType {
        self.metric.metric_type()
    }

    fn is_empty(&self) -> bool {
        !self.seen.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn is_told_from_the_first_value_on_even_if_that_is_0() {
        let (seen, mut registry) = (Seen::<Gauge>::default(), Registry::default());
        registry.register("up", "Whether it is there", seen.clone());
        let told = || {
            let mut text = String::new();
            encode(&mut text, &registry).unwrap();
            text
        };
        assert_eq!(told(), "# EOF\n");
        seen.see().set(0);
        assert!(told().contains("\nup 0\n"), "{}", told());
    }
}
