//! A service that restores missing words: a page for people, an API for programs, and jobs that survive a crash.
//!
//! ```text
//! page, clients ──► api ──► store (SQLite) ──► work (desk, pool of threads, model) ──► store ──► page, clients
//!                    └── the small synchronous calls ──► work
//! ```
//!
//! What is accepted is on disk before its client hears of it; what is computed is written once.

pub mod load;
pub mod program;
