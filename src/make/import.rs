//! Makes a model from n-grams that another tool estimated.

use std::path::{Path, PathBuf};

use super::finish::Made;
use super::form::{self, Content, Form};
use super::{describe, file};
use crate::error::Result;
use crate::model::arpa::{self, Arpa};
use crate::model::build::Extras;
use crate::model::header::Header;
use crate::progress::Progress;
use crate::text::input::{self, file_name};

/// What to import.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Import {
    /// The ARPA file, of order 2 to 5; `-` for standard input.
    pub arpa: PathBuf,
    /// The form of the model file.
    pub form: Form,
    /// As [`Train::tables`](super::Train::tables).
    pub tables: bool,
    /// Licence of the text, kept in the model.
    pub license: String,
    /// The date, as `YYYY-MM-DD`, kept in the model.
    pub date: String,
}

impl Import {
    /// This file, with defaults for the rest.
    pub fn new(arpa: PathBuf) -> Self {
        Import { arpa, ..Import::default() }
    }
}

/// Makes a model with the default calibration from an ARPA file and writes it to `output`, whole or not at all.
///
/// # Errors
/// A file that cannot be read or is not ARPA text, or an output that cannot be written.
pub fn import(wanted: &Import, output: &Path, progress: &dyn Progress) -> Result<Made> {
    wanted.form.check(wanted.tables)?;
    let file = file::create(output)?;
    let arpa = arpa::read(input::open(&wanted.arpa)?, progress)?;
    let (header, core) = (described(&arpa, wanted), arpa.core());
    let extras = Extras { tables: wanted.tables, ..Extras::default() };
    let content = Content { words: &arpa.words, core: &core, extras, header: &header };
    form::write(&content, wanted.form, u64::MAX, &file, progress)?;
    file.finish()?;
    Ok(Made::new(output, header, false))
}

/// What is known about the model: nothing about its text or its discounts.
fn described(arpa: &Arpa, wanted: &Import) -> Header {
    let mut header = Header { order: arpa.order(), ngrams: arpa.counts(), ..Header::default() };
    let provenance = &mut header.provenance;
    provenance.program = describe::PROGRAM.to_owned();
    provenance.command = format!("impute train --arpa {}", file_name(&wanted.arpa));
    provenance.text_hash = format!("{:016x}", arpa.lines_hash);
    provenance.license = wanted.license.clone();
    provenance.date = wanted.date.clone();
    header
}
