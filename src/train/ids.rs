//! From lines to the stream of word ids, and the words by their ids.
//!
//! Every sentence becomes `<s> w1 … wn </s>`, 4 bytes per token. Ids are ranks: more frequent words first,
//! words of equal count by their bytes, so that the same lines in any order give the same ids. While lines
//! are read, ids are provisional: numbers in order of first occurrence. Some lines are put aside by the hash
//! of their text ([`super::aside`]); n-grams that were counted elsewhere may be added.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::aside::{Aside, Line, hash};
use super::corpus::{Corpus, NO_WORD, Summary, halves};
use super::memory::Plan;
use super::spill::{Spill, Store};
use super::{Config, HeldOut, WordSet, ranks};
use crate::error::{Error, ErrorKind, Result};
use crate::model::words::{BOS, EOS, SPECIAL, UNK, WordList};
use crate::text::tokens;

/// Memory is checked after this many new words.
const CHECK: usize = 1 << 15;
/// Next to counted n-grams, a line that occurred more often than this becomes some, too.
const OFTEN: u64 = 1 << 10;

/// How ids are given at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// For a model: by falling count, words of equal count by their bytes. Held-out lines are counted if they are
    /// too few.
    ByCount,
    /// For a file of counts: by their bytes, so that the ids of a part rise with those of the whole.
    ByBytes,
}

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
    /// (words) how many n-grams of [`Self::records`] begin with each, and the sum of their counts.
    recorded: Vec<[u64; 2]>,
    aside: Aside,
    /// A line put aside that occurred more often than this becomes counted n-grams.
    often: u64,
    held_out: HeldOut,
    /// The words that are to stay, if they are given.
    list: Option<Arc<WordSet>>,
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
            recorded: Vec::new(),
            aside: Aside::new(config.held_out),
            often: u64::MAX,
            held_out: config.held_out,
            list: config.vocabulary.list().cloned(),
            order: config.order,
            summary: Summary::default(),
            plan,
            spill,
        }
    }

    /// With these lines put aside and no others.
    pub fn with_aside(self, aside: Aside) -> Self {
        Builder { aside, ..self }
    }

    /// The lines put aside so far.
    pub fn aside(&self) -> &Aside {
        &self.aside
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
        let hash = hash(line);
        self.summary.hash = self.summary.hash.wrapping_add(hash);
        if !self.aside.takes(hash) {
            return self.count(line);
        }
        self.put_aside(hash, line, 1)
    }

    fn put_aside(&mut self, hash: u64, line: &[u8], times: u64) -> Result<()> {
        match self.aside.put(hash, line, times) {
            Some(Line { text, times }) => self.count_times(&text, times),
            None => Ok(()),
        }
    }

    /// Adds a line that counting in parts has put aside.
    pub fn line_aside(&mut self, line: &[u8], times: u64) -> Result<()> {
        self.often = OFTEN;
        let hash = hash(line);
        self.aside.times(hash).checked_add(times).ok_or_else(too_many)?;
        match self.aside.takes(hash) {
            true => self.put_aside(hash, line, times),
            false => self.count_times(line, times),
        }
    }

    /// Adds what a part has counted.
    pub fn add(&mut self, summary: Summary) -> Result<()> {
        self.summary.hash = self.summary.hash.wrapping_add(summary.hash);
        let all = self.summary.add(summary.lines, summary.tokens);
        all.ok_or_else(too_many)
    }

    /// Adds a word of counted n-grams and returns its provisional id.
    pub fn counted_word(&mut self, word: &[u8]) -> u32 {
        self.id(word)
    }

    /// Adds the ends of this many sentences, with which no n-gram begins.
    pub fn counted_ends(&mut self, sentences: u64) {
        let ends = &mut self.counts[EOS as usize];
        *ends = ends.saturating_add(sentences);
    }

    /// Adds an n-gram of provisional ids that was counted `count` times.
    pub fn record(&mut self, mut ids: impl Iterator<Item = u32>, count: u64) -> Result<()> {
        self.record_order = self.order;
        let before = self.record_stream.len();
        if let Some(first) = ids.next() {
            self.record_stream.push(first);
            let first = first as usize;
            if first >= self.recorded.len() {
                self.recorded.resize(self.words.len().max(first + 1), [0; 2]);
            }
            let [ngrams, sum] = &mut self.recorded[first];
            (*ngrams, *sum) = (*ngrams + 1, sum.saturating_add(count));
        }
        self.record_stream.extend(ids.take(self.order - 1));
        self.record_stream.resize(before + self.order, NO_WORD);
        self.record_stream.extend(halves(count));
        if self.record_stream.len() >= self.plan.chunk {
            let chunk = std::mem::take(&mut self.record_stream);
            self.records.push(chunk, self.plan.stream / 2, self.spill)?;
        }
        Ok(())
    }

    /// Counts a line as often as it occurred.
    fn count_times(&mut self, line: &[u8], times: u64) -> Result<()> {
        if times <= self.often {
            return (0..times).try_for_each(|_| self.count(line));
        }
        let mut ids = vec![BOS];
        ids.extend(tokens::words(line).map(|token| self.id_of(token)));
        if ids.len() == 1 {
            return Ok(());
        }
        let words = ids.len() as u64 - 1;
        ids.push(EOS);
        let tokens = words.checked_mul(times).ok_or_else(too_many)?;
        self.summary.add(times, tokens).ok_or_else(too_many)?;
        self.counted_ends(times);
        for at in 0..ids.len() - 1 {
            self.record(ids[at..].iter().copied(), times)?;
        }
        Ok(())
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
            let id = self.id_of(token);
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
        self.summary.add(1, (self.stream.len() - before - 2) as u64).ok_or_else(too_many)
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

    /// The provisional id of a token of text.
    fn id_of(&mut self, token: &[u8]) -> u32 {
        match token {
            b"<unk>" => UNK,
            _ if std::str::from_utf8(token).is_err() => UNK,
            _ => self.id(token),
        }
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

    /// Ranks the words. `None` without a sentence.
    ///
    /// # Errors
    /// As [`Builder::line`].
    pub fn finish(mut self, ids: Ids) -> Result<Option<Corpus>> {
        let whole = ids == Ids::ByCount;
        let mut aside = std::mem::take(&mut self.aside);
        if whole && aside.len() < self.held_out.fewest {
            for Line { text, times } in std::mem::take(&mut aside).into_lines() {
                self.count_times(&text, times)?;
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
        // What was counted elsewhere, apart from how many items of it there are.
        let mut items = Vec::new();
        if !self.recorded.is_empty() {
            items.clone_from(&self.counts);
            for ((id, item), &[ngrams, sum]) in items.iter_mut().enumerate().zip(&self.recorded) {
                *item += ngrams;
                self.counts[id] = self.counts[id].saturating_add(sum);
            }
        }
        let list = self.list.take().filter(|_| whole);
        let counts = if whole { &self.counts[..] } else { &[] };
        let (by_rank, listed) = ranks::by_rank(&self.words, counts, list.as_deref());
        let mut ranks: Vec<u32> = (0..self.words.len() as u32).collect(); // provisional id → id
        let mut words = WordList::new();
        let mut counts = self.counts[..SPECIAL].to_vec();
        for &old in &by_rank {
            ranks[old as usize] = words.push(self.words.get(old));
            counts.push(self.counts[old as usize]);
        }
        if !items.is_empty() {
            let old = (0..SPECIAL as u32).chain(by_rank.iter().copied());
            items = old.map(|old| items[old as usize]).collect();
        }
        self.text.each_in_memory(|id| *id = ranks[*id as usize]);
        let Builder { text, text_lines, records, record_order, summary, .. } = self;
        let held_out = aside.into_lines();
        Ok(Some(Corpus {
            words,
            listed,
            counts,
            items,
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

fn too_many() -> Error {
    let what = "more than 18,446,744,073,709,551,615 tokens and sentences";
    Error::value(what, "train on a part of it").of(ErrorKind::Input)
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
        let corpus = builder.finish(Ids::ByCount).unwrap().unwrap();
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
