//! Leaves out the n-grams of a model that hardly matter.

use std::path::Path;

use super::base::Base;
use super::finish::Made;
use super::form::buffered;
use super::{describe, file};
use crate::backoff::{self, Histories, counts, tables};
use crate::error::Result;
use crate::model::{Whole, arpa};
use crate::progress::Progress;
use crate::text::counted;
use crate::train::memory::give_back;

/// Bytes for gathering lists.
pub(super) const LISTS: u64 = 512 << 20;

/// What to prune, and how far.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Prune {
    /// The model, of any form.
    pub model: Base,
    /// An n-gram goes if the perplexity of what the model itself would write rises by less than this without it, as a
    /// share: 1e-9 prunes little, 1e-7 much.
    pub threshold: f64,
    /// The threshold as it is kept in the model.
    pub typed: String,
}

impl Prune {
    /// This model and this threshold.
    pub fn new(model: impl Into<Base>, threshold: f64) -> Self {
        Prune { model: model.into(), threshold, typed: format!("{threshold:e}") }
    }
}

/// The outcome.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Pruned {
    /// The model.
    pub made: Made,
    /// How many n-grams of every order from 1 there were.
    pub before: Vec<u64>,
}

/// Prunes a model by relative entropy ([`backoff::prune()`]) and writes it in its own form, whole or not at all, to
/// `output`, which may be the same file. Its words, its net, its pairs of words and its calibration stay; if it follows
/// from counts, it goes on doing so.
///
/// # Errors
/// A file that is not a model, a damaged model, an impossible threshold, or an output that cannot be written.
///
/// # Complexity
/// Memory in bytes: about 26 an n-gram of the highest order and 50 of the others, and half a gigabyte for the lists of a
/// model that has them.
pub fn prune(wanted: &Prune, output: &Path, progress: &dyn Progress) -> Result<Pruned> {
    let model = wanted.model.open_without_lists()?;
    let whole = Whole::of(&model)?;
    let file = file::create(output)?;
    let levels = tables::tables(&model, progress)?;
    let core = &model.view().core;
    let histories = Histories::by_counts(core, &levels);
    let histories = histories.unwrap_or_else(|| Histories::by_model(&levels));
    let pruned = backoff::prune(&levels, &histories, wanted.threshold, progress)?;
    let mut header = model.header().clone();
    let before = std::mem::take(&mut header.ngrams);
    let counts = counts::counts(core, &levels, &pruned, &header.discounts);
    let core = counts.unwrap_or_else(|| arpa::core(&pruned.levels));
    header.ngrams = core.counts();
    let needed = pruned.needed;
    drop((levels, histories, pruned));
    give_back();
    if needed > 0 {
        let needed = counted(needed, "n-gram");
        progress.note(&format!("{needed} kept only because longer ones begin or end with them"));
    }
    let provenance = &mut header.provenance;
    provenance.program = describe::PROGRAM.to_owned();
    provenance.command += &format!(", then prune --threshold {}", wanted.typed);
    buffered(&file, |out| model.write_with_ngrams(&core, header.clone(), LISTS, out, progress))?;
    whole.confirm(progress)?;
    drop(model); // not every system can replace a mapped file
    file.finish()?;
    let fitted = header.calibration.sentences > 0;
    Ok(Pruned { made: Made::new(output, header, fitted), before })
}
