//! The classifier that was named, or the one that ships.

use std::path::Path;

use impute::kinds::language::Classifier;

use crate::cli::models::is_shipped;

pub fn open(named: Option<&Path>) -> anyhow::Result<Classifier> {
    match named {
        None => inside(),
        Some(path) if is_shipped(path, "classifier")? => inside(),
        Some(path) if path == Path::new("-") => {
            anyhow::bail!("-: a classifier is not read from standard input; name its file")
        }
        Some(path) => Ok(Classifier::open(path)?),
    }
}

#[cfg(feature = "shipped")]
fn inside() -> anyhow::Result<Classifier> {
    Ok(Classifier::shipped()?)
}

#[cfg(not(feature = "shipped"))]
fn inside() -> anyhow::Result<Classifier> {
    anyhow::bail!(
        "no classifier ships with this build; name one, as `impute language train` writes it"
    )
}
