//! What is seen of the broker, of the database and of messages, and where it is counted.

use super::broker::{OfDead, OfQueue};
use super::measured::{Metrics, number};

impl Metrics {
    /// So many messages wait in a queue, and so many workers take from it.
    pub fn queue_seen(&self, queue: &str, ready: u64, consumers: u64) {
        let labels = OfQueue { queue: queue.to_owned() };
        self.broker.ready.get_or_create(&labels).set(number(ready));
        self.broker.consumers.get_or_create(&labels).set(number(consumers));
    }

    /// Whether the broker takes and gives messages.
    pub fn queue_up(&self, up: bool) {
        self.broker.queue_up.see().set(i64::from(up));
    }

    /// Whether the database answers.
    pub fn database_up(&self, up: bool) {
        self.broker.database_up.see().set(i64::from(up));
    }

    /// So many rows are in the outbox, the oldest for so many milliseconds.
    pub fn outbox(&self, rows: u64, age_ms: i64) {
        self.broker.outbox.see().set(number(rows));
        self.broker.outbox_age.see().set(age_ms.max(0) as f64 / 1e3);
    }

    /// So many more messages were given up by the broker, which says why.
    pub fn dead_letters(&self, reason: &'static str, n: u64) {
        self.broker.dead.get_or_create(&OfDead { reason }).inc_by(n);
    }

    /// So many messages are here that have not been acknowledged.
    pub fn unacknowledged(&self, n: u64) {
        self.broker.unacknowledged.see().set(number(n));
    }

    /// So many more messages came back, since no queue took them.
    pub fn returned(&self, n: u64) {
        self.broker.returned.see().inc_by(n);
    }

    /// So many more messages were confirmed by the broker.
    pub fn confirmed(&self, n: u64) {
        self.broker.confirmed.see().inc_by(n);
    }

    /// So many more messages were delivered that had been delivered before.
    pub fn redelivered(&self, n: u64) {
        self.broker.redelivered.see().inc_by(n);
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::Open;
    use super::*;

    #[test]
    fn what_is_seen_of_broker_and_database_is_told() {
        let metrics = Metrics::new();
        metrics.queue_seen("impute.jobs.english", 12, 0);
        metrics.queue_seen("impute.jobs.english", 7, 3);
        metrics.queue_up(true);
        metrics.database_up(false);
        metrics.outbox(4, 2500);
        metrics.dead_letters("expired", 2);
        metrics.dead_letters("delivery_limit", 1);
        metrics.unacknowledged(8);
        metrics.returned(1);
        metrics.confirmed(20);
        metrics.confirmed(30);
        metrics.redelivered(5);
        let text = metrics.text(&Open::default());
        for line in [
            "impute_queue_ready{queue=\"impute.jobs.english\"} 7",
            "impute_queue_consumers{queue=\"impute.jobs.english\"} 3",
            "impute_queue_up 1",
            "impute_database_up 0",
            "impute_outbox_rows 4",
            "impute_outbox_age_seconds 2.5",
            "impute_dead_letters_total{reason=\"expired\"} 2",
            "impute_dead_letters_total{reason=\"delivery_limit\"} 1",
            "impute_unacknowledged 8",
            "impute_returned_total 1",
            "impute_confirmed_total 50",
            "impute_redelivered_total 5",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
    }

    #[test]
    fn without_broker_and_database_nothing_is_told_of_them() {
        let text = Metrics::new().text(&Open::default());
        for part in ["queue", "database", "outbox", "dead", "acknowledged", "confirmed", "deliver"]
        {
            assert!(!text.contains(part), "{part}\n{text}");
        }
    }
}
