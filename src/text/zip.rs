//! The one file of a zip archive, unpacked as a stream, so that an archive may come from a pipe.
//!
//! ```text
//! entries, each:
//!   "PK" 3 4  then u16 version, flags, method, time, date; u32 checksum, packed size, size;
//!             u16 length of the name, length of the extra fields; the name; the extra fields
//!   data      as they are (method 0) or deflated (method 8)
//!   "PK" 7 8  only with flag 8, and even then this mark may be missing: u32 checksum, packed size, size,
//!             where the sizes are u64 if there is an extra field 1
//! "PK" 1 2    the directory, to the end of the archive
//! ```
//!
//! Folders are passed over, and what a Mac adds under `__MACOSX/`. A second file is an error: which of them
//! is the text cannot be known. (The zip crate reads streams too, but none whose sizes follow the data, and
//! what it opens cannot outlive the archive it borrows from.)

use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::printable::printable;

const ENTRY: &[u8; 4] = b"PK\x03\x04";
const AFTER_DATA: &[u8; 4] = b"PK\x07\x08";
const DIRECTORY: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
/// How long the directory may be that is searched for names before anything is unpacked, in bytes.
const MOST: u64 = 1 << 20;

/// Reads the file of an archive.
pub(super) struct OneFile<R> {
    place: Place<R>,
    entry: Entry,
    /// What of the entry has been unpacked.
    crc: Crc,
    /// The name of the file, once it was found.
    found: Option<String>,
}

enum Place<R> {
    Between(R),
    Stored(Take<R>),
    Deflated(DeflateDecoder<R>),
    /// At the end, or after an error.
    Nowhere,
}

/// What is known of an entry before its data.
#[derive(Default)]
struct Entry {
    passed_over: bool,
    /// Whether checksum and sizes follow the data.
    after: bool,
    /// Whether those sizes have 64 bits.
    long: bool,
    crc: u32,
    size: u64,
}

impl<R: BufRead> OneFile<R> {
    pub fn new(archive: R) -> Self {
        let place = Place::Between(archive);
        OneFile { place, entry: Entry::default(), crc: Crc::new(), found: None }
    }

    /// Goes to the next entry, or to the end.
    fn next(&mut self, mut from: R) -> io::Result<()> {
        match &exactly(&mut from)? {
            ENTRY => {}
            DIRECTORY | END => {
                io::copy(&mut from, &mut io::sink())?; // whoever writes it may do so to the end
                return Ok(());
            }
            _ => return Err(damaged("no entry where one belongs")),
        }
        let head: [u8; 26] = exactly(&mut from)?;
        let (flags, method) = (u16_at(&head, 2), u16_at(&head, 4));
        let mut name = vec![0; u16_at(&head, 22).into()];
        from.read_exact(&mut name)?;
        let mut extra = vec![0; u16_at(&head, 24).into()];
        from.read_exact(&mut extra)?;
        let long = long_sizes(&extra);
        let (mut packed, mut size) = (u32_at(&head, 14).into(), u32_at(&head, 18).into());
        if let Some(long) = long.filter(|_| size == u64::from(u32::MAX)) {
            (packed, size) = (u64_at(long, 8), u64_at(long, 0));
        }
        let after = flags & 8 != 0;
        let (passed_over, folder) = (is_passed_over(&name), name.ends_with(b"/"));
        let name = printable(&String::from_utf8_lossy(&name));
        if !passed_over && let Some(first) = self.found.replace(name.clone()) {
            return Err(several(&[first, name], ""));
        }
        if flags & 1 != 0 {
            return Err(unsupported(format!("{name} in it is encrypted")));
        }
        self.entry =
            Entry { passed_over, after, long: long.is_some(), crc: u32_at(&head, 10), size };
        self.crc.reset();
        self.place = match method {
            0 if !after || folder => Place::Stored(from.take(packed)),
            0 => {
                let what = "in it is stored without its size before it";
                return Err(unsupported(format!("{name} {what}")));
            }
            8 => Place::Deflated(DeflateDecoder::new(from)),
            _ => return Err(unsupported(format!("{name} in it is compressed by method {method}"))),
        };
        Ok(())
    }

    /// Compares checksum and size of the entry that has been unpacked.
    fn end(&mut self, mut from: R) -> io::Result<R> {
        let Entry { after, long, mut crc, mut size, .. } = self.entry;
        if after {
            let mut first: [u8; 4] = exactly(&mut from)?;
            if &first == AFTER_DATA {
                first = exactly(&mut from)?;
            }
            crc = u32::from_le_bytes(first);
            size = match long {
                true => u64_at(&exactly::<16>(&mut from)?, 8),
                false => u32_at(&exactly::<8>(&mut from)?, 4).into(),
            };
        }
        // The checksum counts bytes modulo 2³².
        match self.crc.sum() == crc && self.crc.amount() == size as u32 {
            true => Ok(from),
            false => Err(damaged("the checksum differs")),
        }
    }
}

