//! The process: what starts, what runs, and how it ends.

mod behind;
mod connections;
pub mod drift;
mod lingering;
mod machine;
mod priority;
mod run;
mod signals;
mod timeouts;
mod upkeep;

pub use run::run;
