//! What a worker tells whoever runs it: whether it lives, whether it works, what it has done.

use std::sync::Arc;

use axum::Router;
use axum::extract;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;

use super::front::trouble;
use crate::metrics::Metrics;
use crate::predict::Pool;
use crate::queue::rabbit::{State, Worker};
use crate::store::Store;
use crate::store::postgres::Postgres;

/// What there is to see.
#[derive(Debug, Clone)]
pub struct Sight {
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// Where results go.
    pub store: Postgres,
    /// Where work comes from.
    pub queue: Arc<Worker<Postgres>>,
    /// The threads.
    pub pool: Arc<Pool>,
    /// Whether it is ending.
    pub ending: watch::Receiver<bool>,
}

/// `/healthz`, `/readyz`, `/metrics`.
pub fn router(sight: Sight) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(sight)
}

async fn ready(extract::State(sight): extract::State<Sight>) -> Response {
    let no = |why: String| (StatusCode::SERVICE_UNAVAILABLE, why + "\n").into_response();
    if *sight.ending.borrow() {
        return no("it is ending".to_owned());
    }
    if sight.store.check().await.is_err() || sight.store.is_failing() {
        return no("the database does not answer, or takes no writes".to_owned());
    }
    match sight.queue.state() {
        // One that takes no messages gives those that it has.
        State::There | State::Blocked(_) => "ready\n".into_response(),
        away => no(trouble(&away).unwrap_or_default()),
    }
}

async fn metrics(extract::State(sight): extract::State<Sight>) -> Response {
    sight.metrics.unacknowledged(sight.queue.unacknowledged() as u64);
    let text = sight.metrics.text_of_threads(sight.pool.threads());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
