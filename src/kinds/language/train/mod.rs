//! Training a classifier from texts with labels.
//!
//! ```text
//! texts ─► vocabulary ─► candidates ─► descend ─► shrink ─► descend ─► shrink ─► calibrate
//!          words of      n-grams seen  on words,  keep the  again      four bits a   on texts
//!          each kind     often enough  phrases,   n-grams              weight        held out
//!                        naive Bayes   sentences  that matter
//! ```

mod calibrate;
mod candidates;
mod crops;
mod descend;
mod kinds;
mod read;
mod shrink;
mod trainer;
mod vocabulary;

pub use trainer::{Train, train};
