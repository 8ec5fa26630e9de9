//! Fits the calibration of a model to the user's own kind of sentences.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::{Base, refuse_own_text};
use super::form::buffered;
use super::{describe, file};
use crate::error::{Error, Result};
use crate::fit;
use crate::fit::calibrate::FEWEST;
use crate::fit::sample::sample;
use crate::model::Whole;
use crate::model::header::{self, Calibration};
use crate::progress::{Progress, Quiet};
use crate::solve::Solver;
use crate::text::input;

/// What to fit, and to what.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tune {
    /// The model, of any form.
    pub model: Base,
    /// Whole sentences that the model was not trained on, one per line; `-` for standard input.
    pub texts: Vec<PathBuf>,
    /// At most this many of them are taken, those with the lowest hashes; each costs about 3 KB of memory.
    pub lines: usize,
    /// Whether to go on after a line that is not UTF-8.
    pub lossy: bool,
}

impl Tune {
    /// This model and these texts, with defaults for the rest.
    pub fn new(model: impl Into<Base>, texts: Vec<PathBuf>) -> Self {
        Tune { model: model.into(), texts, lines: 3000, lossy: false }
    }
}

/// The outcome.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tuned {
    /// Sentences of the text.
    pub lines: u64,
    /// How many of them have fewer than three words.
    pub short: u64,
    /// How many it was fitted to.
    pub sentences: usize,
    /// The calibration before and after.
    pub calibrations: [Calibration; 2],
    /// The mean negative log-likelihood of the gap and of the word, in nats, before and after.
    pub nats: [[f64; 2]; 2],
}

/// Fits a model and writes it in its own form, whole or not at all, to `output`, which may be the same file.
///
/// # Errors
/// A file that is not a model, a damaged model, a text that cannot be read, has too few sentences or is the
/// one that the model was trained on, or an output that cannot be written.
pub fn tune(wanted: &Tune, output: &Path, progress: &dyn Progress) -> Result<Tuned> {
    let source = Arc::new(wanted.model.open_without_lists()?);
    let whole = Whole::of(&source)?;
    let file = file::create(output)?;
    let size = input::check(&wanted.texts)?;
    let names = input::names(&wanted.texts);
    let too_few = |n: usize| {
        let what = format!(
            "{n} different sentences of three words or more, but fitting needs at least {FEWEST}"
        );
        Error::file(&names, what, "give more text of the same kind")
    };
    let texts = wanted.texts.iter().map(|text| input::open(text));
    let taken = sample(texts, size, wanted.lines, wanted.lossy, progress)?;
    let text_hash = format!("{:016x}", taken.hash);
    refuse_own_text(&source, taken.hash, &names)?;
    if taken.sentences.len() < FEWEST {
        return Err(too_few(taken.sentences.len()));
    }
    taken.passed_over.note().iter().for_each(|note| progress.note(note));
    let full = source.make_lists(&Quiet(progress))?.map_or_else(|| source.clone(), Arc::new);
    let solver = Solver::new(full)?;
    let (examples, fitted) = fit::fit(&solver, &taken.sentences, &|| {}, progress)?;
    let fitted = fitted.ok_or_else(|| too_few(examples.count()))?;
    let mut header = source.header().clone();
    let calibrations = [header.calibration, fitted.calibration];
    (header.calibration, header.repair) = (fitted.calibration, fitted.repair);
    header.provenance.tuned = Some(header::Tuned {
        program: describe::PROGRAM.to_owned(),
        command: format!("impute tune --lines {}", wanted.lines),
        text_hash,
        lines: taken.lines,
        sentences: fitted.calibration.sentences,
    });
    buffered(&file, |out| source.write_with_header(header, out))?;
    whole.confirm(progress)?;
    drop((solver, source)); // not every system can replace a mapped file
    file.finish()?;
    Ok(Tuned {
        lines: taken.lines,
        short: taken.short,
        sentences: examples.count(),
        calibrations,
        nats: calibrations.map(|calibration| examples.nats(&calibration)),
    })
}
