//! Makes a model file from start to finish in one call, for the command line and every other program.
//!
//! Input: a plain struct that says what is wanted, and the path of the output, which ends up whole or as it
//! was before. Events go to a [`Progress`](crate::progress::Progress); dates come from the caller. As far as
//! possible, memory, disk and output are checked before any work is done.
//!
//! * [`train()`] – texts and counts → a model, with its net, fitted to held-out lines.
//! * [`resume()`] – trains the net of a model further.
//! * [`import()`] – an ARPA file → a model.
//! * [`tune()`] – fits a model to other sentences.
//! * [`count()`] – counts a part of a text for later training.
//! * [`mix()`] – several models → their linear interpolation.
//! * [`prune()`] – a model → the same without the n-grams that hardly matter.
//! * [`merge()`] – counts of parts → counts of the whole.
//!
//! They share `base` – which model does it begin with? `means` – do memory and disk suffice? `net` – how long is
//! the net trained? `file` – creates the file of a model; `form` – writes its forms; `finish` – fits the model in
//! its file; `describe` – what the model says about its making.

mod base;
mod count;
mod describe;
mod file;
mod finish;
mod form;
mod import;
mod means;
mod merge;
mod mix;
mod net;
mod prune;
mod resume;
mod train;
mod tune;

pub use base::Base;
pub use count::{Count, count};
pub use finish::Made;
pub use form::Form;
pub use import::{Import, import};
pub use means::machine_memory;
pub use merge::merge;
pub use mix::{Mix, Mixed, mix};
pub use prune::{Prune, Pruned, prune};
pub use resume::{Resume, resume};
pub use train::{Train, train};
pub use tune::{Tune, Tuned, tune};
