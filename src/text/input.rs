//! Opens a path or `-`; plain, gzip or zstd, told apart by their first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result, display};

/// Size of the buffers between the file, the decompressor and the reader, in bytes.
const BUFFER: usize = 1 << 17;
/// How many bytes identify the kind of a file.
pub const MAGIC: usize = 8;

/// A readable source of bytes with a name for messages.
pub struct Input {
    /// The decompressed bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// The path as given, or `standard input`.
    pub name: String,
    /// Size in bytes of the file on disk (compressed if it is), if it has one.
    pub size: Option<u64>,
    /// How many bytes of the file on disk have been read so far, and how many of them [`Self::advanced`] told.
    position: Arc<AtomicU64>,
    told: u64,
}

/// Opens `path`, or standard input for `-`.
///
/// # Errors
/// A missing or unreadable file, or a folder.
pub fn open(path: &Path) -> Result<Input> {
    if path == Path::new("-") {
        return decompress(Box::new(io::stdin()), "standard input".into(), None);
    }
    let name = display(path);
    let file = File::open(path).map_err(|e| Error::io(&name, "open", e))?;
    let meta = file.metadata().map_err(|e| Error::io(&name, "open", e))?;
    if meta.is_dir() {
        return Err(Error::io(&name, "open", io::ErrorKind::IsADirectory.into()));
    }
    let size = meta.is_file().then_some(meta.len());
    decompress(Box::new(file), name, size)
}

/// The last part of a path: enough to recognise a file, without revealing where it is.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Input {
    /// How many bytes of the file on disk were read since the last call: what a
    /// [`Progress`](crate::progress::Progress) is told.
    pub fn advanced(&mut self) -> u64 {
        let position = self.position.load(Ordering::Relaxed);
        position - std::mem::replace(&mut self.told, position)
    }

    /// Whether the decompressed bytes begin with these. Call it before anything is read.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn begins_with(&mut self, bytes: &[u8; MAGIC]) -> Result<bool> {
        match self.reader.fill_buf() {
            Ok(buffer) => Ok(buffer.starts_with(bytes)),
            Err(e) => Err(Error::io(&self.name, "read", e)),
        }
    }
}

/// Wraps raw bytes in the right decompressor, which their first few identify.
///
/// # Errors
/// The source cannot be read.
pub fn decompress(source: Box<dyn Read + Send>, name: String, size: Option<u64>) -> Result<Input> {
    let position = Arc::new(AtomicU64::new(0));
    let counted = Counted { source, position: Arc::clone(&position) };
    let mut raw = BufReader::with_capacity(BUFFER, counted);
    let mut magic = Vec::with_capacity(MAGIC);
    while magic.len() < MAGIC {
        // A pipe may deliver its first bytes one at a time.
        let n = (&mut raw)
            .take((MAGIC - magic.len()) as u64)
            .read_to_end(&mut magic)
            .map_err(|e| Error::io(&name, "read", e))?;
        if n == 0 {
            break;
        }
    }
    let compression = magic.clone();
    let whole = io::Cursor::new(magic).chain(raw);
    let reader: Box<dyn BufRead + Send> = if compression.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(whole)))
    } else if compression.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let decoder = zstd::stream::read::Decoder::with_buffer(whole)
            .map_err(|e| Error::io(&name, "read", e))?;
        Box::new(BufReader::with_capacity(BUFFER, decoder))
    } else {
        Box::new(whole)
    };
    Ok(Input { reader, name, size, position, told: 0 })
}

/// Counts the bytes read, so that progress can be shown against the size on disk.
struct Counted {
    source: Box<dyn Read + Send>,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.position.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        let mut input = decompress(Box::new(io::Cursor::new(bytes)), "x".into(), None).unwrap();
        input.reader.read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn tells_plain_gzip_and_zstd_apart_by_content() {
        let text = b"one two three\n".repeat(1000);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&text).unwrap();
        assert_eq!(read(text.clone()), text);
        assert_eq!(read(gz.finish().unwrap()), text);
        assert_eq!(read(zstd::encode_all(&text[..], 1).unwrap()), text);
    }

    #[test]
    fn reads_texts_shorter_than_the_magic_bytes() {
        for text in [&b""[..], b"a", b"ab", b"abc"] {
            assert_eq!(read(text.to_vec()), text);
        }
    }

    #[test]
    fn a_cut_gzip_file_is_an_error_not_a_short_text() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&b"one two three\n".repeat(100)).unwrap();
        let mut cut = gz.finish().unwrap();
        cut.truncate(cut.len() - 9);
        let mut input = decompress(Box::new(io::Cursor::new(cut)), "x".into(), None).unwrap();
        assert!(input.reader.read_to_end(&mut Vec::new()).is_err());
    }
}
