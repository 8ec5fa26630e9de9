//! The model that a command works with.

use std::path::PathBuf;

use anyhow::Context;
use impute::model::Model;
use impute::solve::Effort;

use super::args::ModelArg;
use super::checked::{self, Whole};
use super::need::Need;
use super::progress;

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
        Some(path) => checked::open(path, need)?,
        None => match model_of_environment() {
            Some(path) => checked::open(&path, need).context("IMPUTE_MODEL")?,
            None => (shipped(need)?, Whole::known()),
        },
    };
    progress::detail(|| described(&model));
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
    let parameters: Vec<String> = (header.calibration.parameters().into_iter())
        .filter(|(_, value)| *value != 0.0)
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    format!(
        "model: {}, {}, order {}, {} n-grams, {net}, {}\ncalibration: {}",
        model.name(),
        impute::train::memory::bytes(model.size() as u64),
        header.order,
        header.ngrams.iter().sum::<u64>(),
        header.provenance.program,
        parameters.join(", "),
    )
}

/// How much is looked up.
pub fn effort(exact: bool) -> Effort {
    if exact { Effort::Exact } else { Effort::Fast }
}
