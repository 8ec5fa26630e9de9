//! A handler that panics costs its own request, and no other.
//!
//! The client gets the refusal `internal`; the log gets the place of the panic. Neither gets the message of the
//! panic, which may quote the text that was worked on.

use std::any::Any;
use std::panic;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::refusal::Refusal;

/// What turns a panic into an answer.
pub type Answer = fn(Box<dyn Any + Send + 'static>) -> Response;

/// The layer.
pub fn layer() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer)
}

fn answer(_message: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::internal().into_response()
}

/// From now on, panics of this process are logged by their place alone, and nothing is written past the log.
pub fn log_places() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        tracing::error!(place, thread = thread.name().unwrap_or("unnamed"), "panicked");
    }));
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_and_its_message_kept_back() {
        let text = String::from("the secret text");
        let panics = move || async move {
            if text.len() > 3 {
                panic!("{text}");
            }
        };
        let router =
            Router::new().route("/", get(panics)).route("/other", get(|| async {})).layer(layer());
        for _ in 0..2 {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 500);
            let body = to_bytes(response.into_body(), 10_000).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(body.contains("\"internal\"") && !body.contains("secret"), "{body}");
        }
        let request = Request::get("/other").body(Body::empty()).unwrap();
        assert_eq!(router.oneshot(request).await.unwrap().status(), 200);
    }
}
