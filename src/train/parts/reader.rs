//! Reads a file of sorted counts piece by piece, and checks that it can be what was counted.

use super::blocks::File;
use super::format::{End, Head, is_line, is_word, numbered};
use super::records::{Records, SPARE};
use crate::error::Result;
use crate::model::core::MAX_ORDER;
use crate::model::words::SPECIAL;
use crate::progress::Progress;
use crate::train::corpus::Summary;
use crate::train::run::Words;

/// A file of sorted counts that is being read: its lines put aside, then its words, then its n-grams.
pub struct Reader<'a> {
    file: File,
    progress: &'a dyn Progress,
    /// What it says about all of it.
    pub head: Head,
    /// The block being read, and where in it.
    kind: u8,
    content: Vec<u8>,
    at: usize,
    /// The word read last.
    word: Vec<u8>,
    /// How many words were read, the special ones included.
    words: u32,
    /// Its n-grams so far; none before all words are read.
    records: Option<Records>,
}

impl<'a> Reader<'a> {
    /// Begins with the first block of a file of this version.
    ///
    /// # Errors
    /// Damaged.
    pub fn new(mut file: File, progress: &'a dyn Progress) -> Result<Self> {
        let (kind, content) = file.block()?;
        let head: Option<Head> = serde_json::from_slice(&content).ok().filter(|_| kind == b'H');
        let sound = |head: &Head| {
            (2..=MAX_ORDER).contains(&head.order)
                && head.summary().is_some()
                && head.held_out_share.is_finite()
        };
        let head = head.filter(sound).ok_or_else(|| file.damaged())?;
        let mut reader = Reader {
            file,
            progress,
            head,
            kind,
            content,
            at: 0,
            word: Vec::new(),
            words: SPECIAL as u32,
            records: None,
        };
        reader.advance()?;
        Ok(reader)
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.file.input.name
    }

    /// What was counted.
    ///
    /// # Errors
    /// Damaged.
    pub fn summary(&self) -> Result<Summary> {
        self.head.summary().ok_or_else(|| self.file.damaged())
    }

    /// Goes on to the next block.
    fn advance(&mut self) -> Result<()> {
        (self.kind, self.content) = self.file.block()?;
        self.at = 0;
        self.progress.advance(self.file.input.advanced());
        self.progress.go_on()
    }

    /// Visits the lines put aside and how often each occurred; before the words are read.
    ///
    /// # Errors
    /// Damaged, or what `visit` reports.
    pub fn aside(&mut self, visit: &mut dyn FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        while self.kind == b'A' {
            for (times, line) in numbered(&self.content) {
                match times.filter(|&times| is_line(line, times)) {
                    Some(times) => visit(line, times)?,
                    None => return Err(self.file.damaged()),
                }
            }
            self.advance()?;
        }
        Ok(())
    }

    /// The next word; `None` after the last one. Before the n-grams are read.
    ///
    /// # Errors
    /// Damaged.
    pub fn next_word(&mut self) -> Result<Option<&[u8]>> {
        while self.kind == b'W' && self.at == self.content.len() {
            self.advance()?;
        }
        if self.kind != b'W' {
            return Ok(None);
        }
        let rest = &self.content[self.at..];
        let length = memchr::memchr(b'\n', rest).ok_or_else(|| self.file.damaged())?;
        let word = &rest[..length];
        if !is_word(word) || self.word.as_slice() >= word || self.words == u32::MAX - 1 {
            return Err(self.file.damaged());
        }
        self.word.clear();
        self.word.extend_from_slice(word);
        self.words += 1;
        self.at += length + 1;
        Ok(Some(&self.word))
    }

    /// Visits at most `most` n-grams: words and count. `false` after the
    /// last one, when the whole is checked.
    ///
    /// # Errors
    /// Damaged.
    pub fn ngrams(&mut self, most: usize, mut visit: impl FnMut(&Words, u64)) -> Result<bool> {
        let begin = || Records::new(self.head.order, self.words);
        let mut records = self.records.take().unwrap_or_else(begin);
        let mut left = most;
        while left > 0 && self.kind == b'G' {
            let end = self.content.len();
            self.content.resize(end + SPARE, 0);
            let mut at = self.at;
            while left > 0 && at < end {
                let Some(count) = records.next(&self.content, &mut at) else {
                    return Err(self.file.damaged());
                };
                visit(&records.words, count);
                left -= 1;
            }
            self.content.truncate(end);
            self.at = at;
            if at > end {
                return Err(self.file.damaged());
            }
            if at == end {
                self.advance()?;
                records.begin_block();
            }
        }
        if self.kind != b'G' {
            self.end(&records)?;
        }
        self.records = Some(records);
        Ok(self.kind == b'G')
    }

    /// Checks all that was read against what the file says at its end, and that it ends there.
    fn end(&mut self, records: &Records) -> Result<()> {
        let end: Option<End> = serde_json::from_slice(&self.content).ok();
        let end = end.filter(|_| self.kind == b'E').ok_or_else(|| self.file.damaged())?;
        let complete = end.ngrams == records.ngrams
            && end.words == u64::from(self.words)
            && records.sum == self.head.lines + self.head.tokens
            && records.begun == self.head.lines
            && records.is_complete();
        match complete && self.file.fill(&mut [0])? == 0 {
            true => Ok(()),
            false => Err(self.file.damaged()),
        }
    }
}