impl<R: BufRead> Read for OneFile<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            let n = match &mut self.place {
                Place::Between(_) => 0,
                Place::Stored(data) => data.read(buffer)?,
                Place::Deflated(data) => data.read(buffer)?,
                Place::Nowhere => break,
            };
            self.crc.update(&buffer[..n]);
            if n > 0 && !self.entry.passed_over {
                return Ok(n);
            }
            if n == 0 {
                let next = match std::mem::replace(&mut self.place, Place::Nowhere) {
                    Place::Between(from) => from,
                    Place::Stored(data) => self.end(data.into_inner())?,
                    Place::Deflated(data) => self.end(data.into_inner())?,
                    Place::Nowhere => break,
                };
                self.next(next)?;
            }
        }
        Ok(0)
    }
}

/// Refuses an archive of several files by its directory, before any of it is unpacked; leaves the file at its
/// beginning. What is not found here is found while unpacking.
///
/// # Errors
/// There are several files, or the archive cannot be read.
pub(super) fn check(archive: &mut (impl Read + Seek)) -> io::Result<()> {
    const LENGTH: usize = 22; // of the end; a comment of at most 64 KiB may follow
    let length = archive.seek(SeekFrom::End(0))?;
    archive.seek(SeekFrom::Start(length.saturating_sub(LENGTH as u64 + (1 << 16))))?;
    let mut tail = Vec::new();
    archive.take(LENGTH as u64 + (1 << 16)).read_to_end(&mut tail)?;
    let end = memchr::memmem::rfind(&tail, END).map(|at| &tail[at..]);
    let mut directory = Vec::new();
    if let Some(end) = end.filter(|end| end.len() >= LENGTH) {
        archive.seek(SeekFrom::Start(u32_at(end, 16).into()))?;
        archive.take(MOST.min(u32_at(end, 12).into())).read_to_end(&mut directory)?;
    }
    archive.seek(SeekFrom::Start(0))?;
    let (mut rest, mut names) = (&directory[..], Vec::new());
    while rest.starts_with(DIRECTORY) && rest.len() >= 46 {
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(rest, at)));
        let Some(after) = rest.get(46 + name + extra + comment..) else { break };
        let name = &rest[46..46 + name];
        if !is_passed_over(name) {
            names.push(printable(&String::from_utf8_lossy(name)));
        }
        rest = after;
    }
    match names.len() {
        0 | 1 => Ok(()),
        2 => Err(several(&names, "")),
        _ => Err(several(&names[..2], ", ...")),
    }
}

/// The content of the extra field with long sizes: u64 size, packed size.
fn long_sizes(mut extra: &[u8]) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), u16_at(extra, 2).into());
        let content = extra[4..].get(..length)?;
        if id == 1 && length >= 16 {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
    None
}

fn is_passed_over(name: &[u8]) -> bool {
    name.ends_with(b"/") || name.starts_with(b"__MACOSX/")
}

fn several(names: &[String], more: &str) -> io::Error {
    unsupported(format!("a zip archive of several files ({}{more})", names.join(", ")))
}

fn unsupported(what: String) -> io::Error {
    io::Error::new(ErrorKind::Unsupported, what)
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("a damaged zip archive: {what}"))
}

