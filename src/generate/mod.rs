//! Generating: sentences drawn from the model, word by word.
//!
//! * [`contexts`] – what sampling asks of a model: contexts, shares, backoff weights.
//! * [`plain`] – the fast sampler, P(w|h) as it is; [`weighted`] – temperatures, top k, and excluded words.
//! * [`settings`] – what is asked for; [`generator`] – a model made ready for it.
//! * [`cumulative`] – drawing by weight; [`cache`] – tables of contexts, made once, within a bound.
//! * [`stream`] – the random numbers of one sentence.
//! * [`worker`] – one sentence; [`many`] – many of them, on all threads, in order.
//! * [`novel`] – which sentences are in a text already.
//!
//! Every word is drawn from P(w|h) over all words but `<s>` and `<unk>`: `<unk>` cannot be printed, so it is
//! drawn again. `</s>` ends the sentence; it is drawn again if it would come first, so that no sentence is
//! empty. The same seed gives the same sentences on any number of threads, and the same first n of them
//! however many are drawn.
//!
//! A [`Generator`] borrows a model and is shared by all threads; each thread takes a [`Worker`] from it, which
//! owns the scratch memory.
//!
//! ```
//! use impute::generate::{Generator, Settings};
//! use impute::model::Model;
//!
//! let model = Model::shipped()?;
//! let mut settings = Settings::default();
//! settings.prompt = "The president".into();
//! let generator = Generator::new(&model, settings)?;
//! let mut worker = generator.worker();
//! let sentence = worker.sentence(0).to_vec();
//! assert!(sentence.starts_with(b"The president "));
//! assert_ne!(worker.sentence(1), sentence);
//! assert_eq!(generator.worker().sentence(0), sentence);
//! # Ok::<(), impute::Error>(())
//! ```

pub(crate) mod cache;
pub(crate) mod contexts;
pub(crate) mod cumulative;
pub(crate) mod generator;
pub(crate) mod many;
pub(crate) mod novel;
pub(crate) mod plain;
pub(crate) mod settings;
pub(crate) mod stream;
pub(crate) mod weighted;
pub(crate) mod worker;

pub use generator::Generator;
pub use many::{Totals, generate};
pub use novel::KnownLines;
pub use settings::Settings;
pub use worker::Worker;
