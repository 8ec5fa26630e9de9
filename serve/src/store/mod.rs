//! What is kept: jobs, batches, what was said about answers, models' histories. What a store does: one in a file, and
//! one that many machines share.

mod backlog;
mod batch;
mod error;
mod job;
#[cfg(feature = "scale-out")]
pub mod postgres;
mod said;
pub mod sqlite;
mod state;
#[expect(clippy::module_inception, reason = "what a store does is what this room is about")]
mod store;
mod turn;
mod version;
mod watch;

pub use backlog::{Backlog, Limits, Permit};
pub use batch::{Batch, NewBatch};
pub use error::{Result, StoreError};
pub use job::{Job, LATE, NewJob, Repeat, TRIES};
pub use said::{Done, Feedback, NewFeedback};
pub use state::State;
pub use store::{Answer, Batches, Elsewhere, Jobs, Reading, Reports, Shared, Store, Versions};
pub use turn::{Claimed, Finished, NewPiece, Piece, PieceDone};
pub use version::Version;
pub use watch::{Bell, Watched, Watchers};
