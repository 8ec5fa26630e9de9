//! Writes the smaller forms of a model: without posting lists, plain or compressed.

use std::io::{BufWriter, Cursor, Write};

use impute::model::build::{self, Extras, Lists};
use impute::model::core::data::CoreData;
use impute::model::header::Header;
use impute::model::pack;
use impute::model::words::WordList;
use impute::text::output::NewFile;

use super::progress::Ui;

/// Writes a model without posting lists, compressed if `compact`.
///
/// # Errors
/// The file cannot be written.
pub fn write(
    words: &WordList,
    core: &CoreData,
    extras: Extras<'_>,
    header: Header,
    compact: bool,
    file: &NewFile,
    ui: &Ui,
) -> impute::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file.file());
    let written = match compact {
        false => build::write(words, core, extras, header, Lists::Without, &mut out, ui).map(drop),
        true => {
            build::write(words, core, extras, header, Lists::Without, Cursor::new(Vec::new()), ui)
                .and_then(|bytes| pack::pack(bytes.get_ref(), &mut out))
        }
    };
    let flushed = written.and_then(|()| out.flush());
    flushed.map_err(|error| impute::Error::io(file.name(), "write", error))
}
