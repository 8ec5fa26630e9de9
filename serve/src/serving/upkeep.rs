//! What is done from time to time while the service runs.

use std::sync::Arc;
use std::time::Duration;

use crate::guard::Guards;
use crate::service::Service;

/// How often jobs are looked through whose time has run out.
const OFTEN: Duration = Duration::from_secs(2);

/// One time in so many, what was kept long enough is removed, and idle clients are forgotten.
const SELDOM: u64 = 30;

/// Ends what is no longer wanted, removes what was kept long enough, forgets idle clients; until the service ends.
pub async fn keep_up(service: Arc<Service>, guards: Guards) {
    let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2);
    let retention = milliseconds(service.settings.retention);
    let feedback = milliseconds(service.settings.keep_feedback);
    let mut closing = service.closing();
    let mut round = 0u64;
    loop {
        tokio::select! {
            () = tokio::time::sleep(OFTEN) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        round += 1;
        let seldom = round % SELDOM == 1;
        if seldom {
            guards.forget_idle();
        }
        let store = &service.store;
        let kept = async {
            store.expire().await?;
            if seldom { store.retire(retention, feedback).await } else { Ok(()) }
        };
        if let Err(error) = kept.await {
            tracing::error!(%error, "old jobs could not be ended or removed; it is tried again");
        }
    }
}
