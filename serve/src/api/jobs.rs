//! `/v1/jobs`: a text is accepted, done when its turn comes, and looked at.

use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::{Asking, Id, Json, removed};
use super::refusals::{Everywhere, OfIds, OfWork};
use super::repeat::Key;
use super::views::{Accepted, JobView};
use super::wait::{Waiting, wait};
use crate::clock;
use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::store::{NewJob, State as Stands};
use crate::task::{Asked, Inserting, MOST_WORDS, Task};

/// A text that is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// What is to be done.
    pub task: Task,
    /// The text: for `impute` a tokenised sentence on one line, as in the competition.
    #[schema(example = "The president said on Tuesday that he not going to the meeting .")]
    pub text: String,
    /// The name of a model.
    #[schema(nullable = false)]
    pub model: Option<String>,
    /// How many of the likeliest pairs of a gap and a word, or labels, are listed; 5 if nothing is said.
    #[schema(minimum = 0, maximum = 16, nullable = false)]
    pub top: Option<usize>,
    /// Whether the answer is explained.
    #[serde(default)]
    pub explain: bool,
    /// Whether the language is told too.
    #[serde(default)]
    pub language: bool,
    /// What may go in.
    #[serde(default)]
    pub insert: Inserting,
    /// For how many seconds the result is wanted; a job that waited longer expires.
    #[schema(minimum = 1, nullable = false)]
    pub ttl: Option<u64>,
}

impl JobRequest {
    fn asked(&self) -> Result<Asked, Refusal> {
        asked(self.top, self.explain, self.language, self.insert)
    }
}

/// What is asked, if it can be.
///
/// # Errors
/// More words than are listed.
pub fn asked(
    top: Option<usize>,
    explain: bool,
    language: bool,
    insert: Inserting,
) -> Result<Asked, Refusal> {
    let top = top.unwrap_or(Asked::default().top);
    if top > MOST_WORDS {
        return Err(Refusal::new(Code::Unprocessable, "top: at most 16 are listed."));
    }
    Ok(Asked { top, explain, language, insert })
}

/// Refuses a text that is none, is too long, or does not fit its task.
///
/// # Errors
/// It is one of these.
pub fn check_text(service: &Service, task: Task, text: &str) -> Result<(), Refusal> {
    if text.len() > service.settings.max_text {
        let message = format!(
            "A text has at most {} bytes; send a longer one in parts.",
            service.settings.max_text
        );
        return Err(Refusal::new(Code::TooLarge, message));
    }
    if text.trim().is_empty() {
        return Err(Refusal::new(Code::Unprocessable, "text: there is nothing in it."));
    }
    if task == Task::Impute && text.contains(['\n', '\r']) {
        return Err(Refusal::new(
            Code::Unprocessable,
            "text: one sentence on one line; for text of several lines there is the task repair.",
        ));
    }
    Ok(())
}

/// Accepts a job: checked here, on disk when this returns. Gives its id, and whether it is new.
///
/// # Errors
/// It cannot be done, or too much waits.
pub async fn accept(
    service: &Service,
    client: &Client,
    request: JobRequest,
    key: Key,
    bytes: &[u8],
) -> Result<(Uuid, bool), Refusal> {
    let began = Instant::now();
    service.accepts()?;
    check_text(service, request.task, &request.text)?;
    let model = service.model_for(request.task, request.model.as_deref())?;
    let asked = request.asked()?;
    let most = service.settings.ttl.as_secs();
    let ttl = request.ttl.unwrap_or(most);
    if ttl == 0 || ttl > most {
        let message = format!("ttl: give 1 to {most} seconds.");
        return Err(Refusal::new(Code::Unprocessable, message));
    }
    let created = clock::now();
    let (task, ttl) = (request.task, i64::try_from(ttl).unwrap_or(i64::MAX / 2000));
    let job = NewJob {
        id: Uuid::new_v4(),
        task,
        model: model.name.clone(),
        asked: if asked == Asked::default() {
            "{}".to_owned()
        } else {
            serde_json::to_string(&asked).map_err(|_| Refusal::internal())?
        },
        text: request.text,
        created,
        expires: created.saturating_add(ttl.saturating_mul(1000)),
        repeat: key.of(client, bytes),
    };
    let (id, new) = service.store.accept(job).await?;
    if new {
        service.metrics.accepted(task, began.elapsed());
    }
    Ok((id, new))
}

/// Accepts a text. When it is answered, the job is on disk.
#[utoipa::path(
    post, path = "/v1/jobs", operation_id = "create_job", tag = "jobs", request_body = JobRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless")),
    responses(
        (status = 202, description = "It is on disk, and will be done", body = Accepted,
         headers(("Location" = String, description = "Where it is looked at"))),
        (status = 409, description = "The key was used for another request", body = Refusal),
        Everywhere,
        OfWork,
    )
)]
pub async fn create(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    key: Key,
    Json(request, bytes): Json<JobRequest>,
) -> Result<Response, Refusal> {
    let (id, new) = accept(&service, &client, request, key, &bytes).await?;
    let location = [(header::LOCATION, format!("/v1/jobs/{id}"))];
    // Of a repeated request it may be another.
    let state = match new {
        true => Stands::Waiting,
        false => service.store.job(id).await?.map_or(Stands::Waiting, |job| job.state),
    };
    let accepted = Accepted { tracking_id: id, state: state.name() };
    Ok((StatusCode::ACCEPTED, location, axum::Json(accepted)).into_response())
}

/// What is known of a job; with `wait`, as soon as it is finished.
#[utoipa::path(
    get, path = "/v1/jobs/{id}", operation_id = "job", tag = "jobs",
    params(("id" = Uuid, Path, description = "Its tracking id"), Waiting),
    responses(
        (status = 200, description = "Where it stands", body = JobView),
        Everywhere,
        OfIds,
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    Id(id): Id,
    Asking(waiting): Asking<Waiting>,
) -> Result<axum::Json<JobView>, Refusal> {
    let look = || service.store.job(id);
    let job = wait(&service, id, waiting, look, |job| job.state.is_final()).await?;
    Ok(axum::Json(job.into()))
}

/// Removes the text and the result of a job, at once.
#[utoipa::path(
    delete, path = "/v1/jobs/{id}", operation_id = "remove_job", tag = "jobs",
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 204, description = "They are gone; what was said about the answer too"),
        (status = 503, description = "Too much is being written; try again", body = Refusal),
        Everywhere,
        OfIds,
    )
)]
pub async fn remove(
    State(service): State<Arc<Service>>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    removed(service.store.delete_job(id).await?)
}
