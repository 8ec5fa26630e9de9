//! What this queue needs of the store: the store is asked for texts and told of results, the broker only knows ids.

use std::fmt::Debug;

use uuid::Uuid;

use crate::store::postgres::Posted;
use crate::store::{Claimed, Finished, Piece, PieceDone, Result};

/// A piece that is to be done.
#[derive(Debug, Clone)]
pub struct Found {
    /// The piece.
    pub piece: Piece,
    /// How often it was tried.
    pub tries: u32,
    /// How many rows it has.
    pub rows: u32,
}

/// Rows of the outbox that nobody else publishes; dropped, they are there as before.
pub trait Outgoing: Send {
    /// The rows, the oldest first.
    fn rows(&self) -> &[Posted];

    /// Removes those that were sent, by the order of the rows; the others are there as before.
    fn sent(self, which: Vec<bool>) -> impl Future<Output = Result<()>> + Send;
}

/// The store, as the queue sees it. All of it is on disk when the answer comes.
pub trait Records: Debug + Send + Sync + 'static {
    /// What is taken from the outbox.
    type Outgoing: Outgoing + 'static;

    /// Those of the jobs that are open, in this order, and how often they were tried. What is late is ended.
    fn waiting_jobs(
        &self,
        ids: &[Uuid],
    ) -> impl Future<Output = Result<Vec<(Claimed, u32)>>> + Send;

    /// Counts a try of a job; gives the job and the number of this try, if it is open. The one after the last is given,
    /// and not counted: it is not made.
    fn try_job(&self, id: Uuid) -> impl Future<Output = Result<Option<(Claimed, u32)>>> + Send;

    /// Writes how jobs ended; which of them were open.
    fn finish_jobs(&self, jobs: &[Finished]) -> impl Future<Output = Result<Vec<bool>>> + Send;

    /// Those of the pieces that are open, in this order.
    fn waiting_pieces(
        &self,
        batch: i64,
        firsts: &[i64],
    ) -> impl Future<Output = Result<Vec<Found>>> + Send;

    /// Counts a try of a piece; gives it with the number of this try, if it is open.
    fn try_piece(
        &self,
        batch: i64,
        first: i64,
    ) -> impl Future<Output = Result<Option<Found>>> + Send;

    /// Writes how pieces ended; which of them were open.
    fn finish_pieces(&self, pieces: &[PieceDone])
    -> impl Future<Output = Result<Vec<bool>>> + Send;

    /// Puts a piece for each of its rows in the place of a piece, and into the outbox; they are as often tried as it.
    fn cut_piece(&self, batch: i64, first: i64) -> impl Future<Output = Result<()>> + Send;

    /// Ends what is late.
    fn expire(&self) -> impl Future<Output = Result<()>> + Send;

    /// Ends those of the jobs that were tried as often as may be, for this reason; puts others that are open into the
    /// outbox again.
    fn bury_jobs(&self, ids: &[Uuid], reason: &str) -> impl Future<Output = Result<()>> + Send;

    /// The same with pieces of a batch.
    fn bury_pieces(&self, batch: i64, firsts: &[i64]) -> impl Future<Output = Result<()>> + Send;

    /// Puts those of the jobs that are open into the outbox again.
    fn jobs_again(&self, ids: &[Uuid]) -> impl Future<Output = Result<()>> + Send;

    /// The same with pieces of a batch.
    fn pieces_again(&self, batch: i64, firsts: &[i64]) -> impl Future<Output = Result<()>> + Send;

    /// The oldest rows of the outbox, so many at most.
    fn outbox(&self, most: usize) -> impl Future<Output = Result<Self::Outgoing>> + Send;

    /// How many rows the outbox has, and the age of the oldest in milliseconds.
    fn outbox_state(&self) -> impl Future<Output = Result<(u64, i64)>> + Send;

    /// Puts what has been open for so many milliseconds, and is not in the outbox, into it; how much that was.
    fn stranded(&self, age: i64, most: usize) -> impl Future<Output = Result<u64>> + Send;

    /// Waits until this process has put something into the outbox. What was put there meanwhile counts.
    fn posted(&self) -> impl Future<Output = ()> + Send;
}
