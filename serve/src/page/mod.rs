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
pub mod files;
mod help;
mod home;
mod language;
mod likely;
mod repaired;
mod request;
#[cfg(test)]
mod samples;
mod sentence;
mod spell;
mod status;
mod verdict;
pub mod view;
