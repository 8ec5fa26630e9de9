//! Merges counts of parts of a text into counts of the whole.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::progress::Progress;
use crate::text::output::Output;
use crate::train::corpus::Summary;
use crate::train::{self, Resources};

/// Merges files that [`count()`](super::count()) or this function wrote, and writes the counts of all of them to a file,
/// or to standard output for `None` and `-`: byte for byte what counting the whole text writes, in whatever order the
/// files are named, and whatever was merged before.
///
/// # Errors
/// A file that cannot be read, is damaged or of an older version, or does not go with the first one; or an output that
/// cannot be written.
///
/// # Complexity
/// O(n log k) time in the n-grams n of k files, which stream by; 22 MB of memory, about 1.2 MB a file, and up to 5
/// bytes for each word of each file.
pub fn merge(
    inputs: &[PathBuf],
    output: Option<&Path>,
    progress: &dyn Progress,
) -> Result<Summary> {
    let mut out = Output::create(output)?;
    let mut write = |bytes: &[u8]| out.write(bytes);
    let summary = train::merge(inputs, &Resources::default(), progress, &mut write)?;
    out.finish()?;
    Ok(summary)
}
