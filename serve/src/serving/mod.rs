//! The process: what starts, what runs, and how it ends.

mod connections;
mod lingering;
mod run;
mod timeouts;
mod upkeep;

pub use run::run;
