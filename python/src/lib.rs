//! The library as a Python module: `impute._native`, which `impute` is made of.
//!
//! * [`text`] – sentences in and out; [`value`] – reports as dicts; [`error`] – the library's errors as Python's.
//! * [`pool`] – the threads of a process; [`run`] – work on them while the caller listens for Ctrl-C.
//! * [`open`], [`model`] – a model, opened; [`engine`] – what answering needs; [`state`] – scoring word by word.
//! * [`answer`], [`fill`], [`explanation`], [`repair`] – what comes back.
//! * [`make`], [`measure`], [`generate`], [`kinds`], [`cluster`] – the functions.
//!
//! Nothing here keeps the interpreter's lock while it works longer than some microseconds, and no lock of its own is
//! ever held without it: a process that forks copies whatever its other threads hold, and would wait for it forever.

#![allow(missing_docs, reason = "what Python sees is described in impute/_native.pyi")]

mod answer;
mod cluster;
mod engine;
mod error;
mod explanation;
mod fill;
mod generate;
mod kinds;
mod make;
mod measure;
mod model;
mod open;
mod pool;
mod repair;
mod run;
mod state;
mod text;
mod value;

#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::answer::{Answer, KBest, Pair};
    #[pymodule_export]
    use super::cluster::cluster;
    #[pymodule_export]
    use super::explanation::Explanation;
    #[pymodule_export]
    use super::generate::generate;
    #[pymodule_export]
    use super::kinds::{drift, language};
    #[pymodule_export]
    use super::make::{count, export, import_arpa, merge, train};
    #[pymodule_export]
    use super::measure::{evaluate, score_submission};
    #[pymodule_export]
    use super::model::Model;
    #[pymodule_export]
    use super::repair::{Insertion, Repaired};
    #[pymodule_export]
    use super::state::State;

    /// The version of the library.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python has for it")]
    const version: &str = env!("CARGO_PKG_VERSION");
}
