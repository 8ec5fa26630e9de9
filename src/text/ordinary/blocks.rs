//! A text read block by block: a paragraph with the blank lines after it, or a part of a long one. Where a
//! block ends depends only on the text, not on how many bytes a read returns.

use std::io::BufRead;

use memchr::{memchr, memrchr, memrchr2};

use super::layout::fence_after;
use crate::error::{Error, Remedy, Result};
use crate::text::input::Input;
use crate::text::lines::{NOT_UTF8, NUL};

/// The longest block, in bytes: a longer paragraph is cut at the end of a line or, if it has none, at a space.
pub const LONGEST: usize = 1 << 16;

/// A part of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Its bytes, including line ends: all blocks, one after the other, are the text.
    pub bytes: Vec<u8>,
    /// The byte of the text at which it begins, counted from 0.
    pub offset: u64,
    /// The line it begins in, counted from 1.
    pub line: u64,
    /// How many characters of that line come before it.
    pub column: u64,
    /// Whether its last line goes on in the next block.
    pub cut: bool,
    /// How many backticks open the fence that it begins in; 0 outside of one.
    pub fence: usize,
}

/// Reads blocks.
pub struct Blocks {
    input: Input,
    lossy: bool,
    /// What has been read but not returned yet.
    rest: Vec<u8>,
    ended: bool,
    next: Block,
}

impl Blocks {
    /// Reads from `input`; bytes that are not UTF-8 are an error unless `lossy`.
    pub fn new(input: Input, lossy: bool) -> Self {
        let next = Block { line: 1, ..Block::default() };
        Blocks { input, lossy, rest: Vec::new(), ended: false, next }
    }

    /// The next block, or `None` at the end of the text.
    ///
    /// # Errors
    /// The text cannot be read, or holds a word as long as a block, a NUL or (unless lossy) invalid UTF-8.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        let mut searched = 0;
        let end = loop {
            if let Some(end) = paragraph_end(&self.rest, searched) {
                break end.min(self.cut().map_err(|fault| self.input.cause(fault))?);
            }
            if self.rest.len() > LONGEST {
                break self.cut().map_err(|fault| self.input.cause(fault))?;
            }
            if self.ended {
                break self.rest.len();
            }
            // White space at the end may be blank lines: it is searched again when more has been read.
            searched = self.rest.trim_ascii_end().len();
            let buffer = match self.input.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Error::io(&self.input.name, "read", e)),
            };
            self.ended = buffer.is_empty();
            let used = buffer.len().min(LONGEST);
            self.rest.extend_from_slice(&buffer[..used]);
            self.input.reader.consume(used);
        };
        if end == 0 {
            return Ok(None);
        }
        let after = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, after);
        self.check(&bytes).map_err(|fault| self.input.cause(fault))?;
        let cut = !self.rest.is_empty() && !bytes.ends_with(b"\n");
        let block = Block { bytes, cut, ..self.next };
        let breaks = memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
        let line_from = memrchr(b'\n', &block.bytes).map_or(0, |at| at + 1);
        let on_line = super::super::tokens::chars(&block.bytes[line_from..]) as u64;
        self.next.offset += block.bytes.len() as u64;
        self.next.line += breaks;
        self.next.fence = fence_after(&block.bytes, self.next.fence);
        self.next.column = if breaks == 0 { self.next.column + on_line } else { on_line };
        Ok(Some(block))
    }

    /// Where to cut what has been read so that the block is not too long.
    fn cut(&self) -> Result<usize> {
        if self.rest.len() <= LONGEST {
            return Ok(self.rest.len());
        }
        let block = &self.rest[..LONGEST];
        match memrchr(b'\n', block).or_else(|| memrchr2(b' ', b'\t', block)) {
            Some(at) => Ok(at + 1),
            None => Err(Error::at_line(
                &self.input.name,
                self.next.line,
                format!("{LONGEST} bytes without a space"),
                "this does not look like text; if it is, put spaces between the words",
            )),
        }
    }

    fn check(&self, block: &[u8]) -> Result<()> {
        let line =
            |at: usize| self.next.line + memchr::memchr_iter(b'\n', &block[..at]).count() as u64;
        let fail = |at, what, remedy: Remedy| {
            Err(Error::at_line(&self.input.name, line(at), what, remedy))
        };
        if let Some(at) = memchr(0, block) {
            return fail(at, "a NUL byte", NUL.into());
        }
        match std::str::from_utf8(block) {
            Err(e) if !self.lossy => fail(e.valid_up_to(), "not UTF-8", NOT_UTF8),
            _ => Ok(()),
        }
    }

    /// The name of the input, for messages.
    pub fn name(&self) -> &str {
        &self.input.name
    }

    /// See [`Input::advanced`].
    pub fn advanced(&mut self) -> u64 {
        self.input.advanced()
    }
}

