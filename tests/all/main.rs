//! The tests that need no program of their own, in one, so that the library is linked once and a model
//! that many of them use is trained once.
//!
//! Besides it there are `formats`, which is run in the unpacked package; `peer`, which the package leaves
//! out; and `readme`.

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod command_line;
mod corpus;
mod house;
mod laws;
mod models;
mod system;
