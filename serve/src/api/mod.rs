//! The API: what a client may ask over HTTP, and in which form it is answered or refused.

mod batches;
mod body;
mod events;
mod health;
mod jobs;
mod models;
mod now;
pub mod refusal;
pub mod refusals;
mod repeat;
mod router;
mod upload;
mod views;
mod wait;

pub use router::{openapi, router};
pub use views::{BatchView, JobView};
