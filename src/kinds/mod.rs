//! Kinds of text: which language, has it drifted, what groups are there?
//!
//! A text becomes the n-grams of its characters and tokens ([`features`]), hashed to the rows of a table. A linear
//! model on top ([`linear`]) tells kinds of text apart: [`language`]s, or any other labels, and new text from old
//! ([`drift`]); k-means on top finds groups ([`cluster`]).

pub mod cluster;
pub mod drift;
pub mod features;
pub mod language;
pub mod linear;
