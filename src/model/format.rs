//! The container of a model file: preamble, sections, directory.
//!
//! ```text
//! 0    magic     8 bytes   "impute\r\n"
//! 8    version   u32       1
//! 12   zero      u32
//! 16   offset    u64       of the directory, in bytes from the start
//! 24   length    u64       of the directory, in bytes
//! 32   checksum  u64       of the directory
//! 40   file      u64       length of the whole file in bytes
//! 48   checksum  u64       of bytes 0..48
//! 56   zero      u64
//! 64   sections, each at a multiple of 64, zeros between them
//!      directory: JSON, the header and the name, offset, length and checksum of every section
//! ```
//!
//! Numbers are little-endian; checksums are XXH3 with 64 bits. The directory stands at the end, so
//! that a file can be written in one pass and its header changed without moving a section; several
//! sections can be filled at the same time. Opening compares the checksums of preamble and directory
//! and all lengths, which takes less than a millisecond whatever the size; those of the sections are
//! compared by [`verify`] or by [`crate::model::check`]. The zeros between sections have no checksum,
//! because nothing reads them.
//!
//! Every access to a section is total: a damaged array gives empty lists or wrong numbers, never a panic. A
//! model is mapped, so it is replaced by renaming and never changed in place.
//!
//! | sections | what they are | described in |
//! |---|---|---|
//! | `vocabulary.…` | the words | [`crate::model::vocabulary`] |
//! | `ngrams.…` | the n-grams of every order | [`crate::model::core::data`] |
//! | `skip.…` | pairs of distant words, if there are any | [`crate::model::skip`] |
//! | `net.…` | the net, if there is one | [`crate::model::net`] |
//! | `classes.…` | word classes of early models, which nothing reads any more | |
//! | `words.…`, `lists.…` | what a word by itself counts for; the levels of the factors | [`crate::model::lists`] |
//! | `successors.…`, `predecessors.…` | the posting lists F and R | `model/lists/neighbours.rs` |
//! | `right.…` | the long posting lists A | `model/lists/a.rs` |
//! | `middle.…`, `left.…` | the posting lists B and C | [`crate::model::lists::grouped`], [`crate::model::lists::pairs`] |
//! | `KIND.summarised`, `.sums`, `.head_offsets`, `.heads` | sums and heads of the long lists of a kind | [`crate::model::lists::summaries`] |
//!
//! Tables for look-ups (`--fast`) are sections of the n-grams, which a program that does not know them passes over.
//! A file without lists (`--no-lists`) is a model like any other; filling gaps with it makes the lists in
//! memory. The compact form is such a file in one zstd frame ([`crate::model::pack`]).

use std::hash::Hasher;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use bytemuck::Pod;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::foreign::{self, RETRAIN};
use super::header::Header;
use crate::error::{Error, ErrorKind, Result};
use crate::progress::Progress;
use crate::text::kind;

#[cfg(target_endian = "big")]
compile_error!("model files are mapped as they are: only little-endian machines can read them");

/// The version of the format that is written and read.
pub const VERSION: u32 = 1;
/// Sections begin at multiples of this.
pub const ALIGNMENT: u64 = 64;

/// The first bytes of every model file.
pub const MAGIC: &[u8; 8] = kind::MODEL;
const PREAMBLE: usize = 64;
/// How many bytes are summed between two questions whether to go on: some milliseconds from memory.
const PIECE: usize = 1 << 26;

/// One array of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Name, as in the table above.
    pub name: String,
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// XXH3 of the bytes, in hexadecimal.
    pub checksum: String,
}

/// The end of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// What the model says of itself.
    pub header: Header,
    /// Where its arrays are.
    pub sections: Vec<Section>,
}

/// Writes a container section by section.
pub struct Writer<W> {
    out: W,
    /// The end of the last section.
    at: u64,
    sections: Vec<Section>,
    /// Sections that are being filled: index, how far, and the hash so far.
    open: Vec<(usize, u64, XxHash3_64)>,
}

/// A section that is filled piece by piece.
#[derive(Debug, Clone, Copy)]
pub struct Open(usize);

