//! What a worker tells whoever runs it: whether it lives, whether it works, what it has done.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;

use super::front::trouble;
use crate::metrics::{Metrics, Open};
use crate::predict::Pool;
use crate::queue::rabbit::Worker;
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

async fn ready(State(sight): State<Sight>) -> Response {
    let no = |why: String| (StatusCode::SERVICE_UNAVAILABLE, why + "\n").into_response();
    if *sight.ending.borrow() {
        return no("it is ending".to_owned());
    }
    if sight.store.check().await.is_err() || sight.store.is_failing() {
        return no("the database does not answer, or takes no writes".to_owned());
    }
    match trouble(&sight.queue.state()) {
        // What waits can be taken all the same.
        Some(trouble) if !trouble.contains("takes no messages") => no(trouble),
        _ => "ready\n".into_response(),
    }
}

async fn metrics(State(sight): State<Sight>) -> Response {
    sight.metrics.unacknowledged(sight.queue.unacknowledged() as u64);
    let text = sight.metrics.text(&Open { threads: sight.pool.threads(), ..Open::default() });
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
