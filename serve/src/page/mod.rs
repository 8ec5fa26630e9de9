//! The pages for people: what is asked and answered as HTML, one style and one script, all from inside the program.
//!
//! The pages are functions of the plain values in [`view`] and need no script: everything is links and forms. Where the
//! script runs it saves reloading; what it shows it fetches from the same functions, a part of a page at a time.

mod answer;
mod bars;
mod batch;
mod codes;
mod document;
mod feedback;
mod files;
mod gather;
mod help;
mod home;
mod language;
mod likely;
mod limits;
mod repaired;
mod request;
mod routes;
#[cfg(test)]
mod samples;
mod sending;
mod sentence;
mod spell;
mod status;
mod verdict;
pub mod view;

pub use routes::{nothing, router};
