//! What a store does, whichever it is.
//!
//! Everything answers later: a store may be on another machine. What is written is on disk when its answer comes.

use std::fmt::Debug;
use std::future::ready;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::backlog::Backlog;
use super::batch::{Batch, NewBatch};
use super::error::Result;
use super::job::{Job, NewJob};
use super::said::{Done, Feedback, NewFeedback};
use super::turn::NewPiece;
use super::version::Version;
use super::watch::Watchers;
use crate::task::{Task, Verdict};

/// What a store answers, by and by.
pub type Answer<'a, T> = BoxFuture<'a, Result<T>>;

/// All that is kept.
pub trait Store: Jobs + Batches + Reports + Versions + Debug + Send + Sync {
    /// How much may wait, and who waits for it.
    fn shared(&self) -> &Shared;

    /// Whether it can be read at this moment.
    fn check(&self) -> Answer<'_, ()>;

    /// Whether the last write failed: the disk is full, or it is not there.
    fn is_failing(&self) -> bool;

    /// What is done by other processes, if there are any that do the work.
    fn elsewhere(&self) -> Answer<'_, Option<Elsewhere>> {
        Box::pin(ready(Ok(None)))
    }

    /// Ends what is no longer wanted, and tells who waits for it; writes what could not be written before.
    fn expire(&self) -> Answer<'_, ()>;

    /// Removes what has been finished for so long, and feedback that is so old, in milliseconds. Counts stay.
    fn retire(&self, retention: i64, keep_feedback: i64) -> Answer<'_, ()>;
}

/// What the parts of the service share that put something in or wait for it.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Jobs that wait or run.
    pub jobs: Arc<Backlog>,
    /// Rows of batches that wait or run.
    pub rows: Arc<Backlog>,
    /// Who waits for a job or a batch.
    pub watchers: Arc<Watchers>,
}

/// What other processes do.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// How many there are.
    pub workers: u64,
    /// How many threads of them predict.
    pub threads: u64,
    /// How many jobs they have finished in the last minute.
    pub minute: u64,
    /// Milliseconds from accepted to answered, of the jobs of the last five minutes: half, nine of ten and 99 of 100
    /// took no longer. Nothing if there were none.
    pub latency: Option<[f64; 3]>,
}

/// Jobs, as those who send them see them.
pub trait Jobs {
    /// Accepts a job, and has it done. Gives its id, and whether it is new: of a repeated request it is that of the
    /// first. As much waits as may: [`StoreError::Full`](super::StoreError::Full). Nothing of it depends on whether
    /// the answer is still waited for.
    fn accept(&self, job: NewJob) -> Answer<'_, (Uuid, bool)>;

    /// What is known of a job.
    fn job(&self, id: Uuid) -> Answer<'_, Option<Job>>;

    /// Removes text and result of a job, and what was said about it; whether there is such a job.
    fn delete_job(&self, id: Uuid) -> Answer<'_, bool>;

    /// For how many milliseconds the oldest job has waited for its turn.
    fn oldest(&self) -> Answer<'_, Option<i64>>;
}

/// Batches, as those who send them see them.
pub trait Batches {
    /// Begins a batch, whose pieces follow. Gives its place, or the id of the one that is there already if the request
    /// is a repeated one.
    fn begin_batch(&self, batch: NewBatch) -> Answer<'_, std::result::Result<i64, Uuid>>;

    /// Adds pieces to a batch that was begun.
    fn add_pieces(&self, batch: i64, model: String, pieces: Vec<NewPiece>) -> Answer<'_, ()>;

    /// All of a batch is there: it is accepted, and is done from now on. One without rows is done.
    fn accept_batch(&self, batch: i64, model: String) -> Answer<'_, ()>;

    /// Forgets a batch of which not all could be stored; again by and by, where that cannot be done now.
    fn forget_batch(&self, batch: i64);

    /// What is known of a batch. One that is still arriving is not known.
    fn batch(&self, id: Uuid) -> Answer<'_, Option<Batch>>;

    /// The bytes of the submission from a row on, of some pieces, and the first row that they do not have; the same
    /// row at the end.
    fn answers(&self, batch: i64, from: i64) -> Answer<'_, (Vec<u8>, i64)>;

    /// Removes the rows and answers of a batch; whether there is such a batch.
    fn delete_batch(&self, id: Uuid) -> Answer<'_, bool>;
}

/// What was said about answers.
pub trait Reports {
    /// Keeps what was said, in place of what the same client has said before for the same reason. Whether it could
    /// be: the job may have been deleted meanwhile.
    fn put_feedback(&self, new: NewFeedback) -> Answer<'_, bool>;

    /// What was said last about the answer of a job, and the word that was meant.
    fn last_feedback(&self, job: Uuid) -> Answer<'_, Option<(Verdict, Option<String>)>>;

    /// The texts of the newest finished jobs of `impute` and `repair`, `most` at most.
    fn recent_texts(&self, most: usize) -> Answer<'_, Vec<String>>;

    /// How many texts [`Reports::recent_texts`] gives.
    fn count_recent(&self, most: usize) -> Answer<'_, u64>;

    /// Keeps the last comparison of recent texts with the reference, as JSON, for the others who use this store. One of
    /// a single process need not.
    fn put_drift(&self, _view: String) -> Answer<'_, ()> {
        Box::pin(ready(Ok(())))
    }

    /// The last comparison that anybody has made, and how many milliseconds ago.
    fn last_drift(&self) -> Answer<'_, Option<(String, i64)>> {
        Box::pin(ready(Ok(None)))
    }

    /// How many texts of `impute` and `repair` were done by all who use this store, if there are others.
    fn texts_done(&self) -> Answer<'_, Option<u64>> {
        Box::pin(ready(Ok(None)))
    }
}

/// The versions that models have had.
pub trait Versions {
    /// The number of a model that is opened at the start: that of the version with this hash, or the next.
    fn version_of(&self, model: String, hash: String) -> Answer<'_, u64>;

    /// Adds a version and gives its number.
    fn add_version(
        &self,
        model: String,
        hash: String,
        change: String,
        compare: Option<serde_json::Value>,
    ) -> Answer<'_, u64>;

    /// All versions of a model, the newest first.
    fn versions(&self, model: String) -> Answer<'_, Vec<Version>>;
}

/// What `impute-serve feedback` reads, beside a service that may be running. It blocks.
pub trait Reading {
    /// Gives everything that was said, in the order in which it was first said.
    ///
    /// # Errors
    /// What `take` gives, or the store cannot be read.
    fn each_feedback(
        &mut self,
        take: &mut dyn FnMut(Feedback) -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;

    /// Gives the place and the id of every finished job whose text is still there.
    ///
    /// # Errors
    /// The store cannot be read.
    fn each_done(&mut self, task: Option<Task>, take: &mut dyn FnMut(i64, Uuid)) -> Result<()>;

    /// A finished job by its place; `None` if its text is gone.
    ///
    /// # Errors
    /// The store cannot be read.
    fn done(&mut self, place: i64) -> Result<Option<Done>>;
}
