//! Refusals: every answer that is not what the client asked for.
//!
//! In: a [`Code`] and one sentence that says what to do. Out: the response, with the code's status and a body
//! of JSON, `{"code":"backlog_full","message":"…","more":"/help#backlog_full"}`. A program acts on the code, a
//! person reads the message, and the help page explains every code under its name.
//!
//! Invariant: a message speaks of the request alone. No path of this machine, no text of an error from within
//! and no version of anything inside ever stands in one; whoever writes a message keeps to that.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Why a request is refused: what a program decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request cannot be read.
    BadRequest,
    /// No token, or one that is not known.
    Unauthorized,
    /// This client may not do this.
    Forbidden,
    /// There is nothing of that name.
    NotFound,
    /// There is no such form of the answer.
    NotAcceptable,
    /// There is something of that name, but not for this method.
    MethodNotAllowed,
    /// The request contradicts an earlier one, or the state of what it is about.
    Conflict,
    /// The body, or a text in it, is larger than the limit.
    TooLarge,
    /// The body is in a form that is not read here.
    UnsupportedMediaType,
    /// Well-formed, with values that cannot be used.
    Unprocessable,
    /// One line of a file cannot be used.
    BadRow,
    /// More requests than one client may send.
    TooManyRequests,
    /// As much work waits as may wait.
    BacklogFull,
    /// The service is ending, and accepts no more.
    ShuttingDown,
    /// The database does not answer at the moment.
    NotReady,
    /// The request took longer than one may take.
    TimedOut,
    /// Something broke in the service.
    Internal,
}

impl Code {
    /// Every code there is, in the order in which the help page lists them.
    pub const ALL: [Code; 17] = [
        Code::BadRequest,
        Code::Unauthorized,
        Code::Forbidden,
        Code::NotFound,
        Code::NotAcceptable,
        Code::MethodNotAllowed,
        Code::TimedOut,
        Code::Conflict,
        Code::TooLarge,
        Code::UnsupportedMediaType,
        Code::Unprocessable,
        Code::BadRow,
        Code::TooManyRequests,
        Code::Internal,
        Code::BacklogFull,
        Code::NotReady,
        Code::ShuttingDown,
    ];

    /// The code as it stands in the body.
    pub fn name(self) -> &'static str {
        match self {
            Code::BadRequest => "bad_request",
            Code::Unauthorized => "unauthorized",
            Code::Forbidden => "forbidden",
            Code::NotFound => "not_found",
            Code::NotAcceptable => "not_acceptable",
            Code::MethodNotAllowed => "method_not_allowed",
            Code::Conflict => "conflict",
            Code::TooLarge => "too_large",
            Code::UnsupportedMediaType => "unsupported_media_type",
            Code::Unprocessable => "unprocessable",
            Code::BadRow => "bad_row",
            Code::TooManyRequests => "too_many_requests",
            Code::BacklogFull => "backlog_full",
            Code::ShuttingDown => "shutting_down",
            Code::NotReady => "not_ready",
            Code::TimedOut => "timed_out",
            Code::Internal => "internal",
        }
    }

    /// The status of the response.
    pub fn status(self) -> StatusCode {
        match self {
            Code::BadRequest => StatusCode::BAD_REQUEST,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::Conflict => StatusCode::CONFLICT,
            Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::Unprocessable | Code::BadRow => StatusCode::UNPROCESSABLE_ENTITY,
            Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Code::BacklogFull | Code::ShuttingDown | Code::NotReady => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Code::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Where the code is explained.
    pub fn more(self) -> String {
        format!("/help#{}", self.name())
    }
}

/// A refusal on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// One sentence for a person, which says what to do.
    pub message: Cow<'static, str>,
    /// After how many seconds it is worth asking again; sent as `Retry-After`.
    pub retry_after: Option<u64>,
    /// The line of the file that is at fault, from 1.
    pub line: Option<u64>,
}

impl Refusal {
    /// A refusal without a time or a line.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Refusal { code, message: message.into(), retry_after: None, line: None }
    }

    /// The same, with the seconds after which it is worth asking again.
    pub fn retry_after(self, seconds: u64) -> Self {
        Refusal { retry_after: Some(seconds), ..self }
    }

    /// The same, about one line of a file, counted from 1.
    pub fn at_line(self, line: u64) -> Self {
        Refusal { line: Some(line), ..self }
    }

    /// Something broke within. What it was belongs into the log, under the id of the request.
    pub fn internal() -> Self {
        let message = "Something broke here, and it is not your request; try again, and if it stays, give the \
             X-Request-Id of this answer to whoever runs the service.";
        Refusal::new(Code::Internal, message)
    }

    /// There is nothing at this address.
    pub fn not_found() -> Self {
        Refusal::new(Code::NotFound, "There is nothing at this address; /help lists what there is.")
    }
}

/// Why the request is refused, and what to do.
#[derive(Serialize, ToSchema)]
struct Body {
    // A description here would wrap the schema of the code in another one.
    #[schema(inline)]
    code: Code,
    /// One sentence for a person, which says what to do.
    #[schema(example = "100000 jobs wait already; send this one again later.")]
    message: Cow<'static, str>,
    /// Where the code is explained.
    #[schema(example = "/help#backlog_full")]
    more: String,
    /// The line of the file that is at fault, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    line: Option<u64>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal { code, message, retry_after, line } = self;
        let body = Body { code, message, more: code.more(), line };
        let mut response = (code.status(), axum::Json(body)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // For the log and the counters, which read the code without reading the body.
        response.extensions_mut().insert(code);
        response
    }
}

impl PartialSchema for Refusal {
    fn schema() -> RefOr<Schema> {
        Body::schema()
    }
}

impl ToSchema for Refusal {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Refusal")
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn body_of(response: Response) -> serde_json::Value {
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_code_is_listed_once_and_named_as_it_is_written() {
        let mut names: Vec<_> = Code::ALL.map(Code::name).to_vec();
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[tokio::test]
    async fn says_the_code_the_sentence_and_where_to_read_on() {
        let refusal = Refusal::new(Code::BacklogFull, "Send it again later.").retry_after(7);
        let response = refusal.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "7");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.extensions().get::<Code>(), Some(&Code::BacklogFull));
        let expected = serde_json::json!({
            "code": "backlog_full", "message": "Send it again later.", "more": "/help#backlog_full"
        });
        assert_eq!(body_of(response).await, expected);
    }

    #[tokio::test]
    async fn a_bad_row_is_named_by_its_line() {
        let response =
            Refusal::new(Code::BadRow, "Line 3 has one quote.").at_line(3).into_response();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!response.headers().contains_key("retry-after"));
        assert_eq!(body_of(response).await["line"], 3);
    }

    #[test]
    fn the_schema_lists_every_code() {
        let schema = serde_json::to_value(Refusal::schema()).unwrap();
        let codes = schema["properties"]["code"]["enum"].as_array().unwrap();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(codes.contains(&code.name().into()), "{}", code.name());
        }
        assert_eq!(schema["required"], serde_json::json!(["code", "message", "more"]));
    }
}
