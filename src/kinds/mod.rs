//! Kinds of text: which language, has it drifted, what groups are there?
//!
//! A text becomes the n-grams of its characters and tokens ([`features`]), hashed to the rows of a table. A linear
//! model on top ([`linear`]) tells kinds of text apart; k-means on top ([`cluster`]) finds groups.

pub mod cluster;
pub mod features;
pub mod linear;
