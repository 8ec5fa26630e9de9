//! Where the desks of the models get their work, whichever it is.
//!
//! A desk is a thread: what a queue does for it may block. What was claimed and is neither finished nor released by the
//! end of the process comes again, with its try counted.

use std::fmt::Debug;
use std::sync::Arc;

use crate::store::{Bell, Claimed, Finished, Piece, PieceDone, Result};

/// What a desk asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The model that the desk is for.
    pub model: String,
    /// The most jobs.
    pub jobs: usize,
    /// The most pieces of batches.
    pub pieces: usize,
    /// Whether what was tried before may be tried now, by itself: then nothing else is claimed.
    pub alone: bool,
    /// Whether batches come before jobs this time.
    pub batch_first: bool,
}

/// What was claimed.
#[derive(Debug)]
pub enum Work {
    /// Jobs; none where only some had expired, so that it is worth while to ask again.
    Jobs(Vec<Claimed>),
    /// Pieces of batches.
    Pieces(Vec<Piece>),
    /// The next was tried before, so that it has to be claimed alone.
    Alone,
    /// Nothing waits.
    Nothing,
}

/// What is done after results are on disk, with which of them were written: what was removed meanwhile was not.
pub type After = Box<dyn FnOnce(&[bool]) + Send>;

/// Where desks get their work, and where results go.
pub trait Queue: Debug + Send + Sync {
    /// Rings when there may be something for a model.
    fn bell(&self, model: &str) -> Arc<Bell>;

    /// Rings for all.
    fn ring_all(&self);

    /// Claims the next for a model: the oldest first, and what was tried before by itself.
    ///
    /// # Errors
    /// The store or the broker does not do it.
    fn claim(&self, wanted: &Wanted) -> Result<Work>;

    /// Writes how jobs ended, once; does not wait for it. Again by and by, where the store does not take it.
    fn finish(&self, jobs: Vec<Finished>, after: After);

    /// Writes how a piece of a batch ended, in the same way.
    fn finish_piece(&self, piece: PieceDone, after: After);

    /// Gives back jobs that were claimed and not begun: they wait again, and were not tried.
    fn release(&self, jobs: Vec<Claimed>);

    /// Gives back a piece that was claimed and not begun.
    fn release_piece(&self, piece: Piece);

    /// Waits until all results that were handed over are on disk, or the time is over; whether they are.
    fn settle(&self, most: std::time::Duration) -> bool;
}
