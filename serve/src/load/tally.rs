//! What is counted during a step.
//!
//! Every accepted request is counted once at its acceptance and, unless results are not waited for, at most once at
//! its end; what has no end when the step is over is still open.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::latencies::{Latencies, Percentiles, percentiles};

/// How many ids, and how many different codes or reasons, are kept to be shown.
const SHOWN: usize = 10;

/// The counts of a step.
#[derive(Default)]
pub struct Tally {
    pub accepted: Latencies,
    pub results: Latencies,
    pub last_accepted: Option<Instant>,
    pub last_result: Option<Instant>,
    /// Texts whose results are there.
    pub texts: u64,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Refusals by code.
    pub codes: BTreeMap<String, u64>,
    /// Attempts after a refusal with 429 or 503.
    pub retries: u64,
    /// Requests that were refused in the end.
    pub refused: u64,
    /// Requests that got no answer, or none that can be understood, and were not sent again.
    pub unanswered: u64,
    /// Attempts that ended without an answer.
    pub broken: u64,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// The longest time between the moment at which a request was due and its sending.
    pub latest: Duration,
    pub ends: Ends,
    /// Why jobs failed.
    pub reasons: BTreeMap<String, u64>,
    /// Some that are lost or unfinished.
    pub missing: Vec<Uuid>,
    pub windows: Vec<Window>,
    window: Current,
}

/// What became of what was accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ends {
    pub done: u64,
    pub failed: u64,
    pub expired: u64,
    pub deleted: u64,
    /// The service does not know it.
    pub lost: u64,
    /// It did not end while it was waited for.
    pub unfinished: u64,
}

impl Ends {
    /// All that have ended.
    pub fn sum(&self) -> u64 {
        self.done + self.failed + self.expired + self.deleted + self.lost + self.unfinished
    }
}

/// How one ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With results for this many texts.
    Done(u64),
    Failed(String),
    Expired,
    Deleted,
    Lost,
    Unfinished,
}

/// A second, or what is left of one at the end of a step.
#[derive(Debug, Clone, Serialize)]
pub struct Window {
    /// Its end, in seconds after the beginning of the step.
    pub second: f64,
    pub accepted: Option<Slice>,
    pub results: Option<Slice>,
}

/// What arrived within it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Slice {
    pub count: u64,
    #[serde(flatten)]
    pub microseconds: Percentiles,
}

#[derive(Default)]
struct Current {
    accepted: Vec<u32>,
    results: Vec<u32>,
}

/// How a refusal is written.
#[derive(Deserialize)]
struct Refusal<'a> {
    #[serde(borrow)]
    code: std::borrow::Cow<'a, str>,
}

impl Tally {
    /// An answer came.
    pub fn answer(&mut self, status: StatusCode, body: &[u8]) {
        *self.statuses.entry(status.as_u16()).or_default() += 1;
        if status.is_client_error() || status.is_server_error() {
            let refusal = serde_json::from_slice::<Refusal>(body);
            count(
                &mut self.codes,
                refusal.as_ref().map_or("without a code", |refusal| &refusal.code),
            );
        }
    }

    /// A request was accepted.
    pub fn accept(&mut self, now: Instant, latency: Duration) {
        self.accepted.add(latency);
        self.window.accepted.push(micros(latency));
        self.last_accepted = Some(now);
    }

    /// Results for so many texts are there.
    pub fn result(&mut self, now: Instant, latency: Duration, texts: u64) {
        self.results.add(latency);
        self.window.results.push(micros(latency));
        self.last_result = Some(now);
        self.texts += texts;
    }

    /// What was accepted ended like this; a result is counted by [`Self::result`] too.
    pub fn end(&mut self, id: Uuid, end: &End) {
        let ends = &mut self.ends;
        match end {
            End::Done(_) => ends.done += 1,
            End::Failed(reason) => {
                ends.failed += 1;
                count(&mut self.reasons, reason);
            }
            End::Expired => ends.expired += 1,
            End::Deleted => ends.deleted += 1,
            End::Lost => ends.lost += 1,
            End::Unfinished => ends.unfinished += 1,
        }
        if matches!(end, End::Lost | End::Unfinished) && self.missing.len() < SHOWN {
            self.missing.push(id);
        }
    }

    /// Ends the current window.
    pub fn close_window(&mut self, second: f64) {
        let slice = |latencies: &mut Vec<u32>| {
            let microseconds = percentiles(latencies)?;
            let count = latencies.len() as u64;
            latencies.clear();
            Some(Slice { count, microseconds })
        };
        let (accepted, results) =
            (slice(&mut self.window.accepted), slice(&mut self.window.results));
        self.windows.push(Window { second, accepted, results });
    }
}

fn micros(latency: Duration) -> u32 {
    u32::try_from(latency.as_micros()).unwrap_or(u32::MAX)
}

/// Counts a name; those beyond the first few are counted together.
fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
        return;
    }
    let name = if counts.len() < SHOWN {
        // What a service says is shown on a terminal: no control characters, and not without end.
        name.chars().filter(|c| !c.is_control()).take(120).collect()
    } else {
        "others".to_owned()
    };
    *counts.entry(name).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_refusals_by_code_and_bounds_their_number() {
        let mut tally = Tally::default();
        tally.answer(
            StatusCode::TOO_MANY_REQUESTS,
            br#"{"message":"wait","code":"too_many_requests","more":1}"#,
        );
        tally.answer(StatusCode::BAD_GATEWAY, b"<html>");
        tally.answer(StatusCode::ACCEPTED, b"{}");
        assert_eq!(tally.statuses, BTreeMap::from([(202, 1), (429, 1), (502, 1)]));
        let codes = [("too_many_requests".to_owned(), 1), ("without a code".to_owned(), 1)];
        assert_eq!(tally.codes, BTreeMap::from(codes));
        for i in 0..100 {
            tally.end(Uuid::from_u128(i), &End::Failed(format!("reason {i}\n")));
        }
        assert_eq!(
            (tally.ends.failed, tally.reasons.len(), tally.reasons["others"]),
            (100, 11, 90)
        );
        assert_eq!(tally.reasons["reason 0"], 1);
    }

    #[test]
    fn a_window_holds_what_arrived_since_the_one_before() {
        let mut tally = Tally::default();
        tally.accept(Instant::now(), Duration::from_micros(5));
        tally.close_window(1.0);
        tally.close_window(2.0);
        let counts: Vec<_> =
            tally.windows.iter().map(|w| w.accepted.map(|slice| slice.count)).collect();
        assert_eq!(counts, [Some(1), None]);
    }
}
