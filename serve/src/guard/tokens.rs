//! Lets in who has a token, and tells the handlers who it is.
//!
//! In: `Authorization: Bearer TOKEN`, or `Basic` with the token as password and any name, which is what a
//! browser's own dialogue sends. Out: the request with a [`Client`], or 401. Without any token configured
//! everybody is let in with every right: the service then listens on this machine alone.
//!
//! The token goes no further: handlers see a request without it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::base64;
use super::client::Client;
use super::open::is_open;
use crate::refusal::{Code, Refusal};
use crate::settings::Tokens;

/// The middleware.
pub async fn check(
    State(tokens): State<Arc<Tokens>>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = if tokens.is_empty() || is_open(request.uri().path()) {
        Client::by_address(&request, tokens.is_empty())
    } else {
        match known(&tokens, request.headers()) {
            Ok(client) => client,
            Err(refusal) => return challenge(refusal),
        }
    };
    request.headers_mut().remove(header::AUTHORIZATION);
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn known(tokens: &Tokens, headers: &HeaderMap) -> Result<Client, Refusal> {
    let refused = |message| Refusal::new(Code::Unauthorized, message);
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let presented = match (values.next(), values.next()) {
        (Some(value), None) => presented(value.as_bytes()),
        (None, _) => {
            let message =
                "Send a token: `Authorization: Bearer TOKEN`, or the token as the password.";
            return Err(refused(message));
        }
        (Some(_), Some(_)) => None,
    };
    let Some(presented) = presented else {
        return Err(refused(
            "Send one `Authorization: Bearer TOKEN`, or Basic with the token as the password.",
        ));
    };
    match tokens.find(&presented) {
        Some(token) => Ok(Client { name: token.name.clone(), admin: token.admin }),
        None => Err(refused("This token is not known here; ask whoever runs the service for one.")),
    }
}

/// The token in the value of `Authorization`.
fn presented(value: &[u8]) -> Option<Vec<u8>> {
    let space = value.iter().position(|byte| *byte == b' ')?;
    let (scheme, rest) = value.split_at(space);
    let rest = rest.trim_ascii();
    if scheme.eq_ignore_ascii_case(b"bearer") {
        return Some(rest.to_vec());
    }
    if scheme.eq_ignore_ascii_case(b"basic") {
        let pair = base64::decode(rest)?;
        let colon = pair.iter().position(|byte| *byte == b':')?;
        return Some(pair[colon + 1..].to_vec());
    }
    None
}

fn challenge(refusal: Refusal) -> Response {
    let mut response = refusal.into_response();
    let ways = [r#"Basic realm="impute", charset="UTF-8""#, r#"Bearer realm="impute""#];
    for way in ways {
        response.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(way));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use axum::{Extension, Router, middleware};
    use tower::ServiceExt;

    use super::*;

    const ONE: &str = "0123456789abcdef";
    const TWO: &str = "fedcba9876543210";

    /// Answers with the client's name, a star if it is an admin, and whether the token was left in the request.
    async fn who(Extension(client): Extension<Client>, headers: HeaderMap) -> String {
        assert!(!headers.contains_key(header::AUTHORIZATION));
        format!("{}{}", client.name, if client.admin { "*" } else { "" })
    }

    async fn ask(
        tokens: &str,
        path: &str,
        authorization: &[&str],
    ) -> (StatusCode, String, Response) {
        let tokens = match tokens {
            "" => Tokens::default(),
            list => Tokens::of_list(list).unwrap(),
        };
        let router = Router::new()
            .route("/v1/jobs", get(who))
            .route("/healthz", get(who))
            .layer(middleware::from_fn_with_state(Arc::new(tokens), check));
        let mut request = Request::get(path);
        for value in authorization {
            request = request.header("authorization", *value);
        }
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (parts.status, text, Response::from_parts(parts, Body::empty()))
    }

    fn two() -> String {
        format!("one:{ONE},two:{TWO}:admin")
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", base64::tests::encode(pair.as_bytes()))
    }

    #[tokio::test]
    async fn a_token_names_its_client() {
        for (authorization, expected) in [
            (format!("Bearer {ONE}"), "one"),
            (format!("bearer  {TWO} "), "two*"),
            (basic(&format!("anybody:{ONE}")), "one"),
            (basic(&format!(":{TWO}")).replace("Basic", "basic"), "two*"),
        ] {
            let (status, text, _) = ask(&two(), "/v1/jobs", &[&authorization]).await;
            assert_eq!((status, text.as_str()), (StatusCode::OK, expected), "{authorization}");
        }
    }

    #[tokio::test]
    async fn nobody_else_comes_in() {
        for authorization in [
            vec![],
            vec![format!("Bearer {ONE}0")],
            vec!["Bearer".to_owned()],
            vec!["Bearer ".to_owned()],
            vec![ONE.to_owned()],
            vec![format!("Digest {ONE}")],
            vec!["Basic ****".to_owned()],
            vec![basic(ONE)],
            vec![basic(&format!("{ONE}:"))],
            vec![basic(&format!("one:{ONE}:"))],
            vec![format!("Bearer {ONE}"), format!("Bearer {ONE}")],
        ] {
            let given: Vec<&str> = authorization.iter().map(String::as_str).collect();
            for path in ["/v1/jobs", "/there/is/none"] {
                let (status, text, response) = ask(&two(), path, &given).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{given:?}");
                assert!(text.contains("\"unauthorized\"") && !text.contains(ONE), "{text}");
                let ways: Vec<_> = response.headers().get_all("www-authenticate").iter().collect();
                assert!(ways[0].to_str().unwrap().starts_with("Basic realm=\"impute\""));
                assert!(ways[1].to_str().unwrap().starts_with("Bearer"));
            }
        }
    }

    #[tokio::test]
    async fn health_needs_no_token_and_gives_no_rights() {
        let (status, text, _) = ask(&two(), "/healthz", &[]).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "unknown"));
        let (_, text, _) = ask(&two(), "/healthz", &[&format!("Bearer {TWO}")]).await;
        assert_eq!(text, "unknown");
    }

    #[tokio::test]
    async fn without_tokens_everybody_on_this_machine_may_do_all() {
        let (status, text, _) = ask("", "/v1/jobs", &[]).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "unknown*"));
    }
}
