//! A model file from beginning to end in one call: for the command line, and for every other program.
//!
//! Input: a plain struct that says what is wanted, and the path of the output, which is whole or what it
//! was before. What goes on is told to a [`Progress`](crate::progress::Progress); dates come from the
//! caller. Nothing is done before it is known, as far as it can be, that memory and disk suffice and that
//! the output can be written.
//!
//! * [`train()`] – texts and counts → a model, with its net, fitted on lines held out.
//! * [`resume()`] – goes on training the net of a model.
//! * [`import()`] – an ARPA file → a model.
//! * [`tune()`] – fits a model to other sentences.
//! * [`count()`] – counts a part of a text for a later training.
//!
//! What they share: `means` – do memory and disk suffice? `net` – how long is the net trained? `form` –
//! writes the forms of a model; `finish` – fits the model as it stands in its file; `describe` – what the
//! model says of its making.

mod count;
mod describe;
mod finish;
mod form;
mod import;
mod means;
mod net;
mod resume;
mod train;
mod tune;

pub use count::{Count, count};
pub use finish::Made;
pub use form::Form;
pub use import::{Import, import};
pub use means::machine_memory;
pub use resume::{Resume, resume};
pub use train::{Train, train};
pub use tune::{Tune, Tuned, tune};
