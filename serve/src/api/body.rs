//! Reads what a client sends: JSON, the query, the id in the path; each refused in the service's own words.

use axum::body::to_bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
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
        if declared(request.headers()).is_some_and(|length| length > most as u64) {
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
        Ok(Json(read_json(&bytes)?, bytes.into()))
    }
}

/// How long a body says that it is.
pub fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What a client gets for a removal: nothing, if there was something to remove.
///
/// # Errors
/// There was not.
pub fn removed(was_there: bool) -> Result<StatusCode, Refusal> {
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(unknown()) }
}

fn too_large() -> Refusal {
    Refusal::new(
        Code::TooLarge,
        "The body is larger than six times the longest text and 64 KiB, which texts and their escapes fit into; send \
         less at once.",
    )
}

/// Reads a value; what is wrong with it is said by the name of its field.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let message = format!(
            "The body is not UTF-8 from byte {} on; JSON has to be.",
            error.valid_up_to() + 1
        );
        return Err(Refusal::new(Code::BadRequest, message));
    }
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        let (line, column) = (error.line(), error.column());
        let message = format!("The body is no JSON, from line {line}, column {column} on.");
        return Err(Refusal::new(Code::BadRequest, message));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (place, what) = (error.path().to_string(), error.inner().to_string());
        // What the program calls things says nothing to a client.
        let what = what.split(" at line ").next().unwrap_or_default();
        let mut what = what.replace("usize", "a whole number").replace("u64", "a whole number");
        if let Some(at) = what.find("expected struct") {
            what.replace_range(at.., "expected an object with the fields of /openapi.json");
        }
        let place = if place == "." { String::new() } else { format!("{place}: ") };
        Refusal::new(Code::Unprocessable, format!("{place}{what}."))
    })
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

/// What a query may say.
pub trait Described {
    /// The names and their values.
    const WHAT: &str;
}

impl<T: DeserializeOwned + Described, S: Send + Sync> FromRequestParts<S> for Asking<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let found: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        found.map(|Query(query)| Asking(query)).map_err(|_| {
            let what = T::WHAT;
            Refusal::new(Code::BadRequest, format!("The query may have: {what}."))
        })
    }
}
