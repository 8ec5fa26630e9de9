//! A service that restores missing words: a page for people, an API for programs, and jobs that survive a crash.
//!
//! ```text
//! page, clients ──► api ──► store (SQLite) ──► desk ──► predict (threads, model) ──► store ──► page, clients
//!                    └── the small synchronous calls ──► predict
//! ```
//!
//! What is accepted is on disk before its client hears of it; what is computed is written once.

pub mod api;
#[cfg(feature = "scale-out")]
mod backoff;
mod clock;
pub mod desk;
pub mod drift;
mod fault;
pub mod feedback;
pub mod guard;
pub mod load;
pub mod metrics;
pub mod models;
#[cfg(feature = "scale-out")]
mod pace;
pub mod page;
pub mod predict;
pub mod program;
pub mod queue;
pub mod recent;
pub mod refusal;
pub mod scale;
pub mod service;
pub mod serving;
pub mod settings;
pub mod store;
pub mod task;
pub mod uploads;
