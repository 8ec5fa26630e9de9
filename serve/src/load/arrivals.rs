//! When the next request is due.
//!
//! In a closed loop that is now. At a rate, request `i` of a step is due at the beginning plus `i / rate`, and client
//! `c` of `C` sends those with `i mod C = c`. A client that is late sends at once what was due meanwhile, and latency
//! counts from the moment at which a request was due, not from its sending: a client that waits for a slow answer
//! would otherwise leave out exactly the moments at which the service was slow (coordinated omission).
//!
//! A timer may wake a client some milliseconds late. If the client was idle, this is no fault of the service, and
//! latency counts from the waking, as long as that is within [`TIMER`].

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::plan::Stage;
use super::shared::Shared;

/// How late a timer may be.
const TIMER: Duration = Duration::from_millis(3);

/// How long after the end of a step what was due within it may still be sent.
const GRACE: Duration = Duration::from_secs(1);

/// The requests that a client is to send within a step.
pub struct Arrivals {
    shared: Rc<Shared>,
    stage: Stage,
    start: Instant,
    /// How many requests all clients have begun in a closed loop.
    begun: Rc<Cell<u64>>,
    /// The index of the next request of this client, and the distance to the one after it.
    index: u64,
    clients: u64,
}

/// A request that is due.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Its number in the run.
    pub number: u64,
    /// From when its latency counts.
    pub since: Instant,
}

impl Arrivals {
    /// Those of client `client` in a step that begins at `start`.
    pub fn new(
        shared: &Rc<Shared>,
        stage: Stage,
        start: Instant,
        begun: &Rc<Cell<u64>>,
        client: usize,
    ) -> Self {
        let (shared, begun, clients) = (shared.clone(), begun.clone(), shared.plan.clients as u64);
        Arrivals { shared, stage, start, begun, index: client as u64, clients }
    }

    /// When nothing is begun any more.
    pub fn end(&self) -> Option<Instant> {
        self.stage.length.map(|length| self.start + length)
    }

    /// Waits for the next request; `None` at the end of the step.
    pub async fn next(&mut self) -> Option<Due> {
        if self.shared.stopping.get() {
            return None;
        }
        match self.stage.rate {
            None => self.now(),
            Some(rate) => self.even(rate).await,
        }
    }

    fn now(&mut self) -> Option<Due> {
        let since = Instant::now();
        let over = self.end().is_some_and(|end| since >= end);
        if over || self.stage.requests.is_some_and(|requests| self.begun.get() >= requests) {
            return None;
        }
        self.begun.set(self.begun.get() + 1);
        Some(Due { number: self.shared.number(), since })
    }

    async fn even(&mut self, rate: f64) -> Option<Due> {
        let intended = self.moment(rate)?;
        let idle = Instant::now() < intended;
        if idle {
            tokio::time::sleep_until(intended.into()).await;
            if self.shared.stopping.get() {
                return None;
            }
        }
        let now = Instant::now();
        if self.end().is_some_and(|end| now > end + GRACE) {
            let mut unsent = 0;
            while self.moment(rate).is_some() {
                self.index += self.clients;
                unsent += 1;
            }
            self.shared.tally.borrow_mut().unsent += unsent;
            return None;
        }
        self.index += self.clients;
        let late = now.saturating_duration_since(intended);
        let mut tally = self.shared.tally.borrow_mut();
        tally.latest = tally.latest.max(late);
        let since = if idle && late <= TIMER { now } else { intended };
        Some(Due { number: self.shared.number(), since })
    }

    /// When the next request of this client is due, if it is within the step.
    fn moment(&self, rate: f64) -> Option<Instant> {
        if self.stage.requests.is_some_and(|requests| self.index >= requests) {
            return None;
        }
        let intended = self.start + Duration::try_from_secs_f64(self.index as f64 / rate).ok()?;
        (self.end().is_none_or(|end| intended < end)).then_some(intended)
    }
}
