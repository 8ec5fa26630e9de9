//! Keeps pages of other sites from using the service through a visitor's browser.
//!
//! Two ways lead there. A site can give its own name the address of this machine and then counts as the same
//! site (DNS rebinding): so without tokens the `Host` must be a name or an address of loopback, which no such
//! site has. And a form of another site can post here, with the visitor's credentials: so what changes
//! something must come from here. Browsers say where a request comes from in `Sec-Fetch-Site`, which no page
//! can forge; they leave it out over plain HTTP to other machines, where `Origin` has to be the `Host`.
//! Programs send neither and are let through.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::refusal::{Code, Refusal};

/// Which names the service answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Those of this machine for itself: nobody needs a token.
    Loopback,
    /// Any: who asks needs a token.
    Any,
}

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The middleware.
pub async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    // Whoever watches the service may know no name of it.
    let watched = matches!(request.uri().path(), "/healthz" | "/readyz");
    if hosts == Hosts::Loopback && !watched && !asks_loopback(&request) {
        let message = "Ask for http://localhost or http://127.0.0.1: without tokens, the service \
             answers to no other name.";
        return Refusal::new(Code::Forbidden, message).into_response();
    }
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    if !harmless && !comes_from_here(&request) {
        let message = "This comes from a page of another site; send it from the service's own \
             page, or from a program.";
        return Refusal::new(Code::Forbidden, message).into_response();
    }
    next.run(request).await
}

/// The one value of a header; `Err` if there are several, or it is not text.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

fn asks_loopback(request: &Request) -> bool {
    let host = match one(request.headers(), &header::HOST) {
        Ok(Some(host)) => is_loopback(host),
        _ => false,
    };
    // A request to a proxy names the host a second time.
    host && request.uri().authority().is_none_or(|authority| is_loopback(authority.as_str()))
}

fn is_loopback(host: &str) -> bool {
    if host.contains('@') {
        return false;
    }
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if let Ok(address) = address.parse::<std::net::IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

fn comes_from_here(request: &Request) -> bool {
    let headers = request.headers();
    match one(headers, &SEC_FETCH_SITE) {
        Ok(None) => {}
        // A form of our own page, or what a person typed.
        Ok(Some("same-origin" | "none")) => return true,
        _ => return false,
    }
    match (one(headers, &header::ORIGIN), one(headers, &header::HOST)) {
        (Ok(None), _) => true,
        (Ok(Some(origin)), Ok(Some(host))) => match origin.split_once("://") {
            Some((_, authority)) => authority.eq_ignore_ascii_case(host),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    async fn ask(hosts: Hosts, method: &str, headers: &[(&str, &str)]) -> StatusCode {
        let router = Router::new()
            .route("/", get(|| async {}).post(|| async {}))
            .layer(middleware::from_fn_with_state(hosts, check));
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn without_tokens_only_names_of_loopback_are_answered() {
        for host in [
            "localhost",
            "LOCALHOST:8642",
            "localhost.:8642",
            "impute.localhost",
            "127.0.0.1:8642",
            "127.9.9.9",
            "[::1]:8642",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(ask(Hosts::Loopback, "GET", &[("host", host)]).await, 200, "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8642",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "xlocalhost",
            "evil@localhost",
            "10.0.0.1",
            "0.0.0.0:8642",
            "[::]",
            "",
            ":80",
            "local host",
        ] {
            assert_eq!(ask(Hosts::Loopback, "GET", &[("host", host)]).await, 403, "{host}");
            assert_eq!(ask(Hosts::Any, "GET", &[("host", host)]).await, 200, "{host}");
        }
        assert_eq!(ask(Hosts::Loopback, "GET", &[]).await, 403);
        let twice = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(ask(Hosts::Loopback, "GET", &twice).await, 403);
    }

    #[tokio::test]
    async fn the_name_in_the_address_counts_too() {
        let router = Router::new()
            .fallback(|| async {})
            .layer(middleware::from_fn_with_state(Hosts::Loopback, check));
        for (address, status) in [("http://evil.example/", 403), ("http://localhost:1/", 200)] {
            let request = Request::get(address).header("host", "localhost").body(Body::empty());
            let response = router.clone().oneshot(request.unwrap()).await.unwrap();
            assert_eq!(response.status(), status, "{address}");
        }
    }

    #[tokio::test]
    async fn pages_of_other_sites_change_nothing() {
        let host = ("host", "localhost:8642");
        for hosts in [Hosts::Loopback, Hosts::Any] {
            for refused in [
                vec![("sec-fetch-site", "cross-site")],
                vec![("sec-fetch-site", "same-site")],
                vec![("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8642")],
                vec![("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
                vec![("origin", "http://evil.example")],
                vec![("origin", "http://localhost")],
                vec![("origin", "http://localhost:8642.evil.example")],
                vec![("origin", "null")],
                vec![("origin", "http://localhost:8642"), ("origin", "http://evil.example")],
            ] {
                let headers: Vec<_> = refused.into_iter().chain([host]).collect();
                for method in ["POST", "DELETE", "PUT", "OPTIONS"] {
                    assert_eq!(ask(hosts, method, &headers).await, 403, "{method} {headers:?}");
                }
                assert_eq!(ask(hosts, "GET", &headers).await, 200, "{headers:?}");
                assert_eq!(ask(hosts, "HEAD", &headers).await, 200, "{headers:?}");
            }
        }
    }

    #[tokio::test]
    async fn our_own_page_and_programs_come_through() {
        let host = ("host", "localhost:8642");
        for taken in [
            vec![],
            vec![("origin", "http://localhost:8642")],
            vec![("origin", "HTTP://LOCALHOST:8642")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8642")],
            vec![("sec-fetch-site", "none")],
        ] {
            let headers: Vec<_> = taken.into_iter().chain([host]).collect();
            assert_eq!(ask(Hosts::Loopback, "POST", &headers).await, 200, "{headers:?}");
        }
    }
}
