//! What every service measures, and how all that is measured is told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::broker::Broker;
use super::quality::Quality;
use super::seen::Seen;
use crate::clock;
use crate::drift::DriftView;
use crate::recent::{Recent, Summary};
use crate::task::Task;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTask {
    task: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfModel {
    model: String,
    version: u64,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: &'static str,
}

/// A number as a gauge has it.
pub(super) fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 18))
}

/// All that is measured.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    accepted: Family<OfTask, Counter>,
    finished: Family<OfTask, Counter>,
    results: Family<OfModel, Counter>,
    refused: Family<OfReason, Counter>,
    latency: Family<OfStage, Histogram>,
    batches: Histogram,
    predicted: Counter,
    predicting: Counter<f64, AtomicU64>,
    jobs: Seen<Gauge>,
    rows: Seen<Gauge>,
    oldest: Seen<Gauge<f64, AtomicU64>>,
    threads: Gauge,
    /// What there is beside where jobs go through a broker.
    pub(super) broker: Broker,
    /// What is known of the texts.
    quality: Quality,
    recent: Recent,
    /// Nanoseconds of prediction in all, for the status page.
    busy: AtomicU64,
    /// Texts finished that a comparison with the reference may take.
    comparable: AtomicU64,
}

/// What is looked at when somebody asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Open {
    /// Jobs that wait or run.
    pub jobs: u64,
    /// Rows of batches that do.
    pub rows: u64,
    /// Age of the oldest job that waits, in milliseconds.
    pub oldest: Option<i64>,
    /// Threads that predict.
    pub threads: usize,
}