/// The end of the blank lines after the first paragraph of a text; `None` if there are none, or if more may
/// follow what has been read.
fn paragraph_end(text: &[u8], from: usize) -> Option<usize> {
    let mut searched = from;
    while let Some(at) = memchr(b'\n', &text[searched..]).map(|at| searched + at) {
        let blank = text[at + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let end = at + 1 + blank;
        let last_line = memrchr(b'\n', &text[at + 1..end]).map(|last| at + 2 + last);
        match last_line {
            // Only if something follows are these known to be all.
            Some(last_line) if end < text.len() => return Some(last_line),
            Some(_) => return None,
            None => searched = at + 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::input::decompress;

    fn blocks(text: &[u8], lossy: bool) -> Result<Vec<Block>> {
        let input = decompress(Box::new(std::io::Cursor::new(text.to_vec())), "t".into(), None)?;
        let (mut blocks, mut all) = (Blocks::new(input, lossy), Vec::new());
        while let Some(block) = blocks.next_block()? {
            all.push(block);
        }
        Ok(all)
    }

    #[test]
    fn a_blank_line_ends_a_block() {
        let all = blocks(b"one\ntwo\n \n\nthree\r\n\r\nfour", false).unwrap();
        let bytes: Vec<&[u8]> = all.iter().map(|block| &block.bytes[..]).collect();
        assert_eq!(bytes, [&b"one\ntwo\n \n\n"[..], b"three\r\n\r\n", b"four"]);
        let lines: Vec<(u64, u64)> = all.iter().map(|block| (block.line, block.offset)).collect();
        assert_eq!(lines, [(1, 0), (5, 11), (7, 20)]);
        assert!(blocks(b"", false).unwrap().is_empty());
    }

    /// Gives one piece per read.
    struct Pieces(std::array::IntoIter<&'static [u8], 3>);

    impl std::io::Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.0.next().unwrap_or_default();
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[test]
    fn a_blank_line_that_ends_a_read_ends_a_block() {
        for pieces in [
            [&b"one one\n\n"[..], b"two\r\n\r\n", b"three"],
            [b"one one\n", b"\ntwo\r\n\r", b"\nthree"],
            [b"one one\n\ntwo\r\n", b"\r", b"\nthree"],
            [b"one one\n\ntwo\r", b"\n\r\n", b"three"],
        ] {
            let source = Box::new(Pieces(pieces.into_iter()));
            let mut blocks = Blocks::new(decompress(source, "t".into(), None).unwrap(), false);
            for expected in ["one one\n\n", "two\r\n\r\n", "three"] {
                let block = blocks.next_block().unwrap().unwrap();
                assert_eq!(String::from_utf8(block.bytes).unwrap(), expected);
                assert!(!block.cut);
            }
            assert_eq!(blocks.next_block().unwrap(), None);
        }
    }

    #[test]
    fn a_long_paragraph_is_cut_at_a_space() {
        let text = "word ".repeat(LONGEST / 2);
        let all = blocks(text.as_bytes(), false).unwrap();
        assert!(
            all.iter().all(|block| block.bytes.len() <= LONGEST && block.bytes.ends_with(b" "))
        );
        assert_eq!(
            all.iter().flat_map(|block| block.bytes.clone()).collect::<Vec<u8>>(),
            text.as_bytes()
        );
        assert_eq!((all[1].line, all[1].column), (1, all[0].bytes.len() as u64));
        let last = all.len() - 1;
        assert!(all.iter().enumerate().all(|(at, block)| block.cut == (at < last)));
        // If blocks are cut between lines, no line is cut.
        let all = blocks("a few words\n".repeat(LONGEST / 10).as_bytes(), false).unwrap();
        assert!(all.len() > 1 && all.iter().all(|block| !block.cut));
        let error = blocks(&vec![b'x'; LONGEST + 1], false).unwrap_err().to_string();
        assert!(error.starts_with("t: line 1: 65536 bytes without a space; "), "{error}");
    }

    #[test]
    fn a_fence_goes_on_in_the_next_block() {
        let all = blocks(b"So:\n```sh\none\n\ntwo\n```\nyes\n\nno ``` more\n\n> ````\n\nx", false);
        let fences: Vec<usize> = all.unwrap().iter().map(|block| block.fence).collect();
        assert_eq!(fences, [0, 3, 0, 0, 4]);
        for before in ["\t", "\u{a0}"] {
            let text = format!("{before}```\n{before}one\n\n{before}two\n{before}```\n\nx");
            let all = blocks(text.as_bytes(), false).unwrap();
            let fences: Vec<usize> = all.iter().map(|block| block.fence).collect();
            assert_eq!(fences, [0, 3, 0], "{text:?}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        let error = blocks(b"a\n\nb\nc \xff\n", false).unwrap_err().to_string();
        assert!(error.starts_with("t: line 4: not UTF-8; "), "{error}");
        assert!(blocks(b"a \xff", true).is_ok());
        let error = blocks(b"a\nb\0", true).unwrap_err().to_string();
        assert!(error.starts_with("t: line 2: a NUL byte; "), "{error}");
    }
}
