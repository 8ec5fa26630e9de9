//! All clients at work: until the last is done, one fails, or Ctrl-C is pressed.
//!
//! After a failure or Ctrl-C nothing new is begun, and what is under way has a short time to end, so that the report
//! can still be printed; a second Ctrl-C ends it at once.

use std::time::{Duration, Instant};

use anyhow::{Error, Result, anyhow};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval_at, sleep_until};

use super::shared::Shared;

/// How long what is under way may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// The length of a window.
const TICK: Duration = Duration::from_secs(1);

/// How it ended.
#[derive(Debug, Default)]
pub struct Ended {
    pub interrupted: bool,
    /// The first failure.
    pub fault: Option<Error>,
}

/// Waits for all tasks, and calls `tick` every second.
pub async fn all(shared: &Shared, mut tasks: JoinSet<Result<()>>, mut tick: impl FnMut()) -> Ended {
    let mut ended = Ended::default();
    let mut ticks = interval_at((Instant::now() + TICK).into(), TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut given_up: Option<Instant> = None;
    let mut heard = true;
    loop {
        let over = async {
            match given_up {
                Some(moment) => sleep_until(moment.into()).await,
                None => std::future::pending().await,
            }
        };
        let fault = tokio::select! {
            task = tasks.join_next() => match task {
                None => return ended,
                Some(Ok(result)) => result.err(),
                Some(Err(error)) => error.is_panic().then(|| anyhow!("a client ended unexpectedly: {error}")),
            },
            _ = ticks.tick() => {
                tick();
                None
            }
            signal = tokio::signal::ctrl_c(), if heard => {
                heard = signal.is_ok(); // where no signals are told, none is waited for again
                if heard {
                    shared.stopping.set(true);
                    let grace = if ended.interrupted { Duration::ZERO } else { GRACE };
                    ended.interrupted = true;
                    given_up = Some(Instant::now() + grace);
                }
                None
            }
            () = over => {
                given_up = None;
                tasks.abort_all();
                None
            }
        };
        if let Some(fault) = fault {
            shared.stopping.set(true);
            given_up.get_or_insert_with(|| Instant::now() + GRACE);
            ended.fault.get_or_insert(fault);
        }
    }
}
