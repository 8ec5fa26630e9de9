//! Training: how does text become an interpolated modified Kneser-Ney model?
//!
//! The usual stages:
//!
//! 1. [`read`] – text, without lines in other languages ([`sift`]) → word ids by frequency ([`ranks`]) and the stream of
//!    ids ([`ids`]); some lines are held out ([`aside`]), and counts of other parts of the text may be added
//!    ([`parts`]). The result is a [`corpus`].
//! 2. [`mod@count`] – the stream → sorted n-grams of the highest order with their counts ([`run`]).
//! 3. [`levels`], adjust – sorted n-grams → adjusted (continuation) counts of every order; pruning.
//!    [`pass`] reads the run, [`table`] holds a lower order, [`encode`] makes what the model stores.
//! 4. [`discount`] – counts of counts → the discounts D1, D2, D3+ of every order.
//! 5. [`estimate`] – probabilities of single words; those of longer n-grams come from their counts.
//! 6. index – [`crate::model::lists`] makes the posting lists.
//!
//! If wanted, lessons for a net ([`mod@net`]) are made, and [`skip`] counts pairs of words with others between
//! them, before the text is dropped.
//!
//! [`WordSet`] is a vocabulary that was given. [`pipeline`] runs it all: [`train()`]. [`counting`] stops after the
//! second stage, [`merging`] joins what was counted, [`joining`] reads a text for the net of an existing model,
//! [`learned`] one for the net beside counts. [`memory`] shares out the memory, [`spill`] keeps on disk what does not
//! fit; every stage gets both as its [`means`].
//!
//! Chen & Goodman, *An Empirical Study of Smoothing Techniques for Language Modeling* (1998);
//! Heafield et al., *Scalable Modified Kneser-Ney Language Model Estimation* (ACL 2013).

pub(crate) mod aside;
mod config;
pub(crate) mod corpus;
pub(crate) mod count;
pub(crate) mod counting;
pub(crate) mod discount;
pub(crate) mod encode;
pub(crate) mod estimate;
pub(crate) mod ids;
pub(crate) mod joining;
pub(crate) mod learned;
pub(crate) mod levels;
mod listed;
pub(crate) mod means;
pub mod memory;
pub(crate) mod merging;
pub mod net;
pub mod parts;
pub(crate) mod pass;
pub(crate) mod pipeline;
mod ranks;
pub(crate) mod read;
pub mod run;
pub(crate) mod sift;
pub(crate) mod skip;
pub(crate) mod spill;
pub(crate) mod table;

pub use config::{Config, HeldOut, Resources, Vocabulary};
pub use corpus::Summary;
pub use counting::count;
pub use discount::Discounts;
pub use joining::{Joining, lessons};
pub use listed::WordSet;
pub use merging::merge;
pub use pipeline::{Trained, train, train_by};
pub use read::Sources;
