//! `/v1/batches`: a file comes in, is answered row by row, and goes out as a submission.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::body::{Asking, Described, Id, declared, removed, unknown};
use super::refusals::{Everywhere, OfIds, OfWork};
use super::repeat::Key;
use super::upload;
use super::views::BatchView;
use super::wait::{Waiting, wait};
use crate::clock;
use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::store::{Batch, NewBatch, Result as Stored, State as Stands, StoreError};
use crate::task::Task;
use crate::task::rows;

/// How browsers send files in forms: with lines around them, which would pass for sentences.
const FORM: &str = "multipart/form-data";
/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 100;

/// What is said of a file besides its bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The name of a model.
    pub model: Option<String>,
    /// What its owner calls the file.
    pub name: Option<String>,
}

impl Described for About {
    const WHAT: &str = "model and name: each once, or not at all";
}

/// A file that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedBatch {
    /// What it is found by: unguessable, and all that is needed to see it.
    pub tracking_id: Uuid,
    /// Where it stands.
    #[schema(example = "waiting")]
    pub state: &'static str,
    /// How many rows it has.
    pub rows: u64,
}

/// Accepts a file: the competition's CSV, or a sentence a line; plain, gzip or zstd.
#[utoipa::path(
    post, path = "/v1/batches", operation_id = "create_batch", tag = "batches",
    params(About, ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses(
        (status = 202, description = "All rows are on disk, and will be answered", body = AcceptedBatch,
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
    Asking(about): Asking<About>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    service.accepts()?;
    let model = service.model_for(Task::Impute, about.model.as_deref())?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with(FORM)) {
        let message = "Send the bytes of the file as they are, `curl --data-binary @FILE`, not a form that holds it.";
        return Err(Refusal::new(Code::UnsupportedMediaType, message));
    }
    if declared(&headers).is_some_and(|length| length > service.settings.max_upload) {
        return Err(upload::too_large(service.settings.max_upload));
    }
    let Some(permit) = service.uploads.take(&client.name) else {
        let message = "Enough files are on their way in; send it again in a moment.";
        return Err(Refusal::new(Code::BacklogFull, message).retry_after(5));
    };
    let file = upload::receive(&service, body).await?;
    let (name, named) = (about.name.unwrap_or_default(), model.name.clone());
    let repeated_by = service.clone();
    let taken = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let service = repeated_by;
        let checked = upload::check(&service, file.path())?;
        let repeat = match key.is_some() {
            true => {
                let request = format!("{named}\0{name}\0{}", upload::hash(file.path())?);
                key.of(&client, request.as_bytes())
            }
            false => None,
        };
        let created = clock::now();
        let ttl = i64::try_from(service.settings.ttl.as_millis()).unwrap_or(i64::MAX / 2);
        let batch = NewBatch {
            id: Uuid::new_v4(),
            model: named.clone(),
            name: name.chars().take(LONGEST_NAME).collect(),
            format: rows::name_of(checked.format),
            head: checked.format.head(checked.mark),
            rows: checked.rows,
            created,
            expires: created.saturating_add(ttl),
            repeat,
        };
        let (id, new) = upload::store(&service, file.path(), batch)?;
        if new {
            service.metrics.rows_accepted(Task::Impute, checked.rows);
        }
        Ok::<_, Refusal>((id, checked.rows))
    });
    let (id, rows) = taken.await.map_err(|_| Refusal::internal())??;
    let location = [(header::LOCATION, format!("/v1/batches/{id}"))];
    // Of a repeated request it may be another.
    let state = service.store.batch(id).await?.map_or(Stands::Waiting, |batch| batch.state);
    let accepted = AcceptedBatch { tracking_id: id, state: state.name(), rows };
    Ok((StatusCode::ACCEPTED, location, axum::Json(accepted)).into_response())
}

/// A batch with the versions that have answered it, and where it stands.
pub async fn look_at_batch(service: &Service, id: Uuid) -> Stored<Option<(Stands, BatchView)>> {
    let Some(batch) = service.store.batch(id).await? else { return Ok(None) };
    Ok(Some((batch.state, BatchView::from(batch))))
}

/// What is known of a batch; with `wait`, as soon as it is finished.
#[utoipa::path(
    get, path = "/v1/batches/{id}", operation_id = "batch", tag = "batches",
    params(("id" = Uuid, Path, description = "Its tracking id"), Waiting),
    responses(
        (status = 200, description = "Where it stands", body = BatchView),
        Everywhere,
        OfIds,
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    Id(id): Id,
    Asking(waiting): Asking<Waiting>,
) -> Result<axum::Json<BatchView>, Refusal> {
    let look = || look_at_batch(&service, id);
    let (_, view) = wait(&service, id, waiting, look, |(state, _)| state.is_final()).await?;
    Ok(axum::Json(view))
}

/// The submission: byte for byte what `impute INPUT` writes.
#[utoipa::path(
    get, path = "/v1/batches/{id}/submission.csv", operation_id = "submission", tag = "batches",
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 200, description = "The file with its answers, in the form that it came in",
         content((String = "text/csv"), (String = "text/plain"))),
        (status = 409, description = "It is not done yet, or has none", body = Refusal),
        Everywhere,
        OfIds,
    )
)]
pub async fn submission(
    State(service): State<Arc<Service>>,
    Id(id): Id,
) -> Result<Response, Refusal> {
    let batch = service.store.batch(id).await?.ok_or_else(unknown)?;
    if batch.state != Stands::Done {
        let message = match batch.state.is_final() {
            true => {
                "This batch has no submission; GET its address without the file's name says why."
            }
            false => "The batch is not done yet; wait for it with ?wait=20 at its address.",
        };
        return Err(Refusal::new(Code::Conflict, message));
    }
    let kind = match batch.format.as_str() {
        "kaggle" => "text/csv; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    let attached = "attachment; filename=\"submission.csv\"";
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, attached)];
    Ok((headers, Body::from_stream(bytes(service, batch))).into_response())
}

fn bytes(
    service: Arc<Service>,
    batch: Batch,
) -> impl futures_util::Stream<Item = Stored<Bytes>> + Send {
    let head = Some(Bytes::from(batch.head));
    let rows = i64::try_from(batch.rows).unwrap_or(i64::MAX);
    unfold((service, head, 0), move |(service, head, from)| async move {
        if let Some(head) = head {
            return Some((Ok(head), (service, None, from)));
        }
        match service.store.answers(batch.seq, from).await {
            Ok((_, next)) if next == from && from >= rows => None,
            // It was removed meanwhile: what has been sent must not pass for the whole.
            Ok((_, next)) if next == from => Some((Err(StoreError::Ended), (service, None, from))),
            Ok((bytes, next)) => Some((Ok(bytes.into()), (service, None, next))),
            Err(error) => Some((Err(error), (service, None, i64::MAX))),
        }
    })
}

/// Removes the rows and answers of a batch, at once.
#[utoipa::path(
    delete, path = "/v1/batches/{id}", operation_id = "remove_batch", tag = "batches",
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 204, description = "They are gone"),
        (status = 503, description = "Too much is being written; try again", body = Refusal),
        Everywhere,
        OfIds,
    )
)]
pub async fn remove(
    State(service): State<Arc<Service>>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    removed(service.store.delete_batch(id).await?)
}
