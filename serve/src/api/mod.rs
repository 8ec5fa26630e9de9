//! The API: what a client may ask over HTTP, and in which form it is answered or refused.

mod batches;
pub(crate) mod body;
pub(crate) mod drift;
mod events;
pub(crate) mod feedback;
mod health;
pub(crate) mod jobs;
mod models;
mod now;
pub mod refusals;
pub(crate) mod repeat;
mod router;
mod upload;
mod views;
mod wait;

pub use drift::{DriftStatus, view as drift_view};
pub use feedback::{FeedbackRequest, report};
pub use router::{openapi, router};
pub use upload::remove_unfinished;
pub use views::{BatchView, JobView};
