//! Lines kept out of the counts: those whose text has the lowest hashes, so that equal lines always end
//! up on the same side, whatever their order and whichever file they are in.

use std::collections::BTreeMap;

use super::HeldOut;

/// The lines held out: those with the lowest hashes, each once.
#[derive(Debug, Default)]
pub struct Aside {
    /// Lines whose hash is below this are candidates.
    limit: u64,
    most: usize,
    /// hash → line and how often it occurred.
    lines: BTreeMap<u64, Line>,
}

/// A line and how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line.
    pub text: Vec<u8>,
    /// How often it occurred.
    pub times: u64,
}

impl Aside {
    /// Nothing held out yet.
    pub fn new(held_out: HeldOut) -> Self {
        let most = if held_out.share > 0.0 { held_out.lines } else { 0 };
        let limit = (held_out.share.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
        Aside { limit: if most == 0 { 0 } else { limit }, most, lines: BTreeMap::new() }
    }

    /// Whether a line with this hash is to be held out, as far as is known now.
    pub fn takes(&self, hash: u64) -> bool {
        hash < self.limit
    }

    /// How often the line with this hash occurred so far.
    pub fn times(&self, hash: u64) -> u64 {
        self.lines.get(&hash).map_or(0, |line| line.times)
    }

    /// Takes a line that occurred `times` times and returns what must be counted after all. Once full, the
    /// limit sinks to the last hash that was returned, so that its later copies are counted too.
    pub fn put(&mut self, hash: u64, line: &[u8], times: u64) -> Option<Line> {
        let kept = self.lines.entry(hash);
        kept.or_insert_with(|| Line { text: line.to_vec(), times: 0 }).times += times;
        if self.lines.len() <= self.most {
            return None;
        }
        let (hash, line) = self.lines.pop_last()?;
        self.limit = hash;
        Some(line)
    }

    /// Whether no line is held out.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines are held out.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines, ordered by hash.
    pub fn into_lines(self) -> Vec<Line> {
        self.lines.into_values().collect()
    }
}
