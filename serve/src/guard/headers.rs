//! What every answer tells the browser: run nothing but our own files, embed us nowhere, keep nothing.
//!
//! The referrer goes to our own pages only. With `no-referrer` a plain form would say `Origin: null`, which
//! [`origin`](super::origin) could not tell from a form of another site.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::open::is_static;

/// What a page may load, and from where: our own style, script and pictures, and no line of script within a page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The middleware.
pub async fn add(request: Request, next: Next) -> Response {
    let keep = is_static(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !keep {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderMap;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    async fn headers_of(path: &str) -> HeaderMap {
        let kept = || async { [("cache-control", "max-age=60")] };
        let router = Router::new()
            .route("/", get(kept))
            .route("/static/page.css", get(kept))
            .layer(middleware::from_fn(add));
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn every_answer_has_them() {
        for path in ["/", "/static/page.css", "/there/is/none"] {
            let headers = headers_of(path).await;
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'; img")
            );
            assert!(!policy.contains("unsafe"));
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["referrer-policy"], "same-origin");
        }
    }

    #[tokio::test]
    async fn only_files_of_the_page_are_kept() {
        assert_eq!(headers_of("/").await["cache-control"], "no-store");
        assert_eq!(headers_of("/static/page.css").await["cache-control"], "max-age=60");
    }
}
