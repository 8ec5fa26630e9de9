//! From lines to the stream of word ids, and the words by their ids.
//!
//! Every sentence becomes `<s> w1 … wn </s>`, 4 bytes per token. Ids are ranks: more frequent words first,
//! words of equal count by their bytes, so that the same lines in any order give the same ids. While lines
//! are read, ids are provisional: numbers in order of first occurrence. Some lines are put aside by the hash
//! of their text ([`super::aside`]); n-grams that were counted elsewhere may be added.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use super::aside::{Aside, Line};
use super::corpus::{Corpus, NO_WORD, Summary};
use super::memory::Plan;
use super::spill::{Spill, Store};
use super::{Config, HeldOut};
use crate::error::{Error, ErrorKind, Result};
use crate::model::words::{BOS, EOS, SPECIAL, UNK, WordList};
use crate::text::tokens;

/// Memory is checked after this many new words.
const CHECK: usize = 1 << 15;

/// Ids in the order of first occurrence while reading, ranks at the end.
pub struct Builder<'a> {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    words: WordList,
    counts: Vec<u64>,
    /// How many words there were at the last memory check.
    checked_words: usize,
    /// The chunk that is being filled.
    stream: Vec<u32>,
    text: Store<u32>,
    text_lines: u64,
    /// The chunk of counted n-grams that is being filled.
    record_stream: Vec<u32>,
    records: Store<u32>,
    record_order: usize,
    aside: Aside,
    held_out: HeldOut,
    order: usize,
    summary: Summary,
    plan: Plan,
    spill: &'a Spill,
}

impl<'a> Builder<'a> {
    /// Nothing read yet.
    pub fn new(config: &Config, plan: Plan, spill: &'a Spill) -> Self {
        Builder {
            hasher: DefaultHashBuilder::default(),
            table: HashTable::new(),
            words: WordList::new(),
            counts: vec![0; SPECIAL],
            checked_words: 0,
            stream: Vec::new(),
            text: Store::default(),
            text_lines: 0,
            record_stream: Vec::new(),
            records: Store::default(),
            record_order: 0,
            aside: Aside::new(config.held_out),
            held_out: config.held_out,
            order: config.order,
            summary: Summary::default(),
            plan,
            spill,
        }
    }

    /// How many tokens were counted.
    pub fn tokens(&self) -> u64 {
        self.summary.tokens
    }

    /// The order of the model to be trained.
    pub fn order(&self) -> usize {
        self.order
    }

    /// Which lines are held out.
    pub fn held_out(&self) -> HeldOut {
        self.held_out
    }

    /// Adds a line of text; one without tokens is ignored.
    ///
    /// # Errors
    /// Too many tokens, more words than memory can hold, or a full disk.
    pub fn line(&mut self, line: &[u8]) -> Result<()> {
        if tokens::words(line).next().is_none() {
            return Ok(());
        }
        let hash = XxHash3_64::oneshot(line);
        self.summary.hash = self.summary.hash.wrapping_add(hash);
        if !self.aside.takes(hash) {
            return self.count(line);
        }
        self.put_aside(hash, line, 1)
    }

    fn put_aside(&mut self, hash: u64, line: &[u8], times: u64) -> Result<()> {
        if let Some(Line { text, times }) = self.aside.put(hash, line, times) {
            (0..times).try_for_each(|_| self.count(&text))?;
        }
        Ok(())
    }

    /// Adds a line that counting in parts has put aside.
    pub fn line_aside(&mut self, line: &[u8], times: u64) -> Result<()> {
        // Before a crafted file makes us count it billions of times.
        self.check_total(times.saturating_mul(tokens::words(line).count() as u64 + 2))?;
        let hash = XxHash3_64::oneshot(line);
        match self.aside.takes(hash) {
            true => self.put_aside(hash, line, times),
            false => (0..times).try_for_each(|_| self.count(line)),
        }
    }

    /// Adds what a part has counted.
    pub fn add(&mut self, summary: Summary) -> Result<()> {
        self.summary.hash = self.summary.hash.wrapping_add(summary.hash);
        self.summary.lines = self.summary.lines.saturating_add(summary.lines);
        self.summary.tokens = self.summary.tokens.saturating_add(summary.tokens);
        self.check_total(0)
    }

