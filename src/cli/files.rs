//! The files that a user names.

use std::path::{Path, PathBuf};

use impute::text::output::same_file;

/// Refuses to write over a file that is being read.
pub fn refuse_replacing(output: Option<&Path>, input: Option<&Path>) -> anyhow::Result<()> {
    match (output, input) {
        (Some(output), Some(input)) if same_file(output, input) => {
            anyhow::bail!(
                "{}: the output would replace this input; name another file",
                input.display()
            )
        }
        _ => Ok(()),
    }
}

/// Refuses to read standard input as two files.
pub fn refuse_reading_twice<'a>(inputs: impl Iterator<Item = &'a PathBuf>) -> anyhow::Result<()> {
    match inputs.filter(|input| *input == Path::new("-")).nth(1) {
        Some(_) => anyhow::bail!("-: standard input can be read only once; name a file instead"),
        None => Ok(()),
    }
}

/// The last part of a path: enough to recognise a file, without saying where it is.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
