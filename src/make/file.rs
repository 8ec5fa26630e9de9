//! The file of a model under its temporary name.

use std::path::Path;

use crate::error::{Error, Result, display};
use crate::text::output::NewFile;

/// Creates it. Models are mapped as they are, hence never compressed: a name that promises that is refused.
pub(super) fn create(output: &Path) -> Result<NewFile> {
    let extension = output.extension().unwrap_or_default();
    if ["gz", "zst"].iter().any(|compressed| extension.eq_ignore_ascii_case(compressed)) {
        let what = "a model is mapped as it is and never compressed";
        return Err(Error::file(&display(output), what, "leave this ending out of its name"));
    }
    NewFile::create(output)
}
