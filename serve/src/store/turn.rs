//! What is being done: jobs and pieces of batches that were claimed, and how they ended.

use uuid::Uuid;

use crate::task::Task;

/// A job that has been claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// What is to be done.
    pub task: Task,
    /// What else is asked, as JSON.
    pub asked: String,
    /// The text.
    pub text: String,
    /// When it arrived.
    pub created: i64,
}

/// How a job ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// Its task and its model, for the counts.
    pub task: Task,
    /// The name of the model.
    pub model: String,
    /// The model's version.
    pub version: u64,
    /// The result as JSON, or a reason.
    pub result: std::result::Result<String, String>,
}

/// A piece of a batch that has been claimed.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its batch, by the order of arrival.
    pub batch: i64,
    /// What that is found by.
    pub id: Uuid,
    /// The number of its first row, from 0.
    pub first: i64,
    /// `kaggle` or `text`.
    pub format: String,
    /// Its rows, as JSON.
    pub text: String,
}

/// A piece of a batch that arrives.
#[derive(Debug, Clone)]
pub struct NewPiece {
    /// The number of its first row, from 0.
    pub first: i64,
    /// How many rows it has.
    pub rows: i64,
    /// The rows, as JSON.
    pub text: String,
}

/// How a piece ended.
#[derive(Debug, Clone)]
pub struct PieceDone {
    /// Its batch, by the order of arrival.
    pub batch: i64,
    /// What that is found by.
    pub id: Uuid,
    /// The number of its first row.
    pub first: i64,
    /// The model's version.
    pub version: u64,
    /// Its bytes of the submission.
    pub answer: Vec<u8>,
    /// How many of its rows were changed.
    pub changed: u64,
    /// How many could not be answered, and are there as they were.
    pub failed: u64,
}
