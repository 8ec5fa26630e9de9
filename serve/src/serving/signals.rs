//! Signals: an orderly end, and a word about newer models.

use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::behind::Stop;
use crate::models::publish_all;
use crate::service::Service;

/// The signals that are heard.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn hear() -> std::io::Result<Self> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }
}

/// Waits for `SIGTERM` or `SIGINT`; does what is wanted at each `SIGHUP` until then.
pub async fn until_asked(at_hangup: impl Fn()) {
    let mut signals = match Signals::hear() {
        Ok(signals) => signals,
        Err(error) => {
            tracing::error!(%error, "signals cannot be heard: only kill -9 ends this process");
            return std::future::pending().await;
        }
    };
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
            _ = signals.hangup.recv() => at_hangup(),
        }
    }
}

/// Ends the service at `SIGTERM` or `SIGINT`; `SIGHUP` publishes new versions of models.
pub async fn end_when_asked(service: Arc<Service>, stop: Stop) {
    until_asked(|| {
        if service.settings.servers.is_some() {
            tracing::warn!("models are published with `impute-serve publish` here");
            return;
        }
        let by = Arc::clone(&service);
        tokio::spawn(async move {
            let _one = by.publishing.lock().await;
            publish_all(&by.models, &*by.store).await;
        });
    })
    .await;
    tracing::info!("ending: nothing more is accepted, what runs is finished");
    service.close();
    // Nothing more is begun, however long clients take to leave.
    stop();
}
