//! The model that a command works with.

use std::path::{Path, PathBuf};

use anyhow::Context;
use impute::model::header::Calibration;
use impute::model::{Model, Whole};
use impute::solve::Effort;
use impute::text::printable::printable;

use super::args::ModelArg;
use super::progress;

/// What of a model a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The posting lists too: it fills gaps.
    Lists,
    /// Probabilities only.
    Ngrams,
    /// What it says about itself, with a checksum of its own that opening compares.
    Header,
}

/// The file of the model that was asked for, by option or environment; `None` for the one that ships.
pub fn model_file(arg: &ModelArg) -> Option<PathBuf> {
    arg.model.clone().or_else(model_of_environment)
}

fn model_of_environment() -> Option<PathBuf> {
    std::env::var_os("IMPUTE_MODEL").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Opens the model that was asked for, else the one that ships; and the check that it is [`Whole`].
pub fn open_model(arg: &ModelArg, need: Need) -> anyhow::Result<(Model, Whole)> {
    let (model, whole) = match &arg.model {
        Some(path) => open_file(path, need)?,
        None => match model_of_environment() {
            Some(path) => open_file(&path, need).context("IMPUTE_MODEL")?,
            None => (shipped(need)?, Whole::known()),
        },
    };
    progress::detail(|| described(&model));
    Ok((model, whole))
}

/// Opens a model file and begins to compare its checksums.
///
/// # Errors
/// As [`Model::open`]; a small model that is damaged.
pub fn open_file(path: &Path, need: Need) -> impute::Result<(Model, Whole)> {
    let model = match need {
        Need::Lists => Model::open(path)?,
        Need::Ngrams | Need::Header => Model::open_without_lists(path)?,
    };
    let whole = if need == Need::Header { Whole::known() } else { Whole::of(&model)? };
    Ok((model, whole))
}

#[cfg(feature = "shipped")]
fn shipped(need: Need) -> impute::Result<Model> {
    match need {
        Need::Lists => Model::shipped(),
        Need::Ngrams | Need::Header => Model::shipped_without_lists(),
    }
}

#[cfg(not(feature = "shipped"))]
fn shipped(_: Need) -> impute::Result<Model> {
    Err(impute::Error::value("no model ships with this build", "name one with --model"))
}

/// A model and its settings, in two lines.
fn described(model: &Model) -> String {
    let header = model.header();
    let net = match &header.net {
        Some(net) => format!("net of {} words", net.shape.words),
        None => "no net".to_owned(),
    };
    format!(
        "model: {}, {}, order {}, {} n-grams, {net}, {}\ncalibration: {}",
        printable(model.name()),
        impute::train::memory::bytes(model.size() as u64),
        header.order,
        header.ngrams.iter().sum::<u64>(),
        header.provenance.program,
        parameters(&header.calibration),
    )
}

/// The parameters that do something, by name.
pub fn parameters(calibration: &Calibration) -> String {
    let parameters = calibration.parameters().into_iter().filter(|(_, value)| *value != 0.0);
    parameters.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// How much is looked up.
pub fn effort(exact: bool) -> Effort {
    if exact { Effort::Exact } else { Effort::Fast }
}
