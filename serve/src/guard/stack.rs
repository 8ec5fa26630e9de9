//! All guards around a router, in the order that makes each of them right.
//!
//! ```text
//! request_id    outermost: whatever happens, the answer has an id and the log a line
//! headers       refusals are answers too
//! panics        of handlers and of the guards below
//! origin        before anything is counted for a client that did not mean to ask
//! tokens        says who the client is
//! rate          counts by client
//! ```

use std::sync::Arc;

use axum::{Router, middleware};

use super::origin::Hosts;
use super::rate::Rate;
use super::{headers, origin, panics, rate, request_id, tokens};
use crate::settings::{Settings, Tokens};

/// The guards, as the settings want them.
#[derive(Clone)]
pub struct Guards {
    tokens: Arc<Tokens>,
    rate: Option<Arc<Rate>>,
}

impl Guards {
    /// The guards for these settings.
    pub fn new(settings: &Settings) -> Self {
        let rate = Rate::new(settings.rate, settings.burst).map(Arc::new);
        Guards { tokens: Arc::new(settings.tokens.clone()), rate }
    }

    /// Puts the guards around every route of `router`, and around what it answers where there is no route.
    pub fn around(&self, router: Router) -> Router {
        let hosts = if self.tokens.is_empty() { Hosts::Loopback } else { Hosts::Any };
        let router = match &self.rate {
            Some(counts) => {
                router.layer(middleware::from_fn_with_state(counts.clone(), rate::check))
            }
            None => router,
        };
        router
            .layer(middleware::from_fn_with_state(self.tokens.clone(), tokens::check))
            .layer(middleware::from_fn_with_state(hosts, origin::check))
            .layer(panics::layer())
            .layer(middleware::from_fn(headers::add))
            .layer(middleware::from_fn(request_id::follow))
    }

    /// Forgets clients that have not asked for a while; call it every minute or so.
    pub fn forget_idle(&self) {
        if let Some(rate) = &self.rate {
            rate.forget_idle();
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::response::Response;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::settings::{Flags, InForce};

    const TOKEN: &str = "0123456789abcdef";

    fn guarded(tokens: &str, rate: u32) -> Router {
        let in_force = InForce::find_with(&Flags::default(), |_| None).unwrap();
        let tokens =
            if tokens.is_empty() { Tokens::default() } else { Tokens::of_list(tokens).unwrap() };
        let settings = Settings { tokens, rate, burst: 16, ..in_force.settings };
        let router = Router::new()
            .route("/", get(|| async { "page" }).post(|| async { "changed" }))
            .route("/panics", get(|| async { panic_now() }));
        Guards::new(&settings).around(router)
    }

    fn panic_now() {
        let none: Option<u8> = std::env::args().nth(1_000_000).map(|_| 1);
        none.unwrap();
    }

    async fn ask(router: &Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn every_answer_has_an_id_and_the_headers() {
        let bearer = format!("Bearer {TOKEN}");
        let router = guarded(&format!("me:{TOKEN}"), 0);
        let known = [("host", "example.com"), ("authorization", bearer.as_str())];
        let foreign = [known[0], known[1], ("origin", "http://evil.example")];
        for (method, path, headers, status) in [
            ("GET", "/", &known[..], 200),
            ("POST", "/", &known[..], 200),
            ("GET", "/", &known[..1], 401),
            ("POST", "/", &foreign[..], 403),
            ("GET", "/there/is/none", &known[..], 404),
            ("PUT", "/", &known[..], 405),
            ("GET", "/panics", &known[..], 500),
        ] {
            let response = ask(&router, method, path, headers).await;
            assert_eq!(response.status(), status, "{method} {path}");
            for name in ["x-request-id", "content-security-policy", "x-content-type-options"] {
                assert!(response.headers().contains_key(name), "{name} of {status}");
            }
            assert_eq!(response.headers()["cache-control"], "no-store");
        }
    }

    #[tokio::test]
    async fn a_stranger_takes_nothing_from_the_rate_of_a_client() {
        let bearer = format!("Bearer {TOKEN}");
        let router = guarded(&format!("me:{TOKEN}"), 1);
        for _ in 0..100 {
            assert_eq!(
                ask(&router, "GET", "/", &[("authorization", "Bearer x")]).await.status(),
                401
            );
        }
        let mut taken = 0;
        while ask(&router, "GET", "/", &[("authorization", &bearer)]).await.status() == 200 {
            taken += 1;
            assert!(taken < 10_000, "the rate holds nobody back");
        }
        assert!(taken >= 16, "{taken}");
    }

    #[tokio::test]
    async fn without_tokens_another_name_is_refused() {
        let router = guarded("", 0);
        assert_eq!(ask(&router, "GET", "/", &[("host", "localhost:8642")]).await.status(), 200);
        assert_eq!(ask(&router, "GET", "/", &[("host", "evil.example")]).await.status(), 403);
    }
}
