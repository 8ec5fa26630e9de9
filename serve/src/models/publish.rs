//! A newer version of a model takes the place of the one in use, and nobody waits for it.
//!
//! The file that the name stands for is opened again beside the one in use, compared with its checksums, and warmed by
//! a few texts; then new work goes to it. What the old one has begun it finishes, and is dropped with the last of that.
//! A version needs a line that says what changed, and the figures of a paired comparison with the one before
//! (`impute compare A B SOLUTION --json`); with the signal they are read from a file next to the model.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::registry::Registry;
use crate::predict::{Model, Source};
use crate::store::{Store, StoreError};

/// The longest line that says what changed, in characters.
const LONGEST: usize = 200;
/// What a comparison must have, as `impute compare --json` gives it.
const FIGURES: [&str; 6] =
    ["/a/mean", "/b/mean", "/difference/mean", "/difference/low", "/difference/high", "/p"];

/// What is said of a version when it is published.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The model's name.
    pub name: String,
    /// What changed, in a line.
    #[schema(max_length = 200)]
    pub change: String,
    /// The figures of a paired comparison with the version before: what `impute compare A B SOLUTION --json` printed.
    #[schema(value_type = Object)]
    pub compare: serde_json::Value,
}

/// Why a version was not published. The one in use stays.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No model has this name.
    #[error("no model has the name {0}; those there are: {1}")]
    Unknown(String, String),
    /// What is said of it is not enough.
    #[error("{0}")]
    Incomplete(String),
    /// The file is the version in use.
    #[error(
        "the file of {0} is the version in use; replace it by renaming the new one onto it, then publish"
    )]
    Same(String),
    /// The file is none, or damaged.
    #[error("the new version of {name} cannot be used")]
    Unusable {
        /// The model's name.
        name: String,
        /// What is wrong with it.
        source: Box<impute::Error>,
    },
    /// The store does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes the newest version of a model, and gives its number. Takes as long as opening the model does.
///
/// # Errors
/// It cannot be opened, is the same, or what is said of it is not enough. The version in use stays in use.
pub async fn publish(
    registry: &Registry,
    store: &dyn Store,
    release: &Release,
) -> Result<u64, PublishError> {
    let name = &release.name;
    check_change(&release.change)?;
    check_figures(&release.compare)?;
    let Some(named) = registry.get(name) else {
        let names: Vec<&str> = registry.all().map(|(name, _)| name).collect();
        return Err(PublishError::Unknown(name.clone(), names.join(", ")));
    };
    let current = named.current.load_full();
    let source = named.source.clone();
    let opening = tokio::task::spawn_blocking(move || opened(&current, &source));
    let mut model = opening.await.map_err(|_| StoreError::Ended)??;
    let (hash, change) = (model.hash.clone(), release.change.trim().to_owned());
    let compare = Some(figures(&release.compare));
    let version = store.add_version(name.clone(), hash, change, compare).await?;
    model.version = version;
    named.current.store(Arc::new(model));
    tracing::info!(model = name, version, "a new version is in use");
    Ok(version)
}

/// Opens the newest version of a model, and warms it.
fn opened(current: &Model, source: &Source) -> Result<Model, PublishError> {
    let name = || current.name.clone();
    let model = current
        .open_again(source)
        .map_err(|error| PublishError::Unusable { name: name(), source: error.into() })?;
    if model.hash == current.hash {
        return Err(PublishError::Same(name()));
    }
    model.warm();
    Ok(model)
}

/// The figures alone: a comparison also has sentences, which are nobody else's.
fn figures(compare: &serde_json::Value) -> serde_json::Value {
    let kept = compare.as_object().into_iter().flatten().filter(|(_, value)| !value.is_array());
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The figures in what a comparison printed.
///
/// # Errors
/// They are not there.
pub fn read_figures(printed: &str) -> anyhow::Result<serde_json::Value> {
    let compare = serde_json::from_str(printed)?;
    check_figures(&compare)?;
    Ok(figures(&compare))
}

/// Refuses a line that does not say what changed.
///
/// # Errors
/// It is empty, too long, or not one line.
pub fn check_change(change: &str) -> Result<(), PublishError> {
    let change = change.trim();
    let incomplete = |what: &str| Err(PublishError::Incomplete(what.to_owned()));
    if change.is_empty() || change.contains('\n') || change.chars().count() > LONGEST {
        return incomplete("change: say in one line of at most 200 characters what changed");
    }
    Ok(())
}

fn check_figures(compare: &serde_json::Value) -> Result<(), PublishError> {
    let figure = |name: &&str| compare.pointer(name).is_some_and(|figure| figure.is_number());
    if FIGURES.iter().all(figure) {
        return Ok(());
    }
    let what = "compare: give the figures of a paired comparison with the version before, as \
                `impute compare BEFORE AFTER SOLUTION --json` prints them";
    Err(PublishError::Incomplete(what.to_owned()))
}

/// Where the line and the figures of a version are read from when a signal publishes it: `MODEL.release.json`.
pub fn release_file(model: &Path) -> PathBuf {
    let mut name = model.as_os_str().to_owned();
    name.push(".release.json");
    PathBuf::from(name)
}

/// Publishes all models whose files are not the versions in use, as the signal does; says in the log what became of each.
pub async fn publish_all(registry: &Registry, store: &dyn Store) {
    for (name, named) in registry.all() {
        let Source::File(path) = &named.source else { continue };
        let read = std::fs::read(release_file(path));
        let release = match read.map(|bytes| serde_json::from_slice::<Release>(&bytes)) {
            Ok(Ok(release)) if release.name == name => release,
            Ok(Ok(_)) => {
                tracing::warn!(model = name, "its release file is of another model; not published");
                continue;
            }
            Ok(Err(error)) => {
                tracing::warn!(model = name, %error, "its release file cannot be read; not published");
                continue;
            }
            Err(_) => {
                tracing::info!(model = name, "no release file next to the model; not published");
                continue;
            }
        };
        match publish(registry, store, &release).await {
            Ok(_) => {}
            Err(PublishError::Same(_)) => tracing::info!(model = name, "the version in use"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(model = name, %error, cause, "not published");
            }
        }
    }
}
