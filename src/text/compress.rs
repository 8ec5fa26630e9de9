//! A file compressed by its name: gzip for `.gz`, zstd for `.zst`.
//!
//! The same bytes give the same file: no names or times are stored.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::write::GzEncoder;

/// The level of zstd: as fast as gzip and smaller.
const ZSTD_LEVEL: i32 = 9;
/// How many bytes are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// A buffered writer that compresses, or does not.
pub(super) enum Coder<W: Write> {
    Plain(BufWriter<W>),
    Gzip(GzEncoder<BufWriter<W>>),
    Zstd(zstd::Encoder<'static, BufWriter<W>>),
}

impl<W: Write> Coder<W> {
    /// Compresses as the extension of `path` says.
    pub fn by_name(path: &Path, file: W) -> io::Result<Self> {
        let file = BufWriter::with_capacity(BUFFER, file);
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        Ok(match extension.to_ascii_lowercase().as_str() {
            "gz" => Coder::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            "zst" => Coder::Zstd(zstd::Encoder::new(file, ZSTD_LEVEL)?),
            _ => Coder::Plain(file),
        })
    }

    /// Ends the compressed text, after which nothing can be written, and hands everything on.
    pub fn complete(&mut self) -> io::Result<()> {
        match self {
            Coder::Plain(out) => out.flush(),
            Coder::Gzip(out) => {
                out.try_finish()?;
                out.get_mut().flush()
            }
            Coder::Zstd(out) => {
                out.do_finish()?;
                out.get_mut().flush()
            }
        }
    }

    pub fn get_ref(&self) -> &W {
        match self {
            Coder::Plain(out) => out.get_ref(),
            Coder::Gzip(out) => out.get_ref().get_ref(),
            Coder::Zstd(out) => out.get_ref().get_ref(),
        }
    }

    /// The file, of a text that is complete.
    pub fn into_inner(self) -> io::Result<W> {
        let out = match self {
            Coder::Plain(out) => out,
            Coder::Gzip(out) => out.finish()?,
            Coder::Zstd(out) => out.finish()?,
        };
        out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl<W: Write> Write for Coder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Coder::Plain(out) => out.write(bytes),
            Coder::Gzip(out) => out.write(bytes),
            Coder::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Coder::Plain(out) => out.flush(),
            Coder::Gzip(out) => out.flush(),
            Coder::Zstd(out) => out.flush(),
        }
    }
}
