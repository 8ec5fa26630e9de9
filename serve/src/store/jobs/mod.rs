//! Jobs: put in, claimed, finished once, looked at, removed.

mod job;
mod late;
mod start;
#[cfg(test)]
mod tests;
mod turn;

pub use job::{Job, NewJob, Repeat, accept, delete, job};
pub use late::{LATE, expire_all, late};
pub use start::{TRIES, models, oldest, recover};
pub use turn::{Claim, Claimed, Finished, claim, finish, release};
