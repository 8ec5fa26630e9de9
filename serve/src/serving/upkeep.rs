//! What is done from time to time while the service runs.

use std::sync::Arc;
use std::time::Duration;

use crate::guard::Guards;
use crate::service::Service;

/// How often jobs are looked through whose time has run out.
const OFTEN: Duration = Duration::from_secs(2);

/// Ends what is no longer wanted, removes what was kept long enough, forgets idle clients; until the service ends.
pub async fn keep_up(service: Arc<Service>, guards: Guards) {
    let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2);
    let retention = milliseconds(service.settings.retention);
    let feedback = milliseconds(service.settings.keep_feedback);
    let mut closing = service.closing();
    loop {
        tokio::select! {
            () = tokio::time::sleep(OFTEN) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        guards.forget_idle();
        let store = service.store.clone();
        let kept = tokio::task::spawn_blocking(move || store.keep_up(retention, feedback)).await;
        if let Ok(Err(error)) = kept {
            tracing::error!(%error, "old texts could not be removed; it is tried again");
        }
    }
}
