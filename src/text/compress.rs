//! Output compressed by its name: gzip for `.gz`, zstd for `.zst`.
//!
//! The same bytes give the same file: no names or times are stored.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::GzEncoder;

use super::output::Output;
use crate::error::{Error, Result};

/// The level of zstd: as fast as gzip and smaller.
const ZSTD_LEVEL: i32 = 9;

/// A writer into an [`Output`], which it makes whole in [`Compressed::finish`].
pub struct Compressed {
    target: Target,
    name: String,
}

enum Target {
    Plain(Raw),
    Gzip(GzEncoder<Raw>),
    Zstd(zstd::Encoder<'static, Raw>),
}

impl Compressed {
    /// Opens `path` as [`Output::create`] does.
    ///
    /// # Errors
    /// As [`Output::create`].
    pub fn create(path: Option<&Path>) -> Result<Self> {
        let output = Output::create(path)?;
        let name = output.name().to_owned();
        let extension = path.and_then(Path::extension).and_then(|e| e.to_str()).unwrap_or_default();
        let target = match extension.to_ascii_lowercase().as_str() {
            "gz" => Target::Gzip(GzEncoder::new(Raw(output), flate2::Compression::default())),
            "zst" => Target::Zstd(
                zstd::Encoder::new(Raw(output), ZSTD_LEVEL)
                    .map_err(|e| Error::io(&name, "write", e))?,
            ),
            _ => Target::Plain(Raw(output)),
        };
        Ok(Compressed { target, name })
    }

    /// The path as given, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Ends the compressed text and makes the output whole.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the file cannot be renamed.
    pub fn finish(self) -> Result<()> {
        let raw = match self.target {
            Target::Plain(raw) => Ok(raw),
            Target::Gzip(encoder) => encoder.finish(),
            Target::Zstd(encoder) => encoder.finish(),
        };
        raw.map_err(|e| Error::io(&self.name, "write", e))?.0.finish()
    }
}

impl Write for Compressed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Plain(out) => out.write(bytes),
            Target::Gzip(out) => out.write(bytes),
            Target::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // `finish` does
    }
}

/// An output as the standard library's writer.
struct Raw(Output);

impl Write for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_name_decides_how_and_the_text_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"one two three\n".repeat(1000);
        for (name, magic) in
            [("a.gz", &b"\x1f\x8b"[..]), ("a.ZST", b"\x28\xb5\x2f\xfd"), ("a", b"one")]
        {
            let path = folder.path().join(name);
            let mut out = Compressed::create(Some(&path)).unwrap();
            out.write_all(&text).unwrap();
            out.finish().unwrap();
            assert!(std::fs::read(&path).unwrap().starts_with(magic));
            let mut back = Vec::new();
            crate::text::input::open(&path).unwrap().reader.read_to_end(&mut back).unwrap();
            assert!(back == text);
        }
    }
}
