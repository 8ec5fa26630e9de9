//! What is a submission worth, and is it fit to be uploaded?
//!
//! * [`score`] – the distance of every row from its solution.
//! * [`compare`] – two submissions of one test, by paired bootstrap.
//! * [`check`] – what is wrong with a submission, and where.

pub mod check;
pub mod compare;
pub mod score;
