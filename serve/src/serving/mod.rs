//! The process: what starts, what runs, and how it ends.

mod behind;
mod connections;
pub mod drift;
#[cfg(feature = "scale-out")]
mod front;
mod lingering;
mod machine;
mod priority;
mod run;
#[cfg(feature = "scale-out")]
mod shared;
#[cfg(feature = "scale-out")]
mod sight;
mod signals;
mod timeouts;
mod upkeep;
#[cfg(not(feature = "scale-out"))]
mod without;
#[cfg(feature = "scale-out")]
mod worker;

pub use run::run;
#[cfg(not(feature = "scale-out"))]
pub use without::work;
#[cfg(feature = "scale-out")]
pub use worker::work;
