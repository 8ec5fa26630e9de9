//! What the test programs share: a folder of its own for each test, and models that are trained once.

#![allow(dead_code, unused_imports, unused_macros)] // every test program uses a part of it

mod checks;
mod classifiers;
mod folder;
mod models;
mod options;
mod texts;

pub use assert_cmd::Command;
pub use checks::{json_lines, json_of, misused, number, refused, said, stdout, succeed};
pub use classifiers::{TRAIN_TOPICS, topic_classifier, topics};
pub use folder::{Folder, bare};
pub use models::{
    forged, header_of, model_of, open, small_model, solver_of, toy_model, toy_model_with,
    train_text, trained_once,
};
pub(crate) use options::options;
pub use texts::{corpus, held_out_text, inserted, random, random_text, repository, rows, toy_text};
