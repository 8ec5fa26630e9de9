//! Signals: an orderly end, and newer models.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::behind::Stop;
use crate::models::publish_all;
use crate::service::Service;

/// Ends the service at `SIGTERM` or `SIGINT`; `SIGHUP` publishes new versions of models.
pub async fn until_asked(service: Arc<Service>, stop: Stop) {
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        tracing::error!("signals cannot be heard: only kill -9 ends this process");
        return;
    };
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                if service.settings.servers.is_some() {
                    tracing::warn!("models are published with `impute-serve publish` here");
                    continue;
                }
                let by = Arc::clone(&service);
                tokio::spawn(async move {
                    let _one = by.publishing.lock().await;
                    publish_all(&by.models, &*by.store).await;
                });
            }
        }
    }
    tracing::info!("ending: nothing more is accepted, what runs is finished");
    service.close();
    // Nothing more is begun, however long clients take to leave.
    stop();
}
