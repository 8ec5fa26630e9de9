//! Counts a part of a text, for later training to combine with others.

use std::path::{Path, PathBuf};

use super::means;
use crate::error::Result;
use crate::progress::Progress;
use crate::text::output::Output;
use crate::train::corpus::Summary;
use crate::train::{self, Config, Resources, Sources};

/// What to count.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Count {
    /// Texts, one sentence per line, spaces between tokens.
    pub texts: Vec<PathBuf>,
    /// Only the order, what is held out, and what is done with lines that are not UTF-8 matter.
    pub config: Config,
    /// What to count with.
    pub resources: Resources,
}

impl Count {
    /// These texts, with defaults for the rest.
    pub fn new(texts: Vec<PathBuf>) -> Self {
        Count { texts, ..Count::default() }
    }
}

/// Counts texts and writes the counts to a file, or to standard output for `None` and `-`.
///
/// # Errors
/// A text that cannot be read, too little memory or disk, or an output that cannot be written.
pub fn count(wanted: &Count, output: Option<&Path>, progress: &dyn Progress) -> Result<Summary> {
    let Count { texts, config, resources } = wanted;
    let sources = Sources::new(texts, &[]);
    means::check(resources, &sources, means::Work::Counting(config.order))?;
    let mut out = Output::create(output)?;
    let mut write = |bytes: &[u8]| out.write(bytes);
    let summary = train::count(sources, config, resources, progress, &mut write)?;
    out.finish()?;
    Ok(summary)
}
