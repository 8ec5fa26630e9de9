//! How long a request may take: a body that does not come, or an answer that is not found, ends it.
//!
//! What may last has limits of its own: waiting and events, files on their way in and out.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::refusal::{Code, Refusal};

/// Ends a request that takes too long.
pub async fn end(State(most): State<Duration>, request: Request, next: Next) -> Response {
    if lasts(&request) {
        return next.run(request).await;
    }
    match tokio::time::timeout(most, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "The request took longer than one may take; /help names the limit.";
            Refusal::new(Code::TimedOut, message).into_response()
        }
    }
}

fn lasts(request: &Request) -> bool {
    let path = request.uri().path();
    let file = path == "/v1/batches" && request.method() == Method::POST;
    let waits = request.method() == Method::GET
        && request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|one| one.starts_with("wait=")));
    file || waits || path.ends_with("/events") || path.ends_with("/submission.csv")
}
