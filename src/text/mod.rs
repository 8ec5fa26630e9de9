//! Text in and out: how is a file opened, read line by line, and written whole or not at all?
//!
//! * [`input`] opens a path or `-`, plain, gzip, zstd or a [`mod@zip`] of one file; [`kind`] tells them apart.
//! * [`lines`] reads bounded lines and counts them.
//! * [`tokens`] splits a sentence at white space and inserts a word without touching another byte;
//!   [`passed_over`] passes over what is no text.
//! * [`ordinary`] finds the sentences and tokens of unprepared text.
//! * [`kaggle`] is the competition's CSV; [`rows`] reads either that or plain text.
//! * [`printable`] escapes foreign text for display.
//! * [`ids`] finds duplicate ids; [`output`] writes a file, compressed if it is to be called `.gz` or `.zst`, under a
//!   temporary name, which is [`noted`] for signal handlers.

mod compress;
pub(crate) mod ids;
pub mod input;
pub mod kaggle;
pub(crate) mod kind;
pub mod lines;
#[cfg(unix)]
pub mod noted;
pub mod ordinary;
pub mod output;
pub mod passed_over;
pub mod rows;
pub mod tokens;
mod zip;

pub use crate::error::counted::counted;
pub use crate::error::printable;
