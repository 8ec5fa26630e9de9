//! What do the n-grams say of a gap, and of every word in it?
//!
//! * [`query`] – what is asked of a gap, and what is answered.
//! * [`score`] – the score of every word of the vocabulary in one gap, and the gap's evidence. Private
//!   modules: `tables`, what is computed once; `frame`, what the model holds of a gap; `met` and `pairs`, the
//!   parts of the sum over all words; `finder` and `rows`, which of many words a list holds; `best`, the best
//!   words.
//! * [`rescore`] – the best candidates scored again, exactly and with orders 4 and 5.
//! * [`terms`] – the score of a word taken apart: what each n-gram that contains it adds.
//! * [`evidence`] – what speaks for a gap.

mod best;
pub(crate) mod evidence;
mod finder;
pub(in crate::solve) mod frame;
mod met;
mod pairs;
pub(crate) mod query;
pub(crate) mod rescore;
mod rows;
pub(crate) mod score;
pub(in crate::solve) mod tables;
pub mod terms;