fn exactly<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder};
    use proptest::prelude::*;
    use std::io::{Cursor, Write};

    /// How the sizes of an entry are written.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Form {
        Before,
        After,
        AfterLong,
        Stored,
        StoredAfter,
    }

    /// An archive of these files.
    fn archive(files: &[(&str, &[u8])], form: Form) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for &(name, content) in files {
            let mut packed = content.to_vec();
            let stored = matches!(form, Form::Stored | Form::StoredAfter);
            if !stored {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(content).unwrap();
                packed = encoder.finish().unwrap();
            }
            let mut crc = Crc::new();
            crc.update(content);
            let [crc, packed_size, size] =
                [crc.sum(), packed.len() as u32, content.len() as u32].map(u32::to_le_bytes);
            let after = matches!(form, Form::After | Form::AfterLong | Form::StoredAfter);
            let (known, method) = (if after { 0u8 } else { 1 }, if stored { 0 } else { 8u16 });
            let of = |bytes: [u8; 4]| bytes.map(|byte| byte * known);
            let extra: &[u8] = if form == Form::AfterLong { &[1, 0, 16, 0] } else { &[] };
            let extra = if extra.is_empty() { Vec::new() } else { [extra, &[0; 16]].concat() };
            let flags = if after { 8u16 } else { 0 };
            let lengths = [name.len() as u16, extra.len() as u16].map(u16::to_le_bytes).concat();
            let method = method.to_le_bytes();
            let head = [
                &[20, 0][..],
                &flags.to_le_bytes(),
                &method,
                &[0; 4],
                &of(crc),
                &of(packed_size),
                &of(size),
                &lengths,
            ]
            .concat();
            out.extend([&ENTRY[..], &head, name.as_bytes(), &extra, &packed].concat());
            match form {
                Form::After | Form::StoredAfter => {
                    out.extend([&AFTER_DATA[..], &crc, &packed_size, &size].concat())
                }
                Form::AfterLong => {
                    out.extend([&crc[..], &packed_size, &[0; 4], &size, &[0; 4]].concat());
                }
                _ => {}
            }
            let rest = [&DIRECTORY[..], &[20, 0], &head[..24], &[0; 16], name.as_bytes()].concat();
            directory.extend(rest);
        }
        let [length, at] = [directory.len() as u32, out.len() as u32].map(u32::to_le_bytes);
        out.extend([&directory[..], END, &[0; 8], &length, &at, &[0; 2]].concat());
        out
    }

    fn unpacked(archive: &[u8]) -> io::Result<Vec<u8>> {
        check(&mut Cursor::new(archive))?;
        let mut out = Vec::new();
        OneFile::new(archive).read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn the_file_comes_out_however_its_sizes_are_written() {
        let text = b"one two three\n".repeat(1000);
        for form in [Form::Before, Form::After, Form::AfterLong, Form::Stored] {
            let one = archive(&[("train.txt", &text)], form);
            assert!(unpacked(&one).unwrap() == text, "{form:?}");
            let among = [("news/", &b""[..]), ("news/train.txt", &text), ("__MACOSX/x", b"junk")];
            assert!(unpacked(&archive(&among, form)).unwrap() == text, "{form:?}");
        }
    }

    #[test]
    fn a_stored_file_is_refused_if_its_size_follows_it_and_a_folder_is_passed_over() {
        let told = unpacked(&archive(&[("t", b"one two\n")], Form::StoredAfter)).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::Unsupported);
        assert_eq!(told.to_string(), "t in it is stored without its size before it");
        let folder = archive(&[("news/", b"")], Form::StoredAfter);
        let folder = &folder[..memchr::memmem::find(&folder, DIRECTORY).unwrap()];
        let file = archive(&[("news/t", b"one two\n")], Form::After);
        let mut out = Vec::new();
        OneFile::new(&[folder, &file].concat()[..]).read_to_end(&mut out).unwrap();
        assert_eq!(out, b"one two\n");
    }

    #[test]
    fn several_files_are_refused_from_the_directory_and_from_a_stream() {
        let several = archive(&[("a", b"1"), ("b\x1b", b"2"), ("c", b"3")], Form::After);
        let told = check(&mut Cursor::new(&several)).unwrap_err().to_string();
        assert_eq!(told, "a zip archive of several files (a, b\\u{1b}, ...)");
        let told = OneFile::new(&several[..]).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn every_byte_that_counts_is_checked() {
        let text = b"one two three four\n".repeat(20);
        for form in [Form::Before, Form::After, Form::Stored] {
            let whole = archive(&[("t", &text)], form);
            let end = memchr::memmem::find(&whole, DIRECTORY).unwrap();
            for at in 31..end {
                let mut damaged = whole.clone();
                damaged[at] ^= 1;
                // The packed size after the data is told twice and not needed.
                let same = unpacked(&damaged).is_ok_and(|out| out == text);
                assert!(
                    same == (form == Form::After && (end - 8..end - 4).contains(&at))
                        || unpacked(&damaged).is_err(),
                    "{form:?} {at}"
                );
                assert!(OneFile::new(&whole[..at]).read_to_end(&mut Vec::new()).is_err());
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpacked(&[&ENTRY[..], &tail].concat());
            let mut whole = archive(&[("t", b"one two\n")], Form::After);
            for (at, byte) in tail.iter().enumerate() {
                let at = (at * 7 + usize::from(*byte)) % whole.len();
                whole[at] = *byte;
            }
            let _ = unpacked(&whole);
        }
    }
}
