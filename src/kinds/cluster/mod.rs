//! Which groups are there? Mini-batch spherical k-means.
//!
//! ```text
//! lines ──► sample ──► weights of the features ──► learn ──► centres ──► nearest centre of every line
//! ```
//!
//! A text is read twice ([`text`]): first for a uniform [`sample`], from which all is learned, then to put every
//! line to its centre ([`assign`](mod@assign)); what can be read once only is kept in a temporary file meanwhile. A line becomes a
//! vector of length one ([`items`]), of its hashed n-grams ([`form`]) or of what a net knows of its words
//! ([`meaning`]). [`learn`](mod@learn) begins with k-means++ ([`mod@start`]) and goes on in mini-batches; the [`centres`] are
//! a table in which a feature of a vector touches one row of k numbers. [`silhouette`] compares numbers of
//! clusters, [`summary`] says what is in one, [`words`] are the words that tell most, [`map`](mod@map) draws the centres.
//!
//! All is the same for any number of threads: batches are scored in parallel, and added up in the order of their
//! items. Memory is the table, the sample and a batch of lines, however long the text is.
//!
//! Sculley, *Web-Scale K-Means Clustering* (WWW 2010); Arthur & Vassilvitskii, *k-means++: The Advantages of
//! Careful Seeding* (SODA 2007); Dhillon & Modha, *Concept Decompositions for Large Sparse Text Data Using
//! Clustering* (2001).

pub mod assign;
pub mod centres;
pub mod form;
pub mod items;
pub mod learn;
pub mod map;
pub mod meaning;
pub mod sample;
pub mod settings;
pub mod silhouette;
pub(crate) mod start;
pub mod summary;
pub mod text;
pub mod words;

pub use assign::{Assigned, assign, assign_items};
pub use centres::Centres;
pub use form::Form;
pub use items::{Items, Scratch, Vectors};
pub use learn::learn;
pub use meaning::{Embedded, Meaning};
pub use sample::{Sample, Sampled};
pub use settings::Settings;
pub use summary::Summary;
pub use text::Text;
