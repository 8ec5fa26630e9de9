//! Against KenLM: golden figures that it computed, and with `--ignored` the program itself. The golden
//! figures are large, so that the package leaves these tests out.

#[path = "../common/mod.rs"]
mod common;

mod arpa;
mod estimates;
mod kenlm;
