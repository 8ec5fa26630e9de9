//! What is measured, for Prometheus and for the status page.

mod broker;
mod measured;
mod messages;
mod quality;
mod seen;
#[cfg(test)]
mod tests;

pub use measured::{Metrics, Open};
