//! What is measured, for Prometheus and for the status page.

mod broker;
mod measured;
mod quality;
mod seen;

pub use measured::{Metrics, Open};
