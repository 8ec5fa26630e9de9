//! Which version of which model is in use.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::predict::{Model, Source};
use crate::store::{Store, StoreError};

/// A name, and where its model comes from.
#[derive(Debug)]
pub struct Named {
    /// Where it comes from.
    pub source: Source,
    /// The version in use.
    pub current: ArcSwap<Model>,
}

/// The models in use, by name.
#[derive(Debug)]
pub struct Registry {
    named: BTreeMap<String, Named>,
    default: String,
    classifier: String,
}

impl Registry {
    /// Puts opened models in; those without a version get theirs. The first is the default of the tasks `impute` and `repair`.
    ///
    /// # Errors
    /// The store does not do it.
    pub async fn new(models: Vec<(Source, Model)>, store: &dyn Store) -> Result<Self, StoreError> {
        let first = |classifier| {
            let mut of_kind =
                models.iter().filter(|(_, model)| model.is_classifier() == classifier);
            of_kind.next().map(|(_, model)| model.name.clone()).unwrap_or_default()
        };
        let (default, classifier) = (first(false), first(true));
        let mut named = BTreeMap::new();
        for (source, mut model) in models {
            if model.version == 0 {
                let (name, hash) = (model.name.clone(), model.hash.clone());
                model.version = store.version_of(name, hash).await?;
            }
            let name = model.name.clone();
            named.insert(name, Named { source, current: ArcSwap::from_pointee(model) });
        }
        Ok(Registry { named, default, classifier })
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Named)> {
        self.named.iter().map(|(name, named)| (name.as_str(), named))
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<&Named> {
        self.named.get(name)
    }

    /// The version in use of a model.
    pub fn current(&self, name: &str) -> Option<Arc<Model>> {
        self.named.get(name).map(|named| named.current.load_full())
    }

    /// The name of the model of `impute` and `repair`, if nobody names another.
    pub fn default_name(&self) -> &str {
        &self.default
    }

    /// The name of the classifier.
    pub fn classifier_name(&self) -> &str {
        &self.classifier
    }

    /// The classifier that tells languages.
    pub fn languages(&self) -> Option<Arc<Model>> {
        self.current(&self.classifier)
    }
}
