//! What the tests share: the process, a client that can misbehave, texts, and a look into the database.

mod answer;
mod client;
mod database;
mod expected;
mod jobs;
mod load;
mod process;
mod random;
mod running;
mod sentences;
mod supervised;

pub use answer::Answer;
pub use client::{Client, connect, head, post};
pub use database::read_only;
pub use expected::languages_of;
pub use jobs::{failed_after_its_tries, finished, posted, submitted, until};
pub use load::{load, told};
pub use process::{descriptors, kilobytes};
pub use random::{Random, asked};
pub use running::{Running, Setup, program};
pub use sentences::{english, in_many_languages};
pub use supervised::supervised;
