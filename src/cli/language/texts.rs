//! The texts of an input, batch by batch: lines, or paragraphs, which are answered once they have ended.

use std::path::Path;

use impute::text::lines::Lines;

use crate::cli::args::By;
use crate::cli::arriving::{Arriving, Item, Limits, is_stream};

const LIMITS: Limits = Limits { items: 16_384, bytes: 4 << 20, ahead: 32 };
/// What is read of a paragraph, in bytes; more of it would not change the answer.
const PARAGRAPH: usize = 64 << 10;

/// A text, and the line that it begins on.
pub struct Text {
    pub line: u64,
    pub text: Vec<u8>,
}

/// Texts, batch by batch.
pub struct Texts {
    lines: Arriving<Text>,
    by: By,
    /// A paragraph that has not ended.
    open: Option<Text>,
}

impl Texts {
    /// Those of an input that was opened by this path.
    pub fn new(mut lines: Lines, path: &Path, by: By) -> std::io::Result<Self> {
        let name = lines.name().to_owned();
        let lines = Arriving::new(is_stream(path), &name, LIMITS, move || next(&mut lines))?;
        Ok(Texts { lines, by, open: None })
    }

    /// Whether somebody may be waiting for the answers.
    pub fn arrive(&self) -> bool {
        self.lines.arrive()
    }

    /// How many bytes on disk were read since the last call.
    pub fn advanced(&mut self) -> u64 {
        self.lines.advanced()
    }

    /// Reads the next batch and returns whether there may be more.
    pub fn next_into(&mut self, batch: &mut Vec<Text>) -> anyhow::Result<bool> {
        let more = self.lines.next_into(batch, |line| line.text.len())?;
        if self.by == By::Paragraph {
            let lines = std::mem::take(batch);
            lines.into_iter().for_each(|line| self.lengthen(line, batch));
            if !more {
                batch.extend(self.open.take());
            }
        }
        Ok(more)
    }

    /// Adds a line to the paragraph, which an empty one ends.
    fn lengthen(&mut self, line: Text, ended: &mut Vec<Text>) {
        match &mut self.open {
            _ if line.text.trim_ascii().is_empty() => ended.extend(self.open.take()),
            None => self.open = Some(line),
            Some(open) if open.text.len() < PARAGRAPH => {
                open.text.push(b'\n');
                open.text.extend_from_slice(&line.text);
            }
            Some(_) => {}
        }
    }
}

fn next(lines: &mut Lines) -> Item<Text> {
    let mut text = Vec::new();
    let any = lines.next_into(&mut text);
    let line = any.map(|any| any.then(|| Text { line: lines.number(), text }));
    (line, lines.advanced())
}
