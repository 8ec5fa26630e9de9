//! Opens a model as far as a command needs it.

use std::path::Path;

use impute::model::Model;
pub use impute::model::Whole;

use super::Need;

/// Opens a model file and begins to compare its checksums.
///
/// # Errors
/// As [`Model::open`]; a small model that is damaged.
pub fn open(path: &Path, need: Need) -> impute::Result<(Model, Whole)> {
    let model = match need {
        Need::Lists => Model::open(path)?,
        Need::Ngrams | Need::Header => Model::open_without_lists(path)?,
    };
    let whole = if need == Need::Header { Whole::known() } else { Whole::of(&model)? };
    Ok((model, whole))
}
