//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the service.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::refusals::Everywhere;
use crate::refusal::{Code, Refusal};
use crate::service::{Broker, Service};

/// Whether the process lives; depends on nothing else.
#[utoipa::path(
    get, path = "/healthz", tag = "running it",
    responses((status = 200, description = "It lives", content_type = "text/plain", body = String), Everywhere)
)]
pub async fn healthz() -> &'static str {
    "alive\n"
}

/// Whether new work is taken: models are open, the database answers, the service is not ending.
#[utoipa::path(
    get, path = "/readyz", tag = "running it",
    responses(
        (status = 200, description = "It takes work", content_type = "text/plain", body = String),
        (status = 503, description = "It does not, at the moment", body = Refusal),
        Everywhere,
    )
)]
pub async fn readyz(State(service): State<Arc<Service>>) -> Result<String, Refusal> {
    service.accepts()?;
    let waiting = "The database does not answer; the log of the service says why.";
    let asked = service.store.check().await;
    if asked.is_err() || service.store.is_failing() {
        return Err(Refusal::new(Code::NotReady, waiting).retry_after(5));
    }
    // What is accepted meanwhile waits in the database.
    Ok(match service.broker.as_ref().and_then(Broker::trouble) {
        Some(trouble) => format!("ready, but {trouble}; what is accepted waits in the database\n"),
        None => "ready\n".to_owned(),
    })
}

/// All that is measured, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "running it",
    responses((status = 200, description = "As OpenMetrics text", content_type = "application/openmetrics-text",
        body = String), Everywhere)
)]
pub async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let text = service.metrics.text(&service.queue().await);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
