//! Counts a part of a text, which a later training joins with others.

use std::path::{Path, PathBuf};

use super::means;
use crate::error::Result;
use crate::progress::Progress;
use crate::text::output::Output;
use crate::train::corpus::Summary;
use crate::train::{self, Config, Resources, Sources};

/// What is to be counted.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Count {
    /// Texts, one sentence a line, spaces between tokens.
    pub texts: Vec<PathBuf>,
    /// The order, what is held out, and what is done with lines that are not UTF-8; nothing else of it
    /// matters.
    pub config: Config,
    /// With what means.
    pub resources: Resources,
}

impl Count {
    /// These texts, and all else by default.
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
    let sources = Sources { texts, counts: &[] };
    means::check(resources, &sources, config.order, means::Work::Counting)?;
    let mut out = Output::create(output)?;
    let mut write = |bytes: &[u8]| out.write(bytes);
    let summary = train::count(sources, config, resources, progress, &mut write)?;
    out.finish()?;
    Ok(summary)
}
