//! Makes one model of several, which count by weights that are fitted on held-out text.

use std::path::{Path, PathBuf};

use super::base::{Base, refuse_own_text};
use super::finish::{Made, Room, Unfitted};
use super::form::Form;
use super::prune::LISTS;
use super::{describe, file};
use crate::backoff::{self, Estimate, Weights};
use crate::error::{Error, ErrorKind, Result};
use crate::fit::sample::{Sample, sample_hearing};
use crate::model::header::{Header, Provenance};
use crate::model::view::View;
use crate::model::{Model, Whole};
use crate::progress::Progress;
use crate::text::input;
use crate::train::memory::give_back;

/// What to mix, and for what.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mix {
    /// Two models or more, of any forms and orders.
    pub models: Vec<Base>,
    /// Whole sentences that no model was trained on, one per line; `-` for standard input.
    pub texts: Vec<PathBuf>,
    /// At most this many of them, those with the lowest hashes, fit the calibration.
    pub lines: usize,
    /// Whether to go on after a line that is not UTF-8.
    pub lossy: bool,
    /// The form of the file.
    pub form: Form,
    /// The date, as `YYYY-MM-DD`, kept in the model.
    pub date: String,
}

impl Mix {
    /// These models and texts, with defaults for the rest.
    pub fn new(models: Vec<Base>, texts: Vec<PathBuf>) -> Self {
        let (form, date) = (Form::default(), String::new());
        Mix { models, texts, lines: 3000, lossy: false, form, date }
    }
}

/// The outcome.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mixed {
    /// The model.
    pub made: Made,
    /// How much each model counts, and how good they are alone and together.
    pub weights: Weights,
}

/// Interpolates models linearly ([`backoff::mix()`]) and writes the result to `output`, whole or not at all. It has
/// the words and n-grams of all of them, no net and no pairs of words, and a calibration fitted to the same text.
///
/// # Errors
/// Fewer than two models, a file that is not a model, a damaged model, a text that cannot be read, has no sentence,
/// or is the one that a model was trained on, or an output that cannot be written.
///
/// # Complexity
/// Memory in bytes, apart from the models: 24 an n-gram of the result, 4 a word of the text and model, and half a
/// gigabyte for the lists.
pub fn mix(wanted: &Mix, output: &Path, progress: &dyn Progress) -> Result<Mixed> {
    if wanted.models.len() < 2 {
        return Err(Error::value("fewer than two models to mix", "name two or more"));
    }
    let size = input::check(&wanted.texts)?;
    let models: Result<Vec<Model>> = wanted.models.iter().map(Base::open_without_lists).collect();
    let models = models?;
    let whole: Result<Vec<Whole>> = models.iter().map(Whole::of).collect();
    let whole = whole?;
    let file = file::create(output)?;
    models.iter().filter_map(left_out).for_each(|note| progress.note(&note));
    let views: Vec<&View<'_>> = models.iter().map(Model::view).collect();

    let mut estimate = Estimate::new(&views);
    let texts = wanted.texts.iter().map(|text| input::open(text));
    let hear = &mut |line: &[u8]| estimate.add(line);
    let taken = sample_hearing(texts, size, wanted.lines, wanted.lossy, hear, progress)?;
    let names = input::names(&wanted.texts);
    check(&taken, &names, &models)?;
    taken.passed_over.note().iter().for_each(|note| progress.note(note));
    let weights = estimate.weights(progress).map_err(|error| match error.kind() {
        ErrorKind::Value => Error::file(&names, error.what(), error.remedy()),
        _ => error,
    })?;
    drop(estimate);

    let arpa = backoff::mix(&views, &weights.weights, progress)?;
    let mut header = Header { order: arpa.order(), ngrams: arpa.counts(), ..Header::default() };
    header.provenance = provenance(&models, &weights.weights, &taken, &wanted.date);
    let core = arpa.core();
    let words = arpa.words;
    drop(arpa.levels);
    give_back();
    let unfitted = Unfitted { words, core, net: None, header, tables: false };
    let memory = Room { lists: LISTS, fitting: u64::MAX };
    let (file, header, fitted) =
        unfitted.write(file, output, wanted.form, &taken.sentences, memory, progress)?;
    whole.into_iter().try_for_each(|whole| whole.confirm(progress))?;
    drop(models); // not every system can replace a mapped file
    file.finish()?;
    Ok(Mixed { made: Made::new(output, header, fitted), weights })
}

/// What the mixture does not take from a model.
fn left_out(model: &Model) -> Option<String> {
    let View { net, skip, .. } = model.view();
    let what = match (net.is_some(), skip.is_some()) {
        (false, false) => return None,
        (true, false) => "net is",
        (false, true) => "pairs of words are",
        (true, true) => "net and pairs of words are",
    };
    Some(format!("{}: its {what} left out: a mixture has none", model.name()))
}

/// Checks that the text can tell what each model is worth.
fn check(taken: &Sample, names: &str, models: &[Model]) -> Result<()> {
    if taken.lines == 0 {
        let what = "no sentence in it, and the weights are fitted to sentences";
        return Err(Error::file(names, what, "give it text with one a line"));
    }
    models.iter().try_for_each(|model| refuse_own_text(model, taken.hash, names))
}

/// Where the model comes from: which models, by the hashes of their texts, and their weights.
fn provenance(models: &[Model], weights: &[f64], taken: &Sample, date: &str) -> Provenance {
    let all = || models.iter().map(|model| &model.header().provenance);
    let part = |(model, weight): (&Model, &f64)| {
        let Header { order, provenance, .. } = model.header();
        format!("{weight:.6} of order {order} on text {}", provenance.text_hash)
    };
    let parts: Vec<String> = models.iter().zip(weights).map(part).collect();
    let mut licences: Vec<&str> = all().map(|from| from.license.as_str()).collect();
    licences.retain(|licence| !licence.is_empty());
    licences.sort_unstable();
    licences.dedup();
    let hash = |from: &Provenance| u64::from_str_radix(&from.text_hash, 16).unwrap_or(0);
    Provenance {
        program: describe::PROGRAM.to_owned(),
        command: format!("impute mix on text {:016x}: {}", taken.hash, parts.join(", ")),
        text_hash: format!("{:016x}", all().fold(0u64, |sum, from| sum.wrapping_add(hash(from)))),
        lines: all().fold(0, |sum, from| sum.saturating_add(from.lines)),
        tokens: all().fold(0, |sum, from| sum.saturating_add(from.tokens)),
        license: licences.join("; "),
        date: date.to_owned(),
        ..Provenance::default()
    }
}
