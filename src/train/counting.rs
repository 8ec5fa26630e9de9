//! Counting alone: from texts to a file of counts ([`super::parts`]).

use super::corpus::Summary;
use super::ids::Ids;
use super::means::Means;
use super::memory::{self, Plan};
use super::parts::Head;
use super::read::{self, Sources};
use super::spill::Spill;
use super::{Config, Resources, parts};
use crate::error::Result;
use crate::progress::{Progress, Unit};

/// Counts texts and writes the counts piece by piece, for the [`Sources::counts`] of later training.
/// Only the order, `held_out` and `lossy` of `config` matter.
///
/// # Errors
/// As [`super::train`], and what `write` reports.
pub fn count(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
    write: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
) -> Result<Summary> {
    config.check()?;
    memory::within(resources.memory, || {
        let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
        let spill = Spill::new(&resources.folder);
        let means = Means { plan: &plan, spill: &spill, progress };
        let corpus = read::read(sources, config, Ids::ByBytes, means)?;
        memory::give_back();
        let run = super::count::count(&corpus, config.order, means)?;
        progress.stage("write", Unit::Pieces, Some(run.blocks.len() as u64));
        let head = Head::new(config.order, corpus.summary, config.held_out);
        parts::write(&corpus.words, &corpus.held_out, &run, &head, means, write)?;
        Ok(corpus.summary)
    })
}
