//! The model that a command works with.

use std::path::{Path, PathBuf};

use anyhow::Context;
use etcetera::BaseStrategy;
use impute::make::Base;
use impute::model::format::MAGIC;
use impute::model::header::Calibration;
use impute::model::{Model, Whole};
use impute::solve::Effort;
use impute::text::input::{self, Input};
use impute::text::printable::printable;

use super::args::ModelArg;
use super::progress;
use super::watch::watch;

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

/// What stands for the model that ships with the program wherever a model is named.
const SHIPPED: &str = "shipped";

/// The model that goes by this name. Where a file is called as the shipped model is, neither is taken: no
/// answer comes from a model that was not meant.
pub fn named(path: &Path) -> anyhow::Result<Base> {
    if is_shipped(path, "model")? {
        return inside();
    }
    if path == Path::new("-") {
        anyhow::bail!("-: a model is mapped and needs a file; name one");
    }
    Ok(Base::File(path.to_owned()))
}

/// Whether a name is that of what ships with the program, a model or a classifier.
pub fn is_shipped(path: &Path, what: &str) -> anyhow::Result<bool> {
    if path == Path::new(SHIPPED) && path.exists() && !path.is_dir() {
        anyhow::bail!(
            "{SHIPPED}: a file here, and the name of the {what} that ships with the program; write ./{SHIPPED} for the \
             file, or rename it"
        );
    }
    Ok(path == Path::new(SHIPPED))
}

#[cfg(feature = "shipped")]
fn inside() -> anyhow::Result<Base> {
    Ok(Base::Shipped)
}

#[cfg(not(feature = "shipped"))]
fn inside() -> anyhow::Result<Base> {
    Err(impute::Error::value("no model ships with this build", "name one with --model").into())
}

/// The file of the model that was asked for, by option or environment; `None` for the one that ships.
pub fn model_file(arg: &ModelArg) -> Option<PathBuf> {
    let path = arg.model.clone().or_else(model_of_environment);
    path.filter(|path| path != Path::new(SHIPPED))
}

fn model_of_environment() -> Option<PathBuf> {
    std::env::var_os("IMPUTE_MODEL").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Opens the model that was asked for, else the one that ships; and the check that it is [`Whole`].
pub fn open_model(arg: &ModelArg, need: Need) -> anyhow::Result<(Model, Whole)> {
    let (model, whole) = match (&arg.model, model_of_environment()) {
        (Some(path), _) => open(&named(path)?, need)?,
        (None, Some(path)) => {
            let model = named(&path).and_then(|model| Ok(open(&model, need)?));
            model.context("IMPUTE_MODEL")?
        }
        (None, None) => open(&inside()?, need)?,
    };
    progress::detail(|| described(&model));
    Ok((model, whole))
}

/// Opens a model and begins to compare its checksums.
fn open(base: &Base, need: Need) -> impute::Result<(Model, Whole)> {
    let (model, whole) = match (need, kept_in(base)) {
        #[cfg(feature = "shipped")]
        (Need::Lists, Some(folder)) => Model::shipped_kept(&folder)?,
        (Need::Lists, _) => whole(base.open()?)?,
        (Need::Ngrams, _) => whole(base.open_without_lists()?)?,
        (Need::Header, _) => (base.open_without_lists()?, Whole::known()),
    };
    watch(&model)?;
    Ok((model, whole))
}

fn whole(model: Model) -> impute::Result<(Model, Whole)> {
    let whole = Whole::of(&model)?;
    Ok((model, whole))
}

/// The folder where the model that ships is kept ready, if it is that model and there is a folder.
fn kept_in(base: &Base) -> Option<PathBuf> {
    if matches!(base, Base::File(_)) {
        return None;
    }
    match std::env::var_os("IMPUTE_CACHE") {
        Some(folder) => Some(folder.into()).filter(|folder: &PathBuf| folder.is_absolute()),
        None => Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("impute")),
    }
}

/// Whether a name is that of a model rather than of a text: by its end, else by the content of the file.
pub fn is_model(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    let begins = |mut input: Input| input.begins_with(MAGIC).unwrap_or(false);
    path == Path::new(SHIPPED)
        || plain.ends_with(".impute")
        || plain.ends_with(".arpa")
        || path.is_file() && input::open(path).is_ok_and(begins)
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
