//! Solving: sentence in, answer out. Which gap, which word, and is it worth changing anything?
//!
//! * [`solver`] – a model made ready; [`worker`] – the scratch memory of one thread; [`effort`] – how much is
//!   looked up; [`inserts`] – what may go in.
//! * [`gap`] – what the n-grams say of a gap and of every word in it.
//! * [`word`] – the words of the likely gaps, by everything that is known.
//! * [`decide`] – the string with the least expected Levenshtein distance.
//! * [`answer`] – the two methods, `posterior` and `min-likelihood`, behind one call.
//! * [`k_best`] – an answer with its alternatives, the likeliest pairs of gap and word.
//! * [`explain`] – all that an answer rests on: gaps, words, and what speaks for each.
//!
//! A [`Solver`] owns its share of a model and is shared by all threads; each thread takes a [`Worker`] from
//! it, which owns the scratch memory, or borrows one from [`Workers`].

pub(crate) mod answer;
pub mod decide;
pub(crate) mod effort;
pub mod explain;
pub mod gap;
pub(crate) mod inserts;
pub mod k_best;
pub(crate) mod solver;
pub mod word;
pub(crate) mod worker;

pub use answer::{Answer, Method};
pub use decide::decision::Insert;
pub use effort::Effort;
pub use gap::query::{Candidate, Gap, GapScore};
pub use inserts::Inserts;
pub use solver::Solver;
pub use word::candidates::Candidates;
pub use word::sentence::Analysis;
pub use worker::{PIECE, Worker, Workers};
