//! Jobs and batches as clients see them.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::{Batch, Job};
use crate::task::{Outcome, Task};

/// What is known of a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// What it is found by: who knows it may see the job.
    pub tracking_id: Uuid,
    /// What is done.
    pub task: Task,
    /// The name of the model that does it.
    pub model: String,
    /// Where it stands: waiting, running, done, failed, expired or deleted.
    #[schema(example = "done")]
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u32,
    /// When it was accepted, in milliseconds since 1970.
    pub created: i64,
    /// When its time to live ends, in milliseconds since 1970.
    pub expires: i64,
    /// When it was finished, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub finished: Option<i64>,
    /// The result, if it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Outcome>, nullable = false)]
    pub result: Option<Box<RawValue>>,
    /// Why it failed or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        JobView {
            tracking_id: job.id,
            task: job.task,
            model: job.model,
            state: job.state.name(),
            tries: job.tries,
            created: job.created,
            expires: job.expires,
            finished: job.finished,
            result: job.result.and_then(|result| RawValue::from_string(result).ok()),
            reason: job.reason,
        }
    }
}

/// What is known of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    /// What it is found by: who knows it may see the batch.
    pub tracking_id: Uuid,
    /// The name of the file, as its owner calls it.
    pub name: String,
    /// The name of the model that answers it.
    pub model: String,
    /// The versions of the model from the first to the last that has answered rows of it.
    pub versions: Vec<u64>,
    /// Where it stands: waiting, running, done, failed, expired or deleted.
    #[schema(example = "running")]
    pub state: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// How many of them are answered.
    pub done: u64,
    /// How many of those were changed.
    pub changed: u64,
    /// How many could not be answered: they are in the submission as they were given.
    pub failed: u64,
    /// When it was accepted, in milliseconds since 1970.
    pub created: i64,
    /// When it was finished, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub finished: Option<i64>,
    /// Why it failed or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

impl From<Batch> for BatchView {
    fn from(batch: Batch) -> Self {
        BatchView {
            tracking_id: batch.id,
            name: batch.name,
            model: batch.model,
            versions: batch.versions,
            state: batch.state.name(),
            rows: batch.rows,
            done: batch.rows_done,
            changed: batch.changed,
            failed: batch.failed,
            created: batch.created,
            finished: batch.finished,
            reason: batch.reason,
        }
    }
}

/// What was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// What it is found by: unguessable, and all that is needed to see it.
    pub tracking_id: Uuid,
    /// Where it stands.
    #[schema(example = "waiting")]
    pub state: &'static str,
}