impl<W: Write + Seek> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&[0; PREAMBLE])?;
        Ok(Writer { out, at: PREAMBLE as u64, sections: Vec::new(), open: Vec::new() })
    }

    /// Adds an array.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn section<T: Pod>(&mut self, name: impl Into<String>, items: &[T]) -> io::Result<()> {
        let section = self.reserve::<T>(name, items.len() as u64);
        self.fill(section, items)
    }

    /// Makes room for an array of `items` items, to be filled piece by piece, several arrays at the same
    /// time.
    pub fn reserve<T: Pod>(&mut self, name: impl Into<String>, items: u64) -> Open {
        let (offset, length) = (self.at.next_multiple_of(ALIGNMENT), items * size_of::<T>() as u64);
        self.at = offset + length;
        let checksum = String::new();
        self.sections.push(Section { name: name.into(), offset, length, checksum });
        self.open.push((self.sections.len() - 1, 0, XxHash3_64::default()));
        Open(self.open.len() - 1)
    }

    /// Adds the next items of an array.
    ///
    /// # Errors
    /// What the writer reports, and more items than there is room for.
    pub fn fill<T: Pod>(&mut self, section: Open, items: &[T]) -> io::Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(items);
        let (index, filled, hash) = &mut self.open[section.0];
        let Section { offset, length, .. } = &self.sections[*index];
        if *filled + bytes.len() as u64 > *length {
            return Err(io::Error::other("more items than were announced"));
        }
        self.out.seek(SeekFrom::Start(offset + *filled))?;
        self.out.write_all(bytes)?;
        hash.write(bytes);
        *filled += bytes.len() as u64;
        Ok(())
    }

    /// Writes the directory and the preamble, and gives the writer back.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn finish(mut self, header: Header) -> io::Result<W> {
        for (index, filled, hash) in &self.open {
            if *filled != self.sections[*index].length {
                return Err(io::Error::other("fewer items than were announced"));
            }
            self.sections[*index].checksum = format!("{:016x}", hash.finish());
        }
        self.out.seek(SeekFrom::Start(self.at))?;
        let directory = Directory { header, sections: self.sections };
        write_directory(&mut self.out, self.at, &directory)?;
        Ok(self.out)
    }
}

fn write_directory<W: Write + Seek>(out: &mut W, at: u64, directory: &Directory) -> io::Result<()> {
    let json = serde_json::to_vec_pretty(directory)?;
    out.write_all(&json)?;
    let mut preamble = [0; PREAMBLE];
    preamble[..8].copy_from_slice(MAGIC);
    preamble[8..12].copy_from_slice(&VERSION.to_le_bytes());
    let end = at + json.len() as u64;
    let numbers = [at, json.len() as u64, XxHash3_64::oneshot(&json), end];
    preamble[16..48].copy_from_slice(bytemuck::cast_slice(&numbers));
    let checksum = XxHash3_64::oneshot(&preamble[..48]);
    preamble[48..56].copy_from_slice(&checksum.to_le_bytes());
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&preamble)?;
    out.seek(SeekFrom::Start(end))?;
    out.flush()
}

/// Replaces the header of a complete file; the sections stay where they are.
///
/// # Errors
/// The file is not a model, or cannot be written.
pub fn replace_header(mut file: &std::fs::File, name: &str, header: Header) -> Result<()> {
    let fail = |e| Error::io(name, "write", e);
    let mut preamble = [0; PREAMBLE];
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    file.read_exact(&mut preamble).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    let range = directory_range(&preamble, length, name)?;
    let mut json = vec![0; range.len()];
    file.seek(SeekFrom::Start(range.start as u64)).map_err(fail)?;
    file.read_exact(&mut json).map_err(fail)?;
    let mut directory = parse_directory(&json, name)?;
    directory.header = header;
    file.set_len(range.start as u64).map_err(fail)?;
    file.seek(SeekFrom::Start(range.start as u64)).map_err(fail)?;
    let mut out = io::BufWriter::new(file);
    write_directory(&mut out, range.start as u64, &directory).map_err(fail)
}

/// Writes a complete file again with another header.
///
/// # Errors
/// What the writer reports.
pub fn rewrite<W: Write + Seek>(
    bytes: &[u8],
    directory: &Directory,
    header: Header,
    mut out: W,
) -> io::Result<W> {
    let end = |section: &Section| section.offset + section.length;
    let at = directory.sections.iter().map(end).max().unwrap_or(PREAMBLE as u64);
    let sections = usize::try_from(at).ok().and_then(|at| bytes.get(..at));
    out.write_all(sections.ok_or(io::ErrorKind::InvalidInput)?)?;
    write_directory(&mut out, at, &Directory { header, sections: directory.sections.clone() })?;
    Ok(out)
}