impl Metrics {
    /// Nothing has been measured yet.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("impute");
        let metrics = Metrics {
            accepted: Family::default(),
            finished: Family::default(),
            results: Family::default(),
            refused: Family::default(),
            latency: Family::new_with_constructor(seconds),
            batches: Histogram::new(exponential_buckets(1.0, 2.0, 7)),
            predicted: Counter::default(),
            predicting: Counter::default(),
            jobs: Seen::default(),
            rows: Seen::default(),
            oldest: Seen::default(),
            threads: Gauge::default(),
            broker: Broker::default(),
            quality: Quality::default(),
            recent: Recent::default(),
            busy: AtomicU64::new(0),
            comparable: AtomicU64::new(0),
            registry: Registry::default(),
        };
        let r = &mut registry;
        r.register(
            "accepted",
            "Texts accepted, rows of batches included, by task",
            metrics.accepted.clone(),
        );
        r.register("finished", "Texts finished, by task", metrics.finished.clone());
        r.register("results", "Results, by model, version and state", metrics.results.clone());
        r.register("refused", "Requests refused, by code", metrics.refused.clone());
        r.register_with_unit(
            "latency",
            "From the arrival of a job until it is on disk (accepted), and until its result is (result); the prediction \
             of a piece (predicted); with a broker also the other steps between (relayed, waited, committed)",
            Unit::Seconds,
            metrics.latency.clone(),
        );
        r.register("claim_jobs", "Jobs claimed at once", metrics.batches.clone());
        r.register("predicted_texts", "Texts predicted", metrics.predicted.clone());
        r.register_with_unit(
            "predicting",
            "Time that threads have spent predicting",
            Unit::Seconds,
            metrics.predicting.clone(),
        );
        r.register("open_jobs", "Jobs that wait or run", metrics.jobs.clone());
        r.register("open_rows", "Rows of batches that wait or run", metrics.rows.clone());
        r.register_with_unit(
            "oldest_job",
            "Age of the oldest job that waits; 0 if none does",
            Unit::Seconds,
            metrics.oldest.clone(),
        );
        r.register("threads", "Threads that predict", metrics.threads.clone());
        let quality = Quality::register(r);
        let broker = Broker::register(r);
        Metrics { registry, quality, broker, ..metrics }
    }

    /// A job is on disk, so long after its request arrived.
    pub fn accepted(&self, task: Task, after: Duration) {
        self.accepted.get_or_create(&OfTask { task: task.name() }).inc();
        self.stage("accepted", after);
    }

    /// A batch with so many rows is on disk.
    pub fn rows_accepted(&self, task: Task, rows: u64) {
        self.accepted.get_or_create(&OfTask { task: task.name() }).inc_by(rows);
    }

    /// So many jobs were claimed at once.
    pub fn claimed(&self, jobs: usize) {
        if jobs > 0 {
            self.batches.observe(jobs as f64);
        }
    }

    /// So many texts were predicted in so long.
    pub fn predicted(&self, texts: usize, took: Duration) {
        self.predicted.inc_by(texts as u64);
        self.predicting.inc_by(took.as_secs_f64());
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.busy.fetch_add(nanoseconds, Ordering::Relaxed);
        self.stage("predicted", took);
    }

    /// The result of a job is on disk, so many milliseconds after it was accepted.
    pub fn finished(&self, task: Task, after: i64) {
        let milliseconds = u32::try_from(after.max(0)).unwrap_or(u32::MAX);
        self.finished.get_or_create(&OfTask { task: task.name() }).inc();
        self.stage("result", Duration::from_millis(milliseconds.into()));
        self.recent.add(clock::now(), milliseconds);
        if task != Task::Language {
            self.comparable.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A step on the way of a job took so long.
    pub fn stage(&self, stage: &'static str, took: Duration) {
        self.latency.get_or_create(&OfStage { stage }).observe(took.as_secs_f64());
    }

    /// Rows of a batch are answered.
    pub fn rows_finished(&self, task: Task, rows: u64) {
        self.finished.get_or_create(&OfTask { task: task.name() }).inc_by(rows);
        self.recent.add_many(clock::now(), rows);
    }

    /// So many texts were answered by a version of a model, and so many could not be.
    pub fn results(&self, model: &str, version: u64, done: u64, failed: u64) {
        for (state, texts) in [("done", done), ("failed", failed)] {
            if texts > 0 {
                let labels = OfModel { model: model.to_owned(), version, state };
                self.results.get_or_create(&labels).inc_by(texts);
            }
        }
    }

    /// A request was refused.
    pub fn refused(&self, code: &'static str) {
        self.refused.get_or_create(&OfReason { code }).inc();
    }

    /// Recent texts were compared with the reference.
    pub fn drift_seen(&self, seen: &DriftView) {
        self.quality.see(seen);
    }

    /// Texts of jobs of `impute` and `repair` finished since the start: those that are compared with the reference.
    pub fn texts_finished(&self) -> u64 {
        self.comparable.load(Ordering::Relaxed)
    }

    /// What happened in the last minute and the last hour.
    pub fn summary(&self) -> Summary {
        self.recent.summary(clock::now())
    }

    /// Texts predicted since the start.
    pub fn texts_predicted(&self) -> u64 {
        self.predicted.get()
    }

    /// Seconds of prediction since the start, over all threads.
    pub fn seconds_of_prediction(&self) -> f64 {
        self.busy.load(Ordering::Relaxed) as f64 / 1e9
    }

    /// All of it as Prometheus reads it.
    pub fn text(&self, open: &Open) -> String {
        self.jobs.see().set(number(open.jobs));
        self.rows.see().set(number(open.rows));
        self.oldest.see().set(open.oldest.unwrap_or(0).max(0) as f64 / 1e3);
        self.text_of_threads(open.threads)
    }

    /// The same of a process that works and knows nothing of what is open.
    pub fn text_of_threads(&self, threads: usize) -> String {
        self.threads.set(number(threads as u64));
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_told() {
        let metrics = Metrics::new();
        metrics.accepted(Task::Repair, Duration::from_millis(3));
        metrics.finished(Task::Repair, 12);
        metrics.refused("backlog_full");
        metrics.results("english", 2, 5, 0);
        let text = metrics.text(&Open { jobs: 7, oldest: Some(2500), ..Open::default() });
        for line in [
            "impute_accepted_total{task=\"repair\"} 1",
            "impute_refused_total{code=\"backlog_full\"} 1",
            "impute_results_total{model=\"english\",version=\"2\",state=\"done\"} 5",
            "impute_open_jobs 7",
            "impute_oldest_job_seconds 2.5",
            "impute_latency_seconds_count{stage=\"result\"} 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(metrics.summary().minute, 1);
    }

    #[test]
    fn steps_are_told_by_their_names() {
        let metrics = Metrics::new();
        metrics.stage("waited", Duration::from_millis(20));
        let text = metrics.text(&Open::default());
        assert!(text.contains("impute_latency_seconds_sum{stage=\"waited\"} 0.02\n"), "{text}");
    }

    #[test]
    fn texts_of_jobs_that_can_be_compared_with_a_reference_are_counted() {
        let metrics = Metrics::new();
        Task::ALL.into_iter().for_each(|task| metrics.finished(task, 1));
        metrics.rows_finished(Task::Impute, 500);
        assert_eq!(metrics.texts_finished(), 2);
    }
}
