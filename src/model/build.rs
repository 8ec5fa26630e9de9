//! Writes a model file: the words, the n-grams, and, unless the model is to be small, the posting lists.

use std::io::{self, Seek, Write};

use super::core::Core;
use super::core::data::CoreData;
use super::core::tabulate::TableData;
use super::format::{self, Directory, Writer};
use super::header::Header;
use super::net::NetData;
use super::words::WordList;
use super::{lists, vocabulary};
use crate::progress::Progress;
use crate::text::tokens::chars;

/// Whether a model has the posting lists, without which it cannot fill gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lists {
    /// It has; making them takes about this many bytes of memory, plus 28 a bigram and 3 a trigram.
    With {
        /// In bytes.
        memory: u64,
    },
    /// It has none; they are made in memory when it is opened.
    Without,
}

/// What a model may have besides its n-grams.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Extras<'a> {
    /// A net.
    pub net: Option<&'a NetData>,
    /// Tables of the n-grams for look-ups, 10 to 20 bytes an n-gram.
    pub tables: bool,
}

/// Writes a model file, whose header describes the given extras.
///
/// # Errors
/// What the writer reports.
pub fn write<W: Write + Seek>(
    words: &WordList,
    core: &CoreData,
    extras: Extras<'_>,
    mut header: Header,
    lists: Lists,
    out: W,
    progress: &dyn Progress,
) -> io::Result<W> {
    let mut file = Writer::new(out)?;
    let (bytes, offsets) = words.parts();
    file.section("vocabulary.bytes", bytes)?;
    file.section("vocabulary.offsets", offsets)?;
    file.section("vocabulary.table", &vocabulary::table(words))?;
    core.write(&mut file)?;
    if extras.tables {
        add_tables(&mut file, &core.view(), progress)?;
    }
    header.net = extras.net.map(|net| net.header.clone());
    if let Some(net) = extras.net {
        net.write(&mut file)?;
    }
    if let Lists::With { memory } = lists {
        let lengths = words.iter().map(|word| chars(word).min(255) as u8);
        add_lists(&mut file, &core.view(), lengths, memory, progress)?;
    }
    file.finish(header)
}

/// Copies the sections of a file with these names.
pub(super) fn copy_sections<W: Write + Seek>(
    bytes: &[u8],
    directory: &Directory,
    file: &mut Writer<W>,
    is_wanted: impl Fn(&str) -> bool,
) -> io::Result<()> {
    for section in directory.sections.iter().filter(|s| is_wanted(&s.name)) {
        let bytes = format::section(bytes, directory, &section.name);
        file.section(&section.name, bytes.unwrap_or_default())?;
    }
    Ok(())
}

/// Adds tables to a file that has n-grams.
pub(super) fn add_tables<W: Write + Seek>(
    file: &mut Writer<W>,
    core: &Core<'_>,
    progress: &dyn Progress,
) -> io::Result<()> {
    for order in 2..=core.order {
        let table = TableData::new(core, order, progress)?;
        table.map_or(Ok(()), |table| table.write(file))?;
    }
    Ok(())
}

/// Adds the lists to a file that has everything else.
pub(super) fn add_lists<W: Write + Seek>(
    file: &mut Writer<W>,
    core: &Core<'_>,
    lengths: impl Iterator<Item = u8>,
    memory: u64,
    progress: &dyn Progress,
) -> io::Result<()> {
    lists::write::write(core, &lengths.collect::<Vec<u8>>(), memory, file, progress)
}
