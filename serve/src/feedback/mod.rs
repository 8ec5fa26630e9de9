//! What people say about answers: how it is understood, and what it is good for.
//!
//! * `meant` – what was meant, as far as a report tells; `one_word` – a text with one word more.
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
mod one_word;
mod rates;
mod readable;
mod run;
mod sample;
mod split;
mod truths;

pub use args::Args;
pub use lowest::Lowest;
pub use meant::{Meant, Said, meant};
pub use one_word::LONGEST_WORD;
pub use readable::readable;
pub use run::run;
