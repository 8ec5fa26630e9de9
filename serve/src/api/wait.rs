//! Waiting for a job or a batch to change.

use std::pin::pin;
use std::time::Duration;

use serde::Deserialize;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::{Described, unknown};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::store::Result;

/// The longest wait, in seconds.
const LONGEST: u64 = 60;

/// How long a client waits for the end of what it asks about.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Up to so many seconds until it is finished; 60 at most.
    #[param(minimum = 0, maximum = 60)]
    pub wait: Option<u64>,
}

impl Described for Waiting {
    const WHAT: &str = "wait: whole seconds, 0 to 60";
}

impl Waiting {
    fn until(self) -> Instant {
        Instant::now() + Duration::from_secs(self.wait.unwrap_or(0).min(LONGEST))
    }
}

/// Looks at something until it is `ended`, the time is over, or the service is ending.
///
/// # Errors
/// There is nothing of this id, or the store cannot be read.
pub async fn wait<T, F>(
    service: &Service,
    id: Uuid,
    waiting: Waiting,
    look: impl Fn() -> F,
    ended: impl Fn(&T) -> bool,
) -> std::result::Result<T, Refusal>
where
    F: Future<Output = Result<Option<T>>>,
{
    if waiting.wait.unwrap_or(0) == 0 {
        return look().await?.ok_or_else(unknown);
    }
    let until = waiting.until();
    let mut closing = service.closing();
    let watched = service.store.shared().watchers.watch(id);
    loop {
        let mut told = pin!(watched.ended.notified());
        told.as_mut().enable(); // what ends from here on is heard
        let found = look().await?.ok_or_else(unknown)?;
        if ended(&found) || *closing.borrow() {
            return Ok(found);
        }
        let heard = async {
            tokio::select! {
                () = told => {}
                _ = closing.changed() => {}
            }
        };
        if timeout_at(until, heard).await.is_err() {
            return Ok(found);
        }
    }
}
