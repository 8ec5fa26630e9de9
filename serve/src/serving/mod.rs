//! The process: what starts, what runs, and how it ends.

mod connections;
pub mod drift;
mod lingering;
mod priority;
mod run;
mod timeouts;
mod upkeep;

pub use run::run;
