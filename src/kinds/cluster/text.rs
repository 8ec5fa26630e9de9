//! A text that is read twice.
//!
//! A file is opened twice. What can be opened once only, standard input or a pipe, is kept in a compressed temporary
//! file without a name while it is read for the first time, so that nothing is left of it however the program ends.

use std::fs::File;
use std::io::{Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zstd::stream::write::Encoder;

use crate::error::{Error, Result, display};
use crate::progress::{Progress, Unit};
use crate::text::input::{self, Input, decompress};
use crate::text::kaggle;
use crate::text::lines::Lines;

/// Speed before size: what is kept is read once and thrown away.
const LEVEL: i32 = 1;

/// Where the lines of the second reading come from.
enum Again {
    File(PathBuf),
    Memory(Arc<[u8]>),
    /// The file, and how messages call it.
    Kept(Encoder<'static, File>, String),
}

/// A text, one sentence a line.
pub struct Text {
    first: Lines,
    size: Option<u64>,
    again: Again,
    lines: u64,
}

/// The second reading.
pub struct Reopened {
    lines: Lines,
    size: Option<u64>,
    left: u64,
}

impl Text {
    /// Opens a text; `-` is standard input. A temporary file, if it takes one, goes to `folder`.
    ///
    /// # Errors
    /// As [`input::open`], or the temporary file cannot be made.
    pub fn open(path: &Path, folder: &Path, lossy: bool) -> Result<Self> {
        let first = input::open(path)?;
        let again = match first.size {
            Some(_) => Again::File(path.to_owned()),
            None => {
                let name = format!("a temporary file in {}", display(folder));
                let file = tempfile::tempfile_in(folder).and_then(|file| Encoder::new(file, LEVEL));
                Again::Kept(file.map_err(|e| Error::io(&name, "write", e))?, name)
            }
        };
        let size = first.size;
        Ok(Text { first: Lines::new(first, lossy), size, again, lines: 0 })
    }

    /// A text of lines that are at hand; messages call it `name`.
    ///
    /// # Errors
    /// There is no memory for them.
    pub fn of_lines<'a>(lines: impl IntoIterator<Item = &'a [u8]>, name: &str) -> Result<Self> {
        let text: Vec<u8> =
            lines.into_iter().flat_map(|line| [line, b"\n"]).flatten().copied().collect();
        let packed = zstd::encode_all(&text[..], LEVEL).map_err(|e| Error::io(name, "write", e))?;
        let packed: Arc<[u8]> = packed.into();
        let first = decompress(Box::new(Cursor::new(packed.clone())), name.to_owned(), None)?;
        let again = Again::Memory(packed);
        Ok(Text { first: Lines::new(first, true), size: None, again, lines: 0 })
    }

    /// Where it comes from, for messages.
    pub fn name(&self) -> &str {
        self.first.name()
    }

    /// How many lines were read.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Reads the text for the first time and shows every line to `see`.
    ///
    /// # Errors
    /// What [`Lines::next_into`] and `see` report; the competition's CSV; an empty text; a temporary file that
    /// cannot be written.
    pub fn read(
        &mut self,
        progress: &dyn Progress,
        mut see: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        progress.stage("read", Unit::Bytes, self.size);
        let mut line = Vec::new();
        while self.first.next_into(&mut line)? {
            if self.lines == 0 && kaggle::is_header(&line) {
                let remedy = "give it plain text, one sentence per line";
                return Err(self.first.error("a CSV file", remedy));
            }
            see(&line)?;
            if let Again::Kept(file, name) = &mut self.again {
                let written = file.write_all(&line).and_then(|()| file.write_all(b"\n"));
                written.map_err(|e| Error::io(&*name, "write", e))?;
            }
            self.lines += 1;
            if self.lines.is_multiple_of(1024) {
                progress.advance(self.first.advanced());
                progress.go_on()?;
            }
        }
        match self.lines {
            0 => Err(Error::file(self.name(), "empty file", "give it at least one sentence")),
            _ => Ok(()),
        }
    }

    /// The lines once more, from the first one, after they were [read](Text::read).
    ///
    /// # Errors
    /// The file cannot be opened again, or the temporary file cannot be read.
    pub fn reopen(self) -> Result<Reopened> {
        let name = self.first.name().to_owned();
        let input: Input = match self.again {
            Again::File(path) => input::open(&path)?,
            Again::Memory(packed) => decompress(Box::new(Cursor::new(packed)), name, None)?,
            Again::Kept(file, temporary) => {
                let whole = file.finish().and_then(|mut file| file.rewind().map(|()| file));
                let file = whole.map_err(|e| Error::io(&temporary, "write", e))?;
                decompress(Box::new(file), temporary, None)?
            }
        };
        // What is not UTF-8 was found before.
        Ok(Reopened { size: input.size, lines: Lines::new(input, true), left: self.lines })
    }
}

impl Reopened {
    /// How many bytes it has on disk, if it is a file.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// See [`Input::advanced`].
    pub fn advanced(&mut self) -> u64 {
        self.lines.advanced()
    }

    /// Puts the next line into `line`; returns whether there was one.
    ///
    /// # Errors
    /// The text cannot be read, or has not as many lines as before.
    pub fn next_into(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        let more = self.lines.next_into(line)?;
        if more != (self.left > 0) {
            let remedy = "try again when nobody writes to it";
            return Err(self.lines.error("the text has changed while it was read", remedy));
        }
        self.left = self.left.saturating_sub(1);
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    fn twice(mut text: Text) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let (mut first, mut second, mut line) = (Vec::new(), Vec::new(), Vec::new());
        text.read(&Silent, |line| {
            first.push(line.to_vec());
            Ok(())
        })
        .unwrap();
        let mut again = text.reopen().unwrap();
        while again.next_into(&mut line).unwrap() {
            second.push(line.clone());
        }
        (first, second)
    }

    #[test]
    fn the_second_reading_is_the_first_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        let lines = [&b"one two"[..], b"", "drei \u{e4}".as_bytes(), b"PK\x03\x04 is no archive"];
        std::fs::write(&path, [b"\xef\xbb\xbf", &lines.join(&b"\r\n"[..])[..]].concat()).unwrap();
        let text = Text::open(&path, folder.path(), false).unwrap();
        let (first, second) = twice(text);
        assert!(first == lines && second == lines, "{first:?}");
        let (first, second) = twice(Text::of_lines(lines, "rows").unwrap());
        assert!(first == lines && second == lines, "{first:?}");
    }

    #[test]
    fn a_text_that_changes_is_no_other_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        for after in ["a\nb\n", "a\nb\nc\nd\n"] {
            std::fs::write(&path, "a\nb\nc\n").unwrap();
            let mut text = Text::open(&path, folder.path(), false).unwrap();
            text.read(&Silent, |_| Ok(())).unwrap();
            std::fs::write(&path, after).unwrap();
            let (mut again, mut line) = (text.reopen().unwrap(), Vec::new());
            let end = loop {
                match again.next_into(&mut line) {
                    Ok(true) => {}
                    end => break end,
                }
            };
            assert!(end.unwrap_err().to_string().contains("has changed"), "{after}");
        }
    }
}