/// Reads the directory of a file and checks every length in it against the file.
///
/// # Errors
/// Not a model, another version, truncated, or a directory that does not match its checksum.
pub fn read_directory(bytes: &[u8], name: &str) -> Result<Directory> {
    let Some(preamble) = bytes.first_chunk::<PREAMBLE>() else {
        return Err(match bytes.starts_with(MAGIC) {
            true => Error::file(name, "a truncated model", RETRAIN).of(ErrorKind::Damaged),
            false => foreign::error(bytes, name),
        });
    };
    if !preamble.starts_with(MAGIC) {
        return Err(foreign::error(bytes, name));
    }
    let range = directory_range(preamble, bytes.len() as u64, name)?;
    let json = &bytes[range];
    if XxHash3_64::oneshot(json).to_le_bytes() != preamble[32..40] {
        return Err(damaged(name, "the directory"));
    }
    let directory = parse_directory(json, name)?;
    let beyond = |section: &&Section| {
        let end = section.offset.checked_add(section.length);
        end.is_none_or(|end| end > bytes.len() as u64)
    };
    if let Some(section) = directory.sections.iter().find(beyond) {
        return Err(damaged(name, &section.name));
    }
    Ok(directory)
}

/// Checks the preamble and returns where the directory lies.
fn directory_range(preamble: &[u8; PREAMBLE], length: u64, name: &str) -> Result<Range<usize>> {
    if !preamble.starts_with(MAGIC) {
        return Err(foreign::error(preamble, name));
    }
    let number = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&preamble[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let version = number(8) as u32;
    if version != VERSION {
        return Err(Error::file(
            name,
            format!(
                "a model of format version {version}, and this program reads version {VERSION}"
            ),
            "train the model again, or use the version of impute that wrote it",
        )
        .of(ErrorKind::Version));
    }
    if XxHash3_64::oneshot(&preamble[..48]) != number(48) {
        return Err(damaged(name, "the preamble"));
    }
    if length < number(40) {
        return Err(Error::file(
            name,
            format!("a truncated model: {length} of {} bytes", number(40)),
            "copy it again in full, or train it again",
        )
        .of(ErrorKind::Damaged));
    }
    let (start, end) = (number(16), number(16).checked_add(number(24)));
    match end {
        Some(end) if end <= length => Ok(start as usize..end as usize),
        _ => Err(damaged(name, "the preamble")),
    }
}

/// How many bytes stand after the end of a complete file. No checksum covers them, and nothing reads them.
pub fn after_the_end(bytes: &[u8]) -> u64 {
    let end = bytes.first_chunk::<PREAMBLE>().and_then(|preamble| preamble[40..48].try_into().ok());
    end.map_or(0, |end| (bytes.len() as u64).saturating_sub(u64::from_le_bytes(end)))
}

fn parse_directory(json: &[u8], name: &str) -> Result<Directory> {
    serde_json::from_slice(json).map_err(|_| damaged(name, "the directory"))
}

/// The error for a damaged part of a file.
pub(crate) fn damaged(name: &str, part: &str) -> Error {
    Error::file(
        name,
        format!("a damaged model: {part} is not what was written"),
        "copy it again, or train it again",
    )
    .of(ErrorKind::Damaged)
}

/// The bytes of a section. The directory has been checked against `bytes`.
pub(crate) fn section<'a>(bytes: &'a [u8], directory: &Directory, name: &str) -> Option<&'a [u8]> {
    let section = directory.sections.iter().find(|section| section.name == name)?;
    let start = usize::try_from(section.offset).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(section.length).ok()?)?)
}

/// Compares the checksums of all sections.
///
/// # Errors
/// The first section that is not what was written, or `progress` says to stop.
pub fn verify(
    bytes: &[u8],
    directory: &Directory,
    name: &str,
    progress: &dyn Progress,
) -> Result<()> {
    let right = |s: &Section| {
        let Some(bytes) = section(bytes, directory, &s.name) else { return Ok(false) };
        let mut hasher = XxHash3_64::new();
        for piece in bytes.chunks(PIECE) {
            progress.go_on()?;
            hasher.write(piece);
        }
        Ok(format!("{:016x}", hasher.finish()) == s.checksum)
    };
    let wrong = directory.sections.par_iter().find_map_first(|s| match right(s) {
        Ok(true) => None,
        Ok(false) => Some(damaged(name, &s.name)),
        Err(stopped) => Some(stopped),
    });
    wrong.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::progress::tests::Stopped;

    #[test]
    fn checksums_are_compared_until_somebody_says_to_stop() {
        let bytes = vec![7u8; PIECE + 9];
        let checksum = format!("{:016x}", XxHash3_64::oneshot(&bytes));
        let section = Section { name: "a".into(), offset: 0, length: bytes.len() as u64, checksum };
        let mut directory = Directory { header: Header::default(), sections: vec![section] };
        assert!(verify(&bytes, &directory, "m", &Silent).is_ok());
        let stopped = verify(&bytes, &directory, "m", &Stopped).unwrap_err();
        assert_eq!(stopped.kind(), ErrorKind::Stopped);
        directory.sections[0].length -= 1;
        let damaged = verify(&bytes, &directory, "m", &Silent).unwrap_err();
        assert_eq!(damaged.path(), Some("m"));
    }
}
