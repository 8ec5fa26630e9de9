//! What people say about answers: how it is understood, and what it is good for.
//!
//! * `meant` – what was meant, as far as a report tells.
//! * `args`, `run` – `impute-serve feedback`; `data` – the database that it reads.
//! * `export` – files to measure on and to learn from, kept apart by `split`; `truths` – the sentences that are
//!   known; `rates` – how many answers are right.
//! * `sample` – answers drawn at random, the `lowest` by their hashes; `import` – their labels, sent to the service.
//! * `readable` – which lines the program `impute` reads.

mod args;
mod data;
mod export;
mod import;
mod label;
mod lowest;
mod meant;
mod rates;
mod readable;
mod run;
mod sample;
mod split;
mod truths;

pub use args::Args;
pub use lowest::Lowest;
pub use meant::{LONGEST_WORD, Meant, Said, meant};
pub use readable::readable;
pub use run::run;
