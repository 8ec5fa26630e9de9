//! The command line: what did the user type, and how do users learn what happened?
//!
//! Declarations are in [`args`], each command in a file of its own, and [`program`] calls them. Most of
//! them begin with [`models`] and [`files`]. Printing and progress bars live here and nowhere else.

mod args;
mod arriving;
mod batches;
mod check;
mod classes;
mod closed;
mod cluster;
mod compare;
mod count;
mod drift;
mod evaluate;
mod excerpt;
mod explain;
mod export;
mod files;
mod fill;
mod generate;
mod html;
mod inspect;
mod interrupt;
mod jsonl;
mod language;
mod manual;
mod merge;
mod mistyped;
mod mix;
mod models;
mod options;
mod predict;
mod program;
mod progress;
mod prune;
mod query;
mod repair;
mod resident;
mod resources;
mod score;
mod sentence;
mod shell;
mod split;
mod train;
mod tune;
mod version;
mod watch;

pub use files::{
    pretty, print, refuse_reading_twice, refuse_replacing, refuse_terminal, warn_of_doubles,
};
pub use impute::text::counted;
pub use models::{Need, effort, model_file, open_model};
pub use program::main;
