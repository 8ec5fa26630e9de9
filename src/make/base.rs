//! The model that something is made from.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::model::Model;

/// A model file, or the model inside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// A model file, of any form.
    File(PathBuf),
    /// The model that ships with the program.
    #[cfg(feature = "shipped")]
    Shipped,
}

impl Base {
    /// Opens it as [`Model::open_without_lists`] does.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open_without_lists(&self) -> Result<Model> {
        match self {
            Base::File(path) => Model::open_without_lists(path),
            #[cfg(feature = "shipped")]
            Base::Shipped => Model::shipped_without_lists(),
        }
    }

    /// Opens it as [`Model::open`] does.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open(&self) -> Result<Model> {
        match self {
            Base::File(path) => Model::open(path),
            #[cfg(feature = "shipped")]
            Base::Shipped => Model::shipped(),
        }
    }
}

/// Refuses to fit something to the very text that a model was trained on; `hash` is that of its lines, `names` those of
/// its files.
///
/// # Errors
/// The model was trained on it.
pub(super) fn refuse_own_text(model: &Model, hash: u64, names: &str) -> Result<()> {
    if model.header().provenance.text_hash != format!("{hash:016x}") {
        return Ok(());
    }
    let what = format!("{} was trained on these very lines", model.name());
    Err(Error::file(names, what, "give sentences that it has not seen: it is too sure of these"))
}

impl From<PathBuf> for Base {
    fn from(path: PathBuf) -> Self {
        Base::File(path)
    }
}
