//! Finds the gap in a sentence and restores the missing word.
//!
//! An n-gram model (interpolated modified Kneser-Ney, orders 2 to 5) scores every word of its vocabulary in
//! every gap of a sentence, a small neural net reads the sentence as a whole, and both together give the
//! probability of every gap and word. The answer is the string with the least expected Levenshtein distance
//! to the sentence as it was, which may be the sentence as it stands. The program of the same name is a thin
//! layer over this library; its README says what it is for, and how good it is.
//!
//! # Tour
//!
//! | you want to | use | which gives |
//! |---|---|---|
//! | open a model, or the one that ships | [`model::Model`] | an immutable model over a map, a vector or a static array |
//! | restore words | [`solve::Solver`], then a [`solve::Worker`] for each thread | [`solve::Answer`]: the sentence, what went where, the expected distance |
//! | repair ordinary text | [`text::ordinary::sentences()`], [`repair::Repairer`] | insertions with their places and probabilities |
//! | find the words for a hole | [`solve::Worker::fill`] | candidates with their probabilities |
//! | see the whole posterior | [`solve::Worker::analyse_all`], [`solve::word::posterior::Posterior`] | P(gap), and P(word given the gap) |
//! | score text | [`query::Scorer`] | log10 P(w given h) of every word, perplexity |
//! | draw sentences | [`generate::Generator`] | text, the same for the same seed |
//! | tell languages or other labels of texts apart | [`kinds::language::Classifier`] | labels with their probabilities |
//! | see whether text has changed | [`kinds::drift`] | how well new lines are told from old, by what, and a verdict |
//! | group sentences or words | [`kinds::cluster`] | clusters, their centres, a summary |
//! | train, import, tune, mix, prune | [`make::train()`], [`make::import()`], [`make::tune()`], [`make::mix()`], [`make::prune()`] | the file of a model |
//! | measure | [`evaluate`] | distances, intervals, calibration |
//!
//! Every room of the crate uses only those before it: [`text`], [`task`], [`net`], [`model`], [`train`], [`solve`],
//! [`repair`], [`submission`], [`fit`], [`make`], [`evaluate`], [`page`]; [`query`], [`kinds`], [`generate`] and
//! [`backoff`] build on text and model. The library never prints, reads no environment variable and draws no bar: to
//! see what goes on, give it a [`progress::Progress`].
//!
//! # A sentence
//!
//! Sentences are bytes, tokens separated by spaces, as the competition writes them: punctuation marks are
//! tokens, and so are the halves of `didn 't`.
//!
//! ```
//! use impute::{Method, Model, Solver};
//!
//! let solver = Solver::new(Model::shipped()?)?;
//! let answer = solver.answer(b"He said that it a mistake .", Method::Posterior);
//! assert_eq!(answer.sentence, b"He said that it was a mistake .");
//! let insert = answer.insert.expect("it is sure");
//! assert_eq!((insert.gap, &*insert.text), (3, "was")); // after the fourth token
//! assert!(answer.gain > Some(1.0)); // characters that the answer is expected to save
//! # Ok::<(), impute::Error>(())
//! ```
//!
//! # Many sentences
//!
//! For serious work: one solver for the process, a worker for each thread, and a batch of sentences at a
//! time, because the net is faster on many. A [`Solver`] and its [`Workers`] own what they need, so that a
//! service or an object of another language can keep them; a [`Worker`] borrows its solver. The answers do not depend on batches or threads.
//!
//! ```
//! use impute::progress::Silent;
//! use impute::{Method, Model, Solver, Workers};
//!
//! let workers = Workers::new(&Solver::new(Model::shipped()?)?);
//! let sentences = ["She was one the best players .", "He said that it a mistake ."];
//! let answers = workers.map(&sentences, &Silent, |worker, batch| {
//!     worker.answer_all(batch, Method::Posterior)
//! })?;
//! assert_eq!(answers[0].sentence, b"She was one of the best players .");
//! # Ok::<(), impute::Error>(())
//! ```
//!
//! # Ordinary text
//!
//! Text as people write it is cut into sentences and tokens with their byte positions; every insertion has
//! one too.
//!
//! ```
//! use impute::repair::{Settings, apply};
//! use impute::text::ordinary::sentences;
//! use impute::{Model, Repairer, Solver};
//!
//! let solver = Solver::new(Model::shipped()?)?;
//! let weights = solver.model().header().repair.as_ref().expect("fitted, as the shipped model is").weights;
//! let repairer = Repairer::new(&solver, weights, Settings::default())?;
//!
//! let text = b"Mrs. Carter was late. She said that she not going to sell more eggs.";
//! let sentences = sentences(text);
//! let found = repairer.repair(&mut solver.worker(), &sentences.iter().collect::<Vec<_>>());
//! let mended = apply(text, found.iter().flatten());
//! assert_eq!(
//!     String::from_utf8_lossy(&mended),
//!     "Mrs. Carter was late. She said that she was not going to sell more eggs."
//! );
//! # Ok::<(), impute::Error>(())
//! ```
//!
//! # A model of one's own
//!
//! ```
//! use impute::make::{Train, train};
//! use impute::progress::Silent;
//! use impute::{Model, Scorer};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = |name: &str| folder.path().join(name);
//! std::fs::write(path("text"), "the dog saw the cat .\nthe cat saw the dog .\n").unwrap();
//! let mut wanted = Train::new(vec![path("text")]);
//! wanted.date = "2001-09-09".to_owned(); // the library has no clock
//! let made = train(&wanted, &path("cats.impute"), &Silent)?;
//! assert_eq!(made.header.provenance.tokens, 12);
//!
//! let model = Model::open(&path("cats.impute"))?;
//! let scored = Scorer::new(&model).score(b"the dog saw the dog .");
//! assert_eq!(scored.unknown(), 0);
//! assert!(scored.log10_total() > -6.0);
//! # Ok::<(), impute::Error>(())
//! ```
//!
//! The stages are in the library too: [`train::train`] counts and estimates, [`train::lessons`] is what the
//! net is trained on, [`model::build::write`] writes the file, and
//! [`fit::fit()`] fits the solver and repairing to lines held out.
//!
//! # Memory
//!
//! - A [`model::Model`] that was opened by path is mapped: opening takes less than a millisecond whatever
//!   its size, pages come as they are used, and processes share them. A compact model, such as the one that
//!   ships (9 MB), is unpacked, and its posting lists are made, in memory: 40 bytes an n-gram.
//! - A [`solve::Solver`] takes at most 48 MB more, and 14 MB for the embeddings of a net of medium size; a
//!   [`solve::Worker`] takes 5 MB, 4 bytes a word and what a batch needs in the net, about 10 MB in all. Neither
//!   grows with use.
//! - [`train::train`] stays within [`train::Resources::memory`] and reports as early as it can if that is too
//!   little.
//! - Readers and writers of text hold a line at a time.
//!
//! # Quirks
//!
//! - Nothing is normalised. Case, quotes and dashes count as they are spelled, and a word that the model has
//!   never seen is `<unk>`.
//! - At most one word is missing, between two others, never at the beginning or the end. A sentence of fewer
//!   than three words is returned as it is.
//! - What is inserted need not be a word: a space or a stem may have the least expected distance.
//!   [`solve::Answer::is_word`] says which.
//! - Distances count characters (Unicode scalar values), never bytes.
//! - Natural logarithms are called `ln_…`, those to base 10 `log10_…`.
//! - [`model::Model::open`] checks lengths only: a damaged file gives wrong numbers, though never a panic.
//!   [`model::Model::verify`] compares all checksums through the map, [`model::Whole`] alongside the work,
//!   as the program does for every command.
//! - Mapping a file means trusting everyone who may write to it; replace models by renaming, as this
//!   library does.
//! - On x86-64, built without the flags in `.cargo/config.toml` the results are the same and look-ups slower.

// What only training writes is not used without it.
#![cfg_attr(not(feature = "train"), allow(dead_code, unused_imports))]

#[cfg(feature = "train")]
pub mod backoff;
mod error;
pub mod evaluate;
#[cfg(feature = "train")]
pub mod fit;
pub mod generate;
pub mod interval;
pub mod kinds;
#[cfg(feature = "train")]
pub mod make;
pub mod model;
pub mod net;
pub mod page;
pub mod progress;
pub mod query;
pub mod random;
pub mod repair;
mod softmax;
pub mod solve;
pub mod submission;
pub mod task;
pub mod text;
#[cfg(feature = "train")]
pub mod train;

pub use error::{Error, ErrorKind, Remedy, Result, Setting};
pub use generate::Generator;
pub use model::Model;
pub use query::Scorer;
pub use repair::Repairer;
pub use solve::{Answer, Method, Solver, Worker, Workers};
#[cfg(feature = "train")]
pub use train::Config;

/// The README's Rust, run as a doc test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
