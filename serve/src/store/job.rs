//! A job as it is put in, and as it is looked at.

use uuid::Uuid;

use super::state::State;
use crate::task::Task;

/// Why a job expired.
pub const LATE: &str = "its time to live ran out before its turn came";
/// A job fails after so many tries that ended the process.
pub const TRIES: u32 = 3;

/// A job that arrives.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it is found by.
    pub id: Uuid,
    /// What is to be done.
    pub task: Task,
    /// The name of the model that does it.
    pub model: String,
    /// What else is asked, as JSON.
    pub asked: String,
    /// The text.
    pub text: String,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// Who may repeat the request, and what it was.
    pub repeat: Option<Repeat>,
}

/// What makes a repeated request harmless.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// The client and its key.
    pub key: Vec<u8>,
    /// A hash of the request.
    pub request: Vec<u8>,
}

/// What is known of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What it is found by.
    pub id: Uuid,
    /// What is done.
    pub task: Task,
    /// The name of the model that does it.
    pub model: String,
    /// Where it stands.
    pub state: State,
    /// How often it was tried.
    pub tries: u32,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// When it was finished.
    pub finished: Option<i64>,
    /// The text, unless it was removed.
    pub text: Option<String>,
    /// The result as JSON, if it is done.
    pub result: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}
