//! Jobs: put in, claimed, finished once, looked at, removed.

mod job;
mod late;
mod start;
#[cfg(test)]
mod tests;
mod turn;

pub use job::{accept, delete, job};
pub use late::{expire_all, late};
pub use start::{models, oldest, recover};
pub use turn::{Claim, claim, finish, release};
