//! One client: it sends a request until it is answered, refused for good, or given up.
//!
//! Refusals with 429 and 503 are waited for as long as the service asks. A request that got no answer is sent again
//! only if that is harmless: it has an `Idempotency-Key`, or only reads. A service that is away ends the run, or is
//! waited for with `--keep-going`.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use tokio::time::sleep;

use super::connection::{Broken, Connection, Reply};
use super::shared::Shared;

/// The wait after a refusal that does not say for how long, and the least wait after one that does.
const UNSAID: Duration = Duration::from_secs(1);
const LEAST: Duration = Duration::from_millis(10);

/// The waits between attempts to reach a service that is away: twice as long each time, up to the last.
const FIRST: Duration = Duration::from_millis(10);
const LAST: Duration = Duration::from_millis(200);

/// A connection and the manners of its use.
pub struct Client {
    pub shared: Rc<Shared>,
    pub connection: Connection,
}

/// How far a request is insisted upon.
#[derive(Debug, Clone, Copy)]
pub struct Insistence {
    /// Whether it may be sent again after it got no answer.
    pub harmless: bool,
    /// How long one answer may take.
    pub limit: Duration,
    /// A refusal whose wait ends after this is final.
    pub until: Instant,
}

impl Client {
    /// One that has not connected yet.
    pub fn new(shared: &Rc<Shared>) -> Self {
        Client { shared: shared.clone(), connection: Connection::new(&shared.address) }
    }

    /// Connects; with `--keep-going`, as soon as the service is there.
    ///
    /// # Errors
    /// The service is not there.
    pub async fn connect(&mut self) -> Result<()> {
        let (since, mut pause) = (Instant::now(), FIRST);
        while let Err(broken) = self.connection.open(self.shared.plan.patience).await {
            self.rest(&broken, since, &mut pause).await?;
        }
        Ok(())
    }

    /// Sends a request and returns the last answer to it; `None` if there is none. All answers are counted.
    ///
    /// # Errors
    /// What makes every further request useless: the service is away, or does not let this client in.
    pub async fn insist<F>(&mut self, request: F, how: Insistence) -> Result<Option<Reply>>
    where
        F: Fn() -> Request<Full<Bytes>>,
    {
        let mut away: Option<Instant> = None;
        let mut pause = FIRST;
        loop {
            let reply = match self.connection.exchange(request(), how.limit).await {
                Ok(reply) => reply,
                Err(broken) => {
                    self.shared.tally.borrow_mut().broken += 1;
                    if !how.harmless && !matches!(broken, Broken::Away(_)) {
                        return Ok(None);
                    }
                    let since = *away.get_or_insert_with(Instant::now);
                    match broken {
                        // The next attempt tells whether the service is still there.
                        Broken::Cut(_)
                            if !self.shared.plan.keep_going && since.elapsed() < how.limit =>
                        {
                            sleep(LEAST).await;
                        }
                        broken => self.rest(&broken, since, &mut pause).await?,
                    }
                    continue;
                }
            };
            away = None;
            self.shared.tally.borrow_mut().answer(reply.status, self.connection.body());
            match reply.status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => bail!(
                    "{}: answered {}: give a token that may do this with --token, or in IMPUTE_SERVE_TOKEN",
                    self.shared.address.url,
                    reply.status
                ),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    let wait = reply.retry_after.unwrap_or(UNSAID).max(LEAST);
                    let plan = &self.shared.plan;
                    if !plan.retry
                        || self.shared.stopping.get()
                        || Instant::now() + wait > how.until
                    {
                        return Ok(Some(reply));
                    }
                    self.shared.tally.borrow_mut().retries += 1;
                    sleep(wait).await;
                }
                _ => return Ok(Some(reply)),
            }
        }
    }

    /// Waits before the next attempt to reach a service that is away.
    async fn rest(&self, broken: &Broken, since: Instant, pause: &mut Duration) -> Result<()> {
        let plan = &self.shared.plan;
        if !plan.keep_going || since.elapsed() > plan.patience {
            let waited = if plan.keep_going {
                format!(" (waited {} s for it)", plan.patience.as_secs_f64())
            } else {
                String::new()
            };
            return Err(anyhow!("{}: {broken}{waited}", self.shared.address.url));
        }
        sleep(*pause).await;
        *pause = (*pause * 2).min(LAST);
        Ok(())
    }
}
