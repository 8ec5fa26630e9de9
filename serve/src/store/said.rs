//! What was said about answers, and finished jobs to look at.

use uuid::Uuid;

use crate::task::{Source, Task, Verdict};

/// What somebody says about the answer of a job.
#[derive(Debug, Clone)]
pub struct NewFeedback {
    /// The job.
    pub job: Uuid,
    /// Who says it.
    pub client: String,
    /// Why.
    pub source: Source,
    /// When.
    pub created: i64,
    /// Right or wrong.
    pub verdict: Verdict,
    /// The answer that it is about, as text.
    pub answer: String,
    /// The word that was meant, if it is known.
    pub word: Option<String>,
    /// How many tokens come before it.
    pub gap: Option<usize>,
    /// The whole sentence that was meant, if it is known.
    pub sentence: Option<String>,
}

#[cfg(test)]
impl NewFeedback {
    /// What somebody says of the answer `a b c`.
    pub fn sample(job: Uuid, client: &str, source: Source, verdict: Verdict) -> Self {
        NewFeedback {
            job,
            client: client.to_owned(),
            source,
            created: 7,
            verdict,
            answer: "a b c".to_owned(),
            word: None,
            gap: None,
            sentence: None,
        }
    }
}

/// What was said about an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// Its number, which stays.
    pub seq: i64,
    /// The job.
    pub job: Uuid,
    /// Why it was said.
    pub source: Source,
    /// When.
    pub created: i64,
    /// Right or wrong.
    pub verdict: Verdict,
    /// The task of the job.
    pub task: Task,
    /// The model that answered.
    pub model: String,
    /// Its version.
    pub version: Option<u64>,
    /// The text.
    pub text: String,
    /// The answer as text.
    pub answer: String,
    /// The word that was meant, if it is known.
    pub word: Option<String>,
    /// How many tokens come before it.
    pub gap: Option<usize>,
    /// The whole sentence that was meant, if it is known.
    pub sentence: Option<String>,
}

/// A finished job, to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// What it is found by.
    pub id: Uuid,
    /// When it arrived.
    pub created: i64,
    /// The text.
    pub text: String,
    /// The result as JSON.
    pub result: String,
}
