//! Server-sent events: a job or a batch, told again whenever it has changed, until it is finished.
//!
//! A stream ends with the service too: an open one would keep its connection, and the process, for ever.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use futures_util::stream::unfold;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::batches::look_at_batch;
use super::body::{Id, unknown};
use super::refusals::{Everywhere, OfIds};
use super::views::{BatchView, JobView};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::store::Result as Stored;

/// What of a batch changes is told at most this often.
const PAUSE: Duration = Duration::from_millis(200);
/// How often an idle stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// An event, as the description has it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only described: an event is written field by field")]
pub struct StateEvent {
    /// Its name: `state`.
    event: String,
    /// The job or the batch, as its own address shows it, in JSON.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// A job, told again whenever it has changed.
#[utoipa::path(
    get, path = "/v1/jobs/{id}/events", operation_id = "job_events", tag = "jobs",
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 200, description = "Events named `state` with the job as data, until it is finished",
         content_type = "text/event-stream", body = StateEvent),
        Everywhere,
        OfIds,
    )
)]
pub async fn of_job(State(service): State<Arc<Service>>, Id(id): Id) -> Result<Response, Refusal> {
    tell(service, id, |service, id| Box::pin(look_at_job(service, id))).await
}

async fn look_at_job(service: &Service, id: Uuid) -> Told<JobView> {
    let job = service.store.job(id).await?;
    Ok(job.map(|job| (job.state.is_final(), JobView::from(job))))
}

/// A batch, told again as it proceeds.
#[utoipa::path(
    get, path = "/v1/batches/{id}/events", operation_id = "batch_events", tag = "batches",
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 200, description = "Events named `state` with the batch as data, until it is finished",
         content_type = "text/event-stream", body = StateEvent),
        Everywhere,
        OfIds,
    )
)]
pub async fn of_batch(
    State(service): State<Arc<Service>>,
    Id(id): Id,
) -> Result<Response, Refusal> {
    tell(service, id, |service, id| Box::pin(look(service, id))).await
}

async fn look(service: &Service, id: Uuid) -> Told<BatchView> {
    let batch = look_at_batch(service, id).await?;
    Ok(batch.map(|(state, view)| (state.is_final(), view)))
}

/// What is told, and whether that is the end.
type Told<T> = Stored<Option<(bool, T)>>;

/// How it is looked up.
type Look<T> = for<'a> fn(&'a Service, Uuid) -> BoxFuture<'a, Told<T>>;

async fn tell<T: Serialize + Send + 'static>(
    service: Arc<Service>,
    id: Uuid,
    look: Look<T>,
) -> Result<Response, Refusal> {
    let first = look(&service, id).await?.ok_or_else(unknown)?;
    let events = unfold((service, Some(first), false), move |(service, told, ended)| async move {
        if ended {
            return None;
        }
        let (ended, view) = match told {
            Some(first) => first,
            None => change(&service, id, look).await?,
        };
        let data = serde_json::to_string(&view).unwrap_or_default();
        let event = Event::default().event("state").data(data);
        Some((Ok::<_, Infallible>(event), (service, None, ended)))
    });
    let alive = KeepAlive::new().interval(ALIVE);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

/// Waits for a change; `None` when the service is ending, or there is nothing of this id any more.
async fn change<T>(service: &Service, id: Uuid, look: Look<T>) -> Option<(bool, T)> {
    let watched = service.store.shared().watchers.watch(id);
    let mut closing = service.closing();
    let mut changed = pin!(watched.changed.notified());
    changed.as_mut().enable();
    let now = look(service, id).await.ok().flatten()?;
    if now.0 {
        return Some(now);
    }
    if *closing.borrow() {
        return None;
    }
    tokio::select! {
        () = changed => {}
        _ = closing.changed() => return None,
    }
    let now = look(service, id).await.ok().flatten()?;
    if !now.0 {
        tokio::time::sleep(PAUSE).await; // what changes meanwhile is told together
    }
    Some(now)
}
