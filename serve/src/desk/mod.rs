//! Where what waits is taken in: a desk for each model claims it, cuts it, gives it to the threads, and writes results back.

mod back;
mod cut;
#[expect(clippy::module_inception, reason = "the desk is what this room is about")]
mod desk;
mod desks;
mod jobs;
mod rows;

pub use desks::{Desks, Stop};
