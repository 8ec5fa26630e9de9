//! Lines kept out of the counts: those whose text has the lowest hashes, so that equal lines always end
//! up on the same side, whatever their order and whichever file they are in.

use std::collections::BTreeMap;

use twox_hash::XxHash3_64;

use super::HeldOut;

/// What decides whether a line is held out.
pub fn hash(line: &[u8]) -> u64 {
    XxHash3_64::oneshot(line)
}

/// The lines held out: those with the lowest hashes, each once.
#[derive(Debug, Default)]
pub struct Aside {
    /// Lines whose hash is below this are candidates.
    limit: u64,
    most: usize,
    /// hash → line and how often it occurred.
    lines: BTreeMap<u64, Line>,
    /// Whether no others are put aside.
    fixed: bool,
    /// How often other lines came that would have been put aside, had they been there.
    others: u64,
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
        let limit = if most == 0 { 0 } else { limit };
        Aside { limit, most, ..Aside::default() }
    }

    /// These lines, which another text has put aside, ordered by hash, and no others.
    pub fn of(lines: &[Line]) -> Self {
        let none = |line: &Line| Line { times: 0, ..line.clone() };
        let lines: BTreeMap<u64, Line> =
            lines.iter().map(|line| (hash(&line.text), none(line))).collect();
        let limit = lines.last_key_value().map_or(0, |(&last, _)| last.saturating_add(1));
        Aside { limit, lines, fixed: true, ..Aside::default() }
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
        if self.fixed && !self.lines.contains_key(&hash) {
            self.others += times;
            return Some(Line { text: line.to_vec(), times });
        }
        let kept = self.lines.entry(hash);
        kept.or_insert_with(|| Line { text: line.to_vec(), times: 0 }).times += times;
        if self.fixed || self.lines.len() <= self.most {
            return None;
        }
        let (hash, line) = self.lines.pop_last()?;
        self.limit = hash;
        Some(line)
    }

    /// Of the lines of another text: how many came, and how many others that it would have put aside.
    pub fn came(&self) -> (u64, u64) {
        (self.lines.values().map(|line| line.times).sum(), self.others)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_another_text_the_same_lines_are_put_aside_and_others_are_told() {
        let lines: Vec<Vec<u8>> = (0..60).map(|n| format!("line {n}").into_bytes()).collect();
        let put = |aside: &mut Aside, line: &[u8]| match aside.takes(hash(line)) {
            true => aside.put(hash(line), line, 1).is_none(),
            false => false,
        };
        let mut whole = Aside::new(HeldOut::new(0.5, 10, 0));
        for line in &lines[..40] {
            put(&mut whole, line);
        }
        let held_out = whole.into_lines();
        assert_eq!(held_out.len(), 10);
        let mut part = Aside::of(&held_out);
        let highest = held_out.iter().map(|line| hash(&line.text)).max().unwrap();
        for line in lines.iter().chain(&lines[..1]) {
            let own = held_out.iter().any(|held| held.text == *line);
            assert_eq!(put(&mut part, line), own);
        }
        let again = u64::from(held_out.iter().any(|held| held.text == lines[0]));
        let others = lines[40..].iter().filter(|line| hash(line) < highest).count() as u64;
        assert!(others > 0);
        assert_eq!(part.came(), (10 + again, others));
        assert_eq!(part.into_lines().iter().map(|line| line.times).sum::<u64>(), 10 + again);
        assert!(!Aside::of(&[]).takes(0));
    }
}
