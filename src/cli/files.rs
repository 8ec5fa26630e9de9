//! The files that a user names, and standard output.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use impute::progress::Progress;
use impute::text::input::names;
use impute::text::output::{Output, same_file};
use serde::Serialize;

use super::progress::Ui;

/// Refuses to write over a file that is being read.
pub fn refuse_replacing(output: Option<&Path>, input: Option<&Path>) -> anyhow::Result<()> {
    match (output.filter(|output| *output != Path::new("-")), input) {
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

/// Refuses to write counts, which are no text, to a terminal.
pub fn refuse_terminal(output: Option<&Path>) -> anyhow::Result<()> {
    refuse_counts(output, std::io::stdout().is_terminal())
}

fn refuse_counts(output: Option<&Path>, is_terminal: bool) -> anyhow::Result<()> {
    if is_terminal && output.is_none_or(|output| output == Path::new("-")) {
        anyhow::bail!(
            "standard output: counts are not for a terminal; name a file with -o, or redirect them"
        );
    }
    Ok(())
}

/// Says which files are named more than once.
pub fn warn_of_doubles<'a>(texts: impl Iterator<Item = &'a PathBuf>, ui: &Ui) {
    let (mut seen, mut doubles) = (HashMap::new(), Vec::new());
    for text in texts {
        let place = text.canonicalize().unwrap_or_else(|_| text.clone());
        let times = seen.entry(place).or_insert(0);
        *times += 1;
        if *times == 2 {
            doubles.push(text);
        }
    }
    if !doubles.is_empty() {
        let names = names(&doubles);
        ui.note(&format!("{names}: named more than once, so that every sentence counts as often"));
    }
}

/// Writes a text to standard output, whole or not at all.
pub fn print(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let mut out = Output::create(None)?;
    out.write(text.as_ref())?;
    Ok(out.finish()?)
}

/// JSON to be read by people too.
pub fn pretty(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_not_written_to_a_terminal() {
        for output in [None, Some(Path::new("-"))] {
            assert!(refuse_counts(output, true).is_err());
            assert!(refuse_counts(output, false).is_ok());
        }
        assert!(refuse_counts(Some(Path::new("part.counts")), true).is_ok());
    }
}
