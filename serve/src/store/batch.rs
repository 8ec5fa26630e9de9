//! A batch as it is put in, and as it is looked at.

use uuid::Uuid;

use super::job::Repeat;
use super::state::State;

/// A batch that arrives.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// What it is found by.
    pub id: Uuid,
    /// The name of the model that answers it.
    pub model: String,
    /// The name of the file, as its owner calls it.
    pub name: String,
    /// `kaggle` or `text`.
    pub format: &'static str,
    /// What the submission begins with.
    pub head: Vec<u8>,
    /// How many rows it has.
    pub rows: u64,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// Who may repeat the request, and what it was.
    pub repeat: Option<Repeat>,
}

/// What is known of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// The name of the model that answers it.
    pub model: String,
    /// The name of the file, as its owner calls it.
    pub name: String,
    /// `kaggle` or `text`.
    pub format: String,
    /// What the submission begins with.
    pub head: Vec<u8>,
    /// How many rows it has.
    pub rows: u64,
    /// How many are answered.
    pub rows_done: u64,
    /// How many of them were changed.
    pub changed: u64,
    /// How many could not be answered.
    pub failed: u64,
    /// The versions of the model that have answered it.
    pub versions: Vec<u64>,
    /// Where it stands.
    pub state: State,
    /// When it arrived.
    pub created: i64,
    /// When it was finished.
    pub finished: Option<i64>,
    /// Why it failed.
    pub reason: Option<String>,
}
