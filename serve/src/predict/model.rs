//! A version of a model, opened, checked and warm.
//!
//! It is shared by all that use it, and gone when the last of them is done: a newer version is put in its place
//! without anybody waiting.

use std::path::PathBuf;
use std::sync::Arc;

use impute::kinds::language::Classifier;
use impute::repair::Settings;
use impute::solve::Inserts;
use impute::{Repairer, Solver, Workers};

use crate::clock;

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The one inside the program.
    Shipped,
    /// A file.
    File(PathBuf),
}

/// One version of a model.
#[derive(Debug)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its version, from 1.
    pub version: u64,
    /// A hash of what it says and knows: the same for the same model.
    pub hash: String,
    /// When it was opened.
    pub opened: i64,
    /// What it can do.
    pub kind: Kind,
}

/// What a model can do.
#[derive(Debug)]
pub enum Kind {
    /// Find gaps and words.
    Ngrams(Box<Ngrams>),
    /// Tell labels of texts, as their languages.
    Classifier(Box<Classifier>),
}

/// A model of n-grams with its workers.
#[derive(Debug)]
pub struct Ngrams {
    /// For [`Inserts::Words`] and [`Inserts::Any`].
    pub workers: [Workers; 2],
    /// If it knows when nothing is missing.
    pub repairer: Option<Repairer>,
}

impl Model {
    /// Opens a model of n-grams, compares all of its checksums and answers a first sentence.
    ///
    /// # Errors
    /// It cannot be opened, is damaged, or is of another kind.
    pub fn open(name: &str, source: &Source) -> impute::Result<Self> {
        let model = match source {
            Source::Shipped => impute::Model::shipped()?,
            Source::File(path) => {
                let model = impute::Model::open(path)?;
                model.verify()?;
                model
            }
        };
        let hash = hash_of(model.directory()); // with the checksums of all sections
        let solver = Solver::new(Arc::new(model))?;
        let weights = solver.model().header().repair.as_ref().map(|repair| repair.weights);
        let repairer = weights.map(|weights| Repairer::new(&solver, weights, Settings::default()));
        let with = |inserts| Workers::new(&solver.clone().with_inserts(inserts));
        let workers = [with(Inserts::Words), with(Inserts::Any)];
        let ngrams = Ngrams { repairer: repairer.transpose()?, workers };
        let kind = Kind::Ngrams(Box::new(ngrams));
        Ok(Model { name: name.to_owned(), version: 0, hash, opened: clock::now(), kind })
    }

    /// Opens a classifier of texts, with its checksum.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open_classifier(name: &str, source: &Source) -> impute::Result<Self> {
        let classifier = match source {
            Source::Shipped => Classifier::shipped()?,
            Source::File(path) => Classifier::open(path)?,
        };
        let hash = hash_of(&(classifier.header(), classifier.ngrams()));
        let kind = Kind::Classifier(Box::new(classifier));
        Ok(Model { name: name.to_owned(), version: 0, hash, opened: clock::now(), kind })
    }

    /// Opens the newest version of a model of the same kind as this one.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open_again(&self, source: &Source) -> impute::Result<Self> {
        match self.is_classifier() {
            true => Model::open_classifier(&self.name, source),
            false => Model::open(&self.name, source),
        }
    }

    /// Whether it is a classifier of texts.
    pub fn is_classifier(&self) -> bool {
        matches!(self.kind, Kind::Classifier(_))
    }

    /// `ngrams` or `classifier`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Ngrams(_) => "ngrams",
            Kind::Classifier(_) => "classifier",
        }
    }

    /// Where it comes from, as its file says.
    pub fn provenance(&self) -> serde_json::Value {
        let provenance = match &self.kind {
            Kind::Ngrams(ngrams) => {
                serde_json::to_value(&ngrams.workers[0].solver().model().header().provenance)
            }
            Kind::Classifier(classifier) => {
                let header = classifier.header();
                Ok(serde_json::json!({
                    "version": header.version,
                    "date": header.date,
                    "license": header.license,
                    "texts": header.texts,
                    "labels": header.labels,
                }))
            }
        };
        provenance.unwrap_or_default()
    }
}

fn hash_of(what: &impl serde::Serialize) -> String {
    let bytes = serde_json::to_vec(what).unwrap_or_default();
    format!("{:016x}", twox_hash::XxHash3_64::oneshot(&bytes))
}