    /// Adds a word that was counted `times` times and returns its provisional id.
    pub fn counted_word(&mut self, word: &[u8], times: u64) -> u32 {
        let id = self.id(word);
        self.counts[id as usize] += times;
        id
    }

    /// The same for one of the special words.
    pub fn counted_special(&mut self, id: u32, times: u64) {
        self.counts[id as usize] += times;
    }

    /// Adds an n-gram of provisional ids that was counted `count` times.
    pub fn record(&mut self, ids: impl Iterator<Item = u32>, count: u32) -> Result<()> {
        self.record_order = self.order;
        let before = self.record_stream.len();
        self.record_stream.extend(ids.take(self.order));
        self.record_stream.resize(before + self.order, NO_WORD);
        self.record_stream.push(count);
        if self.record_stream.len() >= self.plan.chunk {
            let chunk = std::mem::take(&mut self.record_stream);
            self.records.push(chunk, self.plan.stream / 2, self.spill)?;
        }
        Ok(())
    }

    /// Checks that this many more tokens can be counted.
    fn check_total(&self, more: u64) -> Result<()> {
        let counted = self.summary.tokens.saturating_add(self.summary.lines.saturating_mul(2));
        if counted.saturating_add(more) < u32::MAX.into() {
            return Ok(());
        }
        let what = "more than 4,294,967,295 tokens of text";
        Err(Error::value(what, "train on a part of it").of(ErrorKind::Input))
    }

    fn count(&mut self, line: &[u8]) -> Result<()> {
        if self.words.len() >= self.checked_words + CHECK {
            self.check_words()?;
            self.checked_words = self.words.len();
        }
        if self.stream.len() >= self.plan.chunk {
            let chunk = std::mem::take(&mut self.stream);
            self.text.push(chunk, self.plan.stream, self.spill)?;
        }
        if self.stream.capacity() == 0 {
            self.stream.reserve(self.plan.chunk + 1024);
        }
        let before = self.stream.len();
        self.stream.push(BOS);
        for token in tokens::words(line) {
            let id = match token {
                b"<unk>" => UNK,
                _ if std::str::from_utf8(token).is_err() => UNK,
                _ => self.id(token),
            };
            self.counts[id as usize] += 1;
            self.stream.push(id);
        }
        if self.stream.len() == before + 1 {
            self.stream.pop();
            return Ok(());
        }
        self.stream.push(EOS);
        self.counts[BOS as usize] += 1;
        self.counts[EOS as usize] += 1;
        self.text_lines += 1;
        self.summary.lines += 1;
        self.summary.tokens += (self.stream.len() - before - 2) as u64;
        self.check_total(0)
    }

    /// Checks that the words fit into memory, including the new list of them made at the end.
    fn check_words(&self) -> Result<()> {
        let (bytes, offsets) = self.words.parts();
        let list = (bytes.len() + 8 * offsets.len()) as u64;
        let (counts, table) = (16 * self.words.len() as u64, 5 * self.table.capacity() as u64);
        let held = self.text.bytes_in_memory() + self.records.bytes_in_memory();
        let what = format!("{} distinct words", self.words.len());
        self.plan.rest(held, 2 * list + counts + table, &what).map(drop)
    }

    fn id(&mut self, token: &[u8]) -> u32 {
        let Builder { hasher, table, words, counts, .. } = self;
        let hash = hasher.hash_one(token);
        let entry =
            table.entry(hash, |&id| words.get(id) == token, |&id| hasher.hash_one(words.get(id)));
        *entry
            .or_insert_with(|| {
                counts.push(0);
                words.push(token)
            })
            .get()
    }

