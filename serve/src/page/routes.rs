//! The routes of the pages: what is asked of a page, what is gathered for it, and the HTML that answers.
//!
//! A form is answered by sending the browser elsewhere (303), so that loading again does nothing twice. With
//! `?part=…` a page gives the part of it that the script puts in place. A refusal is a page too.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use maud::Markup;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::sending::{Asked, Reported};
use super::{answer, batch, document, files, gather, help, home, limits, request, sending, status};
use crate::api::body::{Id, unknown};
use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::task::Task;

/// What stands around a text in a form.
const AROUND: usize = 1 << 16;
/// How many bytes a byte may take in a form: each may be written as `%xx`.
const ESCAPED: usize = 3;
/// The names of files change with what is in them.
const KEPT_FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// All pages.
pub fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(first).post(send))
        .route("/requests/{id}", get(show_request))
        .route("/requests/{id}/feedback", post(report))
        .route("/requests/{id}/delete", post(delete_request))
        .route("/batches/{id}", get(show_batch))
        .route("/batches/{id}/delete", post(delete_batch))
        .route("/status", get(show_status))
        .route("/help", get(show_help))
        .route("/static/{name}", get(file))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::disable()) // forms have a limit of their own
}

async fn wrong_method() -> Refused {
    Refused(Refusal::new(
        Code::MethodNotAllowed,
        "There is something here, but not for what was sent; open the address as it is.",
    ))
}

/// A refusal as a page.
struct Refused(Refusal);

impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Refused(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let page = document::refused(&self.0);
        refused(self.0, &page)
    }
}

/// The answer to a refusal, which says all that it says to programs, with a page as its body.
fn refused(refusal: Refusal, page: &Markup) -> Response {
    let mut response = refusal.into_response();
    *response.body_mut() = Body::from(page.clone().into_string());
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

type Answer = Result<Response, Refused>;

fn shown(markup: Markup) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], markup.into_string()).into_response()
}

/// Which part of a page is wanted.
#[derive(Deserialize)]
struct Wanted {
    part: Option<String>,
    example: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let found: Result<Query<Self>, QueryRejection> =
            Query::from_request_parts(parts, state).await;
        let refusal = || {
            Refusal::new(
                Code::BadRequest,
                "This address has a part that cannot be read; leave out what follows the question mark.",
            )
        };
        found.map(|Query(wanted)| wanted).map_err(|_| Refused(refusal()))
    }
}

/// What a form sent.
struct Sent<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Sent<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refused> {
        let most = ESCAPED * service.settings.max_text + AROUND;
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, most).await.map_err(|_| {
            Refusal::new(
                Code::TooLarge,
                "The text is larger than the limit; send it in parts, or as a file.",
            )
        })?;
        let request = Request::from_parts(parts, Body::from(bytes));
        let found: Result<Form<T>, FormRejection> = Form::from_request(request, service).await;
        let Form(sent) = found.map_err(|_| {
            Refusal::new(
                Code::BadRequest,
                "The form cannot be read; load the page again and send it from there.",
            )
        })?;
        Ok(Sent(sent))
    }
}

/// What the addresses of this service begin with, as this client sees them.
struct Base(String);

impl<S: Send + Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header =
            |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let scheme = if header("x-forwarded-proto") == Some("https") { "https" } else { "http" };
        Ok(Base(format!("{scheme}://{}", header("host").unwrap_or("127.0.0.1:8642"))))
    }
}

/// There is nothing at an address: a page for whoever asks for pages, else what programs get.
pub fn nothing(headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    match accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        true => Refused(Refusal::not_found()).into_response(),
        false => Refusal::not_found().into_response(),
    }
}

async fn first(Base(base): Base, wanted: Wanted) -> Response {
    let example = wanted.example.as_deref().and_then(Task::named).map(home::Form::example);
    shown(home::home(&example.unwrap_or_default(), None, &base))
}

async fn send(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    Base(base): Base,
    Sent(asked): Sent<Asked>,
) -> Answer {
    let text = sending::text(&asked.text);
    let Some(task) = Task::named(&asked.task) else {
        return Err(Refused(Refusal::new(Code::Unprocessable, "Choose what to do with the text.")));
    };
    match sending::send(&service, &client, task, text.clone()).await {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}")).into_response()),
        Err(refusal) => {
            let page = home::home(&home::Form { text, task }, Some(&refusal), &base);
            Ok(refused(refusal, &page))
        }
    }
}

async fn show_request(
    State(service): State<Arc<Service>>,
    id: Result<Id, Refusal>,
    wanted: Wanted,
) -> Answer {
    let found = gather::request(&service, id?.0).await?.ok_or_else(unknown)?;
    Ok(shown(match wanted.part.as_deref() {
        Some("answer") => answer::answer(&found),
        Some("line") => answer::line(&found),
        _ => request::page(&found),
    }))
}

async fn report(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    id: Result<Id, Refusal>,
    Sent(reported): Sent<Reported>,
) -> Answer {
    let id = id?.0;
    sending::report(&service, &client, id, &reported).await?;
    Ok(Redirect::to(&format!("/requests/{id}#feedback")).into_response())
}

async fn delete_request(State(service): State<Arc<Service>>, id: Result<Id, Refusal>) -> Answer {
    match service.store.delete_job(id?.0).await? {
        true => Ok(Redirect::to("/").into_response()),
        false => Err(Refused(unknown())),
    }
}

async fn show_batch(
    State(service): State<Arc<Service>>,
    id: Result<Id, Refusal>,
    wanted: Wanted,
) -> Answer {
    let found = gather::batch(&service, id?.0).await?.ok_or_else(unknown)?;
    Ok(shown(match wanted.part.as_deref() {
        Some("progress") => batch::progress(&found),
        Some("line") => batch::line(&found),
        _ => batch::page(&found),
    }))
}

async fn delete_batch(State(service): State<Arc<Service>>, id: Result<Id, Refusal>) -> Answer {
    match service.store.delete_batch(id?.0).await? {
        true => Ok(Redirect::to("/").into_response()),
        false => Err(Refused(unknown())),
    }
}

async fn show_status(State(service): State<Arc<Service>>, wanted: Wanted) -> Answer {
    let found = gather::status(&service).await?;
    Ok(shown(match wanted.part.as_deref() {
        Some("figures") => status::figures(&found),
        _ => status::page(&found),
    }))
}

async fn show_help(State(service): State<Arc<Service>>, Base(base): Base) -> Response {
    shown(help::page(&limits::limits(&service.settings), &base))
}

async fn file(Path(name): Path<String>) -> Answer {
    let file = files::find(&name).ok_or_else(Refusal::not_found)?;
    let kind = HeaderValue::from_static(file.kind);
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT_FOR_EVER)];
    Ok((headers, file.content).into_response())
}
