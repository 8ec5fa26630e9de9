//! The models that the settings name, or that the program brings along.

use anyhow::{Context, bail};

use crate::predict::{Model, Source};
use crate::settings::Settings;

/// The name of the model inside the program.
pub const SHIPPED: &str = "english";
/// The name of the classifier of languages.
pub const CLASSIFIER: &str = "languages";

/// A model by its name, before it is opened.
#[derive(Debug)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// Whether it is a classifier of texts.
    pub classifier: bool,
    /// Its version, if it was published under one.
    pub version: Option<u64>,
}

/// The models that are to be served; the classifier of languages is the last.
///
/// # Errors
/// One has the name of the classifier.
pub fn sources(settings: &Settings) -> anyhow::Result<Vec<Wanted>> {
    let ngrams = |name: &str, source| {
        let (classifier, version) = (false, None);
        Wanted { name: name.to_owned(), source, classifier, version }
    };
    let named = settings.models.iter();
    let mut all: Vec<Wanted> =
        named.map(|(name, path)| ngrams(name, Source::File(path.clone()))).collect();
    if all.is_empty() {
        all.push(ngrams(SHIPPED, Source::Shipped));
    }
    if all.iter().any(|wanted| wanted.name == CLASSIFIER) {
        bail!(
            "--model {CLASSIFIER}=…: that is the name of the classifier of languages; choose another"
        );
    }
    let source = settings.classifier.clone().map_or(Source::Shipped, Source::File);
    let (name, classifier, version) = (CLASSIFIER.to_owned(), true, None);
    all.push(Wanted { name, source, classifier, version });
    Ok(all)
}

/// Opens them.
///
/// # Errors
/// One cannot be opened, is damaged, or is of another kind.
pub fn open(wanted: Vec<Wanted>) -> anyhow::Result<Vec<(Source, Model)>> {
    let opened = |wanted: Wanted| Ok((wanted.source.clone(), wanted.open()?));
    wanted.into_iter().map(opened).collect()
}

impl Wanted {
    /// Opens it, with its version if it has one.
    ///
    /// # Errors
    /// It cannot be opened, is damaged, or is of another kind.
    pub fn open(&self) -> anyhow::Result<Model> {
        let Wanted { name, source, classifier, version } = self;
        let mut model = match classifier {
            true => Model::open_classifier(name, source).context("the classifier")?,
            false => Model::open(name, source).with_context(|| format!("the model {name}"))?,
        };
        model.version = version.unwrap_or_default();
        Ok(model)
    }
}