    /// Ranks the words; with `whole`, counts held-out lines if they are too few. `None` without a sentence.
    ///
    /// # Errors
    /// As [`Builder::line`].
    pub fn finish(mut self, whole: bool) -> Result<Option<Corpus>> {
        let mut aside = std::mem::take(&mut self.aside);
        if whole && aside.len() < self.held_out.fewest {
            for Line { text, times } in std::mem::take(&mut aside).into_lines() {
                (0..times).try_for_each(|_| self.count(&text))?;
            }
        }
        if self.summary.lines == 0 && (whole || aside.is_empty()) {
            return Ok(None);
        }
        self.text.push(std::mem::take(&mut self.stream), self.plan.stream, self.spill)?;
        let last = std::mem::take(&mut self.record_stream);
        if !last.is_empty() {
            self.records.push(last, self.plan.stream / 2, self.spill)?;
        }
        self.table = HashTable::new();
        let mut by_rank: Vec<u32> = (SPECIAL as u32..self.words.len() as u32).collect();
        by_rank.par_sort_unstable_by(|&a, &b| {
            let counts = self.counts[b as usize].cmp(&self.counts[a as usize]);
            counts.then_with(|| self.words.get(a).cmp(self.words.get(b)))
        });
        let mut ranks: Vec<u32> = (0..self.words.len() as u32).collect(); // provisional id → id
        let mut words = WordList::new();
        let mut counts = self.counts[..SPECIAL].to_vec();
        for &old in &by_rank {
            ranks[old as usize] = words.push(self.words.get(old));
            counts.push(self.counts[old as usize]);
        }
        self.text.each_in_memory(|id| *id = ranks[*id as usize]);
        let Builder { text, text_lines, records, record_order, summary, .. } = self;
        let held_out = aside.into_lines();
        Ok(Some(Corpus {
            words,
            counts,
            text,
            text_lines,
            records,
            record_order,
            ranks,
            held_out,
            summary,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(text: &str, held_out: HeldOut) -> (Corpus, Spill) {
        let spill = Spill::new(std::path::Path::new("."));
        let config = Config { held_out, ..Config::default() };
        let plan = Plan { stream: u64::MAX, chunk: 1 << 10, ..Plan::default() };
        let mut builder = Builder::new(&config, plan, &spill);
        for line in text.lines() {
            builder.line(line.as_bytes()).unwrap();
        }
        let corpus = builder.finish(true).unwrap().unwrap();
        (corpus, spill)
    }

    #[test]
    fn ids_are_ranks_by_count_and_then_by_bytes() {
        let (read, spill) = corpus("b a b\n\nc a b <s>", HeldOut::NONE);
        let words: Vec<_> = (0..6).map(|id| read.words.get(id).to_vec()).collect();
        assert_eq!(words, [&b"<unk>"[..], b"<s>", b"</s>", b"b", b"a", b"c"]);
        assert_eq!(read.counts, [0, 2, 2, 3, 2, 1]);
        assert_eq!(&*read.ids(0, &spill).unwrap(), [1, 3, 4, 3, 2, 1, 5, 4, 3, 2]);
        assert_eq!((read.summary.lines, read.summary.tokens), (2, 6));
    }

    #[test]
    fn the_order_of_the_lines_changes_neither_ids_nor_held_out_lines() {
        let lines: Vec<String> = (0..500).map(|i| format!("a{} b{} c", i % 90, i % 7)).collect();
        let mut reversed = lines.clone();
        reversed.reverse();
        let some = HeldOut { share: 0.5, lines: 20, fewest: 0 };
        let (one, two) = (corpus(&lines.join("\n"), some).0, corpus(&reversed.join("\n"), some).0);
        assert_eq!(one.held_out, two.held_out);
        assert_eq!(one.held_out.len(), 20);
        assert_eq!((one.counts, one.summary.hash), (two.counts, two.summary.hash));
    }

    #[test]
    fn a_held_out_line_is_never_counted() {
        let lines: Vec<String> = (0..400).map(|i| format!("w{} x", i % 100)).collect();
        let (read, _) = corpus(&lines.join("\n"), HeldOut { share: 0.3, lines: 10, fewest: 10 });
        assert_eq!(read.held_out.len(), 10);
        let (all, _) = corpus(&lines.join("\n"), HeldOut { share: 0.3, lines: 10, fewest: 11 });
        assert_eq!((all.held_out.len(), all.summary.lines), (0, 400));
        for line in &read.held_out {
            let word = tokens::split(&line.text).next().unwrap();
            assert!((0..read.words.len() as u32).all(|id| read.words.get(id) != word));
        }
    }
}
