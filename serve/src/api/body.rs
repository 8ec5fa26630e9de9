//! Reads what a client sends: JSON, the query, the id in the path; each refused in the service's own words.

use axum::body::to_bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::sync::Arc;
use uuid::Uuid;

use crate::refusal::{Code, Refusal};
use crate::service::{Service, ending};

/// A body of JSON, and its bytes.
#[derive(Debug)]
pub struct Json<T>(pub T, pub Vec<u8>);

/// How many bytes of JSON a byte of text may take: each of its bytes may be written as `\u00xx`.
const ESCAPED: usize = 6;
/// What stands around texts.
const AROUND: usize = 1 << 16;

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new(
                Code::UnsupportedMediaType,
                "Send JSON, with `Content-Type: application/json`.",
            ));
        }
        let most = ESCAPED * service.settings.max_text + AROUND;
        let length =
            request.headers().get("content-length").and_then(|length| length.to_str().ok());
        if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > most as u64) {
            return Err(too_large());
        }
        let mut closing = service.closing();
        let read = tokio::select! {
            read = to_bytes(request.into_body(), most) => read,
            // What is still on its way would be refused when it is there.
            _ = closing.wait_for(|closing| *closing) => return Err(ending()),
        };
        let bytes = read.map_err(|error| {
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(error) = cause {
                if error.is::<http_body_util::LengthLimitError>() {
                    return too_large();
                }
                cause = error.source();
            }
            Refusal::new(
                Code::BadRequest,
                "The body ended before its end, or is not framed as HTTP has it.",
            )
        })?;
        let value = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
        Ok(Json(value, bytes.into()))
    }
}

fn too_large() -> Refusal {
    Refusal::new(
        Code::TooLarge,
        "The body is larger than the limit, which /help names; send less at once.",
    )
}

fn wrong(error: &serde_json::Error) -> Refusal {
    match error.classify() {
        Category::Data => {
            let what = error.to_string(); // of the client's own values
            Refusal::new(
                Code::Unprocessable,
                format!("The JSON has a value that cannot be used: {what}."),
            )
        }
        _ => {
            let (line, column) = (error.line(), error.column());
            Refusal::new(
                Code::BadRequest,
                format!(
                    "The body is no JSON, from line {line}, column {column} on; it has to be UTF-8 too."
                ),
            )
        }
    }
}

/// The id in a path.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let found: Result<Path<Uuid>, PathRejection> = Path::from_request_parts(parts, state).await;
        found.map(|Path(id)| Id(id)).map_err(|_| unknown())
    }
}

/// Nothing has this id.
pub fn unknown() -> Refusal {
    Refusal::new(
        Code::NotFound,
        "Nothing has this id: it never was, or its time to be kept is over.",
    )
}

/// The query of a request.
#[derive(Debug, Clone)]
pub struct Asking<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asking<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let found: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        found.map(|Query(query)| Asking(query)).map_err(|_| {
            Refusal::new(
                Code::BadRequest,
                "The query has a name or a value that cannot be used; /openapi.json has them.",
            )
        })
    }
}
