//! What is kept: jobs, batches, what was said about answers, models' histories. One SQLite file, one thread that writes.

mod backlog;
pub mod batches;
pub mod counts;
mod error;
pub mod feedback;
mod file;
pub mod jobs;
mod readers;
mod schema;
mod tasks;
mod upkeep;
mod watch;
mod writer;

pub use backlog::{Backlog, Permit};
pub use error::{Result, StoreError};
pub use file::{Limits, Opened, Store};
pub use readers::Readers;
pub use schema::State;
use tasks::task_of;
pub use watch::{Bell, Watched, Watchers};
pub use writer::{Strength, Writer};
