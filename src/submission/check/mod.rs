//! Is a submission what the competition asks for? Everything that is wrong, with its place, before it
//! is uploaded.
//!
//! A submission has the bytes that `impute INPUT` would write: header, one row for every row of the test in
//! its order, the id as it is, the sentence in quotes with inner quotes doubled, `\n` after every row, and
//! in every sentence nothing but one insertion. The strict parser of [`crate::text::kaggle`] says what is
//! wrong with a line; here checking goes on with the next line.
//!
//! * `checker` – line by line; [`finding`] – what can be wrong; `change` – what happened to a sentence; `expected` – the test.

pub(crate) mod change;
pub(crate) mod checker;
pub(crate) mod expected;
pub mod finding;

pub use checker::check;
