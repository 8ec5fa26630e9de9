//! What is told of a step.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;
use uuid::Uuid;

use super::latencies::{Latencies, Percentiles};
use super::plan::Stage;
use super::tally::{Ends, Tally, Window};

/// A step, measured. Its fields are those of the JSON object.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Requests a second that were due; none in a closed loop.
    pub rate: Option<f64>,
    /// From the beginning to the last result.
    pub seconds: f64,
    /// From the moment at which a request was due to its acceptance (202).
    pub accepted: Option<Measured>,
    /// From the same moment to the result.
    pub results: Option<Measured>,
    /// Texts whose results arrived, and those a second.
    pub texts: u64,
    pub texts_a_second: f64,
    pub statuses: BTreeMap<u16, u64>,
    pub refusal_codes: BTreeMap<String, u64>,
    pub retries: u64,
    pub refused: u64,
    pub unanswered: u64,
    pub broken_connections: u64,
    /// Requests that were due, but not sent even a second after the end of the step.
    pub never_sent: u64,
    pub sent_late_at_most_microseconds: u64,
    /// What became of what was accepted; none if that was not waited for.
    pub ends: Option<Ends>,
    /// Accepted, and neither ended nor given up when the step was broken off.
    pub still_open: u64,
    pub failures: BTreeMap<String, u64>,
    /// Some of the lost and unfinished.
    pub missing: Vec<String>,
    /// Of this process, for each answer.
    pub own_processor_microseconds: Option<f64>,
    pub over_time: Vec<Window>,
}

/// Requests that came as far as this.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    pub count: u64,
    pub a_second: f64,
    /// How many of the latencies the percentiles are taken from.
    pub sample: u64,
    pub microseconds: Percentiles,
}

/// How a step went, apart from its counts.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    pub start: Instant,
    pub length: Duration,
    /// The processor time that this process took meanwhile.
    pub processor: Option<Duration>,
    /// Whether what was accepted was followed to its end.
    pub waits: bool,
}

impl Summary {
    /// Sums a step up.
    pub fn new(mut tally: Tally, stage: Stage, course: Course) -> Self {
        let measured = |latencies: &mut Latencies, last: Option<Instant>| {
            let microseconds = latencies.percentiles()?;
            let (count, sample) = (latencies.seen(), latencies.kept());
            let a_second = a_second(count, last, course.start);
            Some(Measured { count, a_second, sample, microseconds })
        };
        let accepted = measured(&mut tally.accepted, tally.last_accepted);
        let results = measured(&mut tally.results, tally.last_result);
        let answers: u64 = tally.statuses.values().sum();
        let ends = course.waits.then_some(tally.ends);
        let still_open = ends.map_or(0, |ends| tally.accepted.seen().saturating_sub(ends.sum()));
        Summary {
            rate: stage.rate,
            seconds: course.length.as_secs_f64(),
            accepted,
            results,
            texts: tally.texts,
            texts_a_second: a_second(tally.texts, tally.last_result, course.start),
            statuses: tally.statuses,
            refusal_codes: tally.codes,
            retries: tally.retries,
            refused: tally.refused,
            unanswered: tally.unanswered,
            broken_connections: tally.broken,
            never_sent: tally.unsent,
            sent_late_at_most_microseconds: u64::try_from(tally.latest.as_micros())
                .unwrap_or(u64::MAX),
            ends,
            still_open,
            failures: tally.reasons,
            missing: tally.missing.iter().map(Uuid::to_string).collect(),
            own_processor_microseconds: course
                .processor
                .filter(|_| answers > 0)
                .map(|spent| spent.as_secs_f64() * 1e6 / answers as f64),
            over_time: tally.windows,
        }
    }

    /// Whether everything accepted came to an end that the service told, and not all was refused.
    pub fn complete(&self) -> bool {
        let accepted = self.accepted.as_ref().is_some_and(|measured| measured.count > 0);
        let some = self.refused == 0 || self.texts > 0 || accepted;
        some && self.ends.is_none_or(|ends| ends.lost == 0 && ends.unfinished == 0)
    }
}

fn a_second(count: u64, last: Option<Instant>, start: Instant) -> f64 {
    let seconds = last.map_or(0.0, |last| last.saturating_duration_since(start).as_secs_f64());
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}
