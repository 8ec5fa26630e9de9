//! Gives every request an id, and one line in the log.
//!
//! In: the request. Out: the response with `X-Request-Id`, which a person can quote and the log knows. All that
//! is logged while the request is worked on stands in a span with the id, the method and the route; at its end
//! the status and the time are added, and one line is written: at debug where all went well, at info where the
//! client was refused, at warn where the service failed.
//!
//! Invariant: of what the client sent, the log shows the route that it matched and the method, never the
//! address as it was sent, a query, a header or a body.

use std::fmt;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use uuid::Uuid;

use crate::refusal::Code;

/// The header of the response.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, as an extension of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The middleware.
pub async fn follow(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::new_v4());
    let span = span(id, &request);
    request.extensions_mut().insert(id);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    span.record("status", response.status().as_u16());
    // Micro-seconds are exact enough.
    span.record("milliseconds", (milliseconds * 1e3).round() / 1e3);
    log(&span, &response);
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// The span is of the gravest level, so that whatever is logged, the request is named beside it.
fn span(id: RequestId, request: &Request) -> Span {
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        // Any word can be a method.
        _ => "other",
    };
    tracing::error_span!("request", %id, method, path, status = Empty, milliseconds = Empty)
}

fn log(span: &Span, response: &Response) {
    let code = response.extensions().get::<Code>().map(|code| code.name());
    let status = response.status();
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(code, "failed");
        } else if status.is_client_error() {
            tracing::info!(code, "refused");
        } else {
            tracing::debug!("answered");
        }
    });
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use axum::{Extension, Router, middleware};
    use tower::ServiceExt;
    use tracing::level_filters::LevelFilter;

    use super::*;
    use crate::refusal::Refusal;
    use crate::settings::logging::tests::Page;

    fn router() -> Router {
        let id = |Extension(id): Extension<RequestId>| async move {
            tracing::info!("working");
            id.to_string()
        };
        Router::new()
            .route("/v1/jobs/{id}", get(id))
            .route("/broken", get(|| async { Refusal::internal().into_response() }))
            .layer(middleware::from_fn(follow))
    }

    async fn ask(path: &str) -> Response {
        let request = Request::get(path).body(Body::from("a body")).unwrap();
        router().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn every_answer_names_its_request() {
        let response = ask("/v1/jobs/7").await;
        let id = response.headers()["x-request-id"].clone();
        let uuid = Uuid::parse_str(id.to_str().unwrap()).unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(body, id.as_bytes());
        let (other, none) = (ask("/v1/jobs/7").await, ask("/there/is/none").await);
        assert_ne!(other.headers()["x-request-id"], id);
        assert_eq!(none.status(), 404);
        assert!(none.headers().contains_key("x-request-id"));
    }

    #[tokio::test]
    async fn the_log_names_the_route_and_nothing_that_was_sent() {
        let page = Page::default();
        let guard = page.logs(LevelFilter::DEBUG);
        let response = ask("/v1/jobs/secret-id?text=secret").await;
        ask("/secret/path").await;
        ask("/broken").await;
        drop(guard);
        let lines = page.json();
        let id = response.headers()["x-request-id"].to_str().unwrap();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(!format!("{lines:?}").contains("secret"), "{lines:?}");
        assert_eq!(lines[0]["message"], "working");
        for line in &lines[..2] {
            assert_eq!(line["span"]["id"], id);
            assert_eq!(line["span"]["path"], "/v1/jobs/{id}");
            assert_eq!(line["span"]["method"], "GET");
        }
        let levels: Vec<_> = lines.iter().map(|line| line["level"].as_str().unwrap()).collect();
        assert_eq!(levels, ["INFO", "DEBUG", "INFO", "WARN"]);
        let statuses: Vec<_> =
            lines[1..].iter().map(|line| line["span"]["status"].clone()).collect();
        assert_eq!(statuses, [200, 404, 500]);
        assert!(lines[1]["span"]["milliseconds"].is_f64());
        assert_eq!(lines[2]["span"]["path"], "none");
        assert_eq!(lines[3]["code"], "internal");
    }

    #[tokio::test]
    async fn a_failure_is_named_where_only_failures_are_logged() {
        let page = Page::default();
        let guard = page.logs(LevelFilter::WARN);
        let response = ask("/broken").await;
        ask("/v1/jobs/7").await;
        drop(guard);
        let lines = page.json();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["span"]["id"], response.headers()["x-request-id"].to_str().unwrap());
    }
}
