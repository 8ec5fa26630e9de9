//! Batches: a file of rows, cut into pieces that are claimed and finished like jobs, and put together again in order.
//!
//! The pieces of a batch are stored while it arrives, and wait only once all of it is there. A piece keeps its rows
//! until it is done, then the bytes of the submission that it became.

mod batch;
mod piece;
mod start;

pub use batch::{accept, batch, begin, delete, expire_all, forget};
pub use piece::{add, answers, claim, finish, release};
pub use start::recover;
