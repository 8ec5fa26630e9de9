//! The blocks of a file of counts: kind, lengths, checksum and content, as in [`super`].

use std::io::Read;

use twox_hash::XxHash3_64;

use crate::error::{Error, ErrorKind, Result};
use crate::text::input::Input;

/// No block holds more than this, in bytes.
const MOST: usize = 64 << 20;
const LEVEL: i32 = 3;

/// Writes a block, compressed.
///
/// # Errors
/// What `write` reports.
pub fn block(kind: u8, content: &[u8], write: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let frame =
        zstd::bulk::compress(content, LEVEL).map_err(|e| Error::io("counts", "compress", e))?;
    match frame.len() < content.len() {
        true => framed(kind, content.len(), &frame, write),
        false => stored(kind, content, write),
    }
}

/// Writes a block as it is.
///
/// # Errors
/// What `write` reports.
pub fn stored(kind: u8, content: &[u8], write: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    framed(kind, content.len(), content, write)
}

fn framed(
    kind: u8,
    length: usize,
    frame: &[u8],
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut head = [0; 12];
    head[0] = kind;
    head[4..8].copy_from_slice(&(length as u32).to_le_bytes());
    head[8..12].copy_from_slice(&(frame.len() as u32).to_le_bytes());
    write(&head)?;
    write(&checksum(&head, frame).to_le_bytes())?;
    write(frame)
}

fn checksum(head: &[u8; 12], frame: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(head), frame)
}

/// A file that is being read block by block.
pub struct File {
    /// The file.
    pub input: Input,
    /// How many blocks have been read.
    part: u64,
    /// Whether blocks are compressed even if that makes them no shorter.
    pub always_packed: bool,
}

impl File {
    /// At the start of a file.
    pub fn new(input: Input) -> Self {
        File { input, part: 0, always_packed: false }
    }

    /// Reads as much as there is, up to the whole buffer.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut read = 0;
        while read < buffer.len() {
            match self.input.reader.read(&mut buffer[read..]) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Error::io(&self.input.name, "read", e)),
            }
        }
        Ok(read)
    }

    /// Reads exactly `N` bytes.
    ///
    /// # Errors
    /// There are fewer.
    pub fn exactly<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        if self.fill(&mut bytes)? < N { Err(self.truncated()) } else { Ok(bytes) }
    }

    /// The kind and the content of the next block.
    ///
    /// # Errors
    /// Truncated or damaged.
    pub fn block(&mut self) -> Result<(u8, Vec<u8>)> {
        self.part += 1;
        let head: [u8; 12] = self.exactly()?;
        let stored = u64::from_le_bytes(self.exactly()?);
        let number = |at: usize| head[at..at + 4].iter().rev().fold(0, |n, &b| n << 8 | b as usize);
        let (length, packed) = (number(4), number(8));
        if length > MOST || packed > zstd::zstd_safe::compress_bound(MOST) {
            return Err(self.damaged());
        }
        let mut frame = Vec::new();
        let read = (&mut self.input.reader).take(packed as u64).read_to_end(&mut frame);
        let read = read.map_err(|e| Error::io(&self.input.name, "read", e))?;
        if read < packed {
            return Err(self.truncated());
        }
        if checksum(&head, &frame) != stored {
            return Err(self.damaged());
        }
        if packed == length && !self.always_packed {
            return Ok((head[0], frame));
        }
        let content = zstd::bulk::decompress(&frame, length).map_err(|_| self.damaged())?;
        if content.len() == length { Ok((head[0], content)) } else { Err(self.damaged()) }
    }

    fn truncated(&self) -> Error {
        Error::file(
            &self.input.name,
            format!("truncated counts: the file ends within block {}", self.part),
            "copy it again in full, or count the text again",
        )
        .of(ErrorKind::Damaged)
    }

    /// The error for a block that cannot be right.
    pub fn damaged(&self) -> Error {
        Error::file(
            &self.input.name,
            format!("damaged counts: block {} is not what was written", self.part),
            "copy it again, or count the text again",
        )
        .of(ErrorKind::Damaged)
    }
}
