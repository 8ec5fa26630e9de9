//! A store in one file, SQLite's, for one process: one thread that writes, and connections that read beside it.

mod again;
pub mod batches;
mod counts;
mod feedback;
pub mod jobs;
mod kept;
mod open;
mod readers;
mod reading;
mod schema;
mod tasks;
mod upkeep;
mod versions;
mod writer;

pub use again::Again;
pub use open::{Opened, Sqlite};
pub use reading::File;
pub use writer::Strength;
