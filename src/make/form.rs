//! The forms of a model file, and how each is written.

use std::fs::File;
use std::io::{self, BufWriter, Cursor, Write};

use crate::error::{Error, Remedy, Result, Setting};
use crate::model::build::{self, Extras, Lists};
use crate::model::core::data::CoreData;
use crate::model::header::Header;
use crate::model::pack;
use crate::model::words::WordList;
use crate::progress::Progress;
use crate::text::output::NewFile;

/// The form of a model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Form {
    /// With posting lists: ready to fill gaps as soon as it is mapped.
    #[default]
    Lists,
    /// Without them: a third of the size, but filling gaps makes them anew each time.
    Plain,
    /// The same, compressed for shipping and unpacked in memory when opened.
    Compact,
}

impl Form {
    /// Checks whether a model of this form can have tables.
    ///
    /// # Errors
    /// It is compact.
    pub(super) fn check(self, tables: bool) -> Result<()> {
        if tables && self == Form::Compact {
            let remedy = Remedy::by("do without one of the two", &[Setting::Tables]);
            return Err(Error::value("a compact model has no tables for look-ups", remedy));
        }
        Ok(())
    }
}

/// What goes into the file.
pub(super) struct Content<'a> {
    pub words: &'a WordList,
    pub core: &'a CoreData,
    pub extras: Extras<'a>,
    pub header: &'a Header,
}

/// Writes a model; if it gets lists, they are made within `memory`.
pub(super) fn write(
    content: &Content<'_>,
    form: Form,
    memory: u64,
    file: &NewFile,
    progress: &dyn Progress,
) -> Result<()> {
    let Content { words, core, extras, header } = *content;
    let header = header.clone();
    let lists = if form == Form::Lists { Lists::With { memory } } else { Lists::Without };
    buffered(file, |out| match form {
        Form::Lists | Form::Plain => {
            build::write(words, core, extras, header, lists, out, progress).map(drop)
        }
        Form::Compact => {
            let plain = Cursor::new(Vec::new());
            let plain = build::write(words, core, extras, header, lists, plain, progress)?;
            pack::pack(plain.get_ref(), out)
        }
    })
}

/// Writes a file through a buffer; errors get the name of the file.
pub(super) fn buffered(
    file: &NewFile,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file.file());
    let written = write(&mut out).and_then(|()| out.flush());
    written.map_err(|error| Error::io(file.name(), "write", error))
}
