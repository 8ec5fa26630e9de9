//! What there is to measure where jobs go through a broker and a database on other machines: whether these are there,
//! what waits in them, and what became of messages.
//!
//! Nothing of it is told by a service that has neither.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::seen::Seen;

/// Which queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfQueue {
    /// Its name.
    pub queue: String,
}

/// Why a message was given up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfDead {
    /// What the broker says.
    pub reason: &'static str,
}

/// Broker and database.
#[derive(Debug, Default)]
pub struct Broker {
    pub(super) ready: Family<OfQueue, Gauge>,
    pub(super) consumers: Family<OfQueue, Gauge>,
    pub(super) queue_up: Seen<Gauge>,
    pub(super) database_up: Seen<Gauge>,
    pub(super) outbox: Seen<Gauge>,
    pub(super) outbox_age: Seen<Gauge<f64, AtomicU64>>,
    pub(super) dead: Family<OfDead, Counter>,
    pub(super) unacknowledged: Seen<Gauge>,
    pub(super) returned: Seen<Counter>,
    pub(super) confirmed: Seen<Counter>,
    pub(super) redelivered: Seen<Counter>,
}

impl Broker {
    /// Nothing has been measured yet; all of it will be told by this registry.
    pub fn register(registry: &mut Registry) -> Self {
        let broker = Broker::default();
        registry.register(
            "queue_ready",
            "Messages that wait for a worker, by queue",
            broker.ready.clone(),
        );
        registry.register(
            "queue_consumers",
            "Workers that take messages, by queue",
            broker.consumers.clone(),
        );
        registry.register(
            "queue_up",
            "Whether the broker takes and gives messages: 1 or 0",
            broker.queue_up.clone(),
        );
        registry.register(
            "database_up",
            "Whether the database answers: 1 or 0",
            broker.database_up.clone(),
        );
        registry.register(
            "outbox_rows",
            "Rows of the outbox, accepted and not yet confirmed by the broker",
            broker.outbox.clone(),
        );
        registry.register_with_unit(
            "outbox_age",
            "Age of the oldest row of the outbox; 0 if it is empty",
            Unit::Seconds,
            broker.outbox_age.clone(),
        );
        registry.register(
            "dead_letters",
            "Messages that the broker gave up, by its reason",
            broker.dead.clone(),
        );
        registry.register(
            "unacknowledged",
            "Messages that this worker has and has not acknowledged",
            broker.unacknowledged.clone(),
        );
        registry.register(
            "returned",
            "Messages that no queue took, returned by the broker",
            broker.returned.clone(),
        );
        registry.register(
            "confirmed",
            "Messages that the broker confirmed to have",
            broker.confirmed.clone(),
        );
        registry.register(
            "redelivered",
            "Messages that were delivered more than once",
            broker.redelivered.clone(),
        );
        broker
    }
}
