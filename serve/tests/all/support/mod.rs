//! What the tests share: the process, a client that can misbehave, texts, and a look into the database.

mod answer;
mod client;
mod database;
mod jobs;
mod process;
mod running;
mod sentences;

pub use answer::Answer;
pub use client::{Client, connect, head, post};
pub use database::read_only;
pub use jobs::{finished, posted, submitted, until};
pub use process::{descriptors, kilobytes};
pub use running::{Running, Setup, program};
pub use sentences::{english, in_many_languages};
