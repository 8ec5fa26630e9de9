//! Stage 1: text → word ids by frequency, and the stream of ids.
//!
//! Output: `stream`, every sentence as `<s> w1 … wn </s>`, 4 bytes a token. Ids are ranks: more
//! frequent words first, words of equal count by their bytes, so that the same lines in any order
//! give the same ids. Lines are held out by the hash of their text, so that equal lines are always
//! on the same side.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::path::PathBuf;

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use super::{Config, HeldOut};
use crate::error::{Error, Result};
use crate::model::words::{BOS, EOS, SPECIAL, UNK, WordList};
use crate::progress::{Progress, Unit};
use crate::text::lines::Lines;
use crate::text::{input, kaggle, tokens};

/// A text in memory.
pub struct Corpus {
    /// The words, by id.
    pub words: WordList,
    /// (words) how often each word was counted; `<s>` and `</s>` once a sentence.
    pub counts: Vec<u64>,
    /// (tokens + 2 × sentences) ids.
    pub stream: Vec<u32>,
    /// Lines that were not counted, ordered by hash.
    pub held_out: Vec<Vec<u8>>,
    /// What was read.
    pub summary: Summary,
}

/// What was read, the held-out lines left aside.
#[derive(Debug, Default, Clone, Copy)]
pub struct Summary {
    /// Counted sentences.
    pub lines: u64,
    /// Counted tokens, without `<s>` and `</s>`.
    pub tokens: u64,
    /// Sum of the hashes of all lines, held-out ones included: independent of their order.
    pub hash: u64,
}

/// Reads all texts.
///
/// # Errors
/// A text that cannot be read, a line that cannot be used, or no sentence at all.
pub fn read(texts: &[PathBuf], config: &Config, progress: &dyn Progress) -> Result<Corpus> {
    let inputs = texts.iter().map(|path| input::open(path)).collect::<Result<Vec<_>>>()?;
    let total = inputs.iter().map(|input| input.size).sum::<Option<u64>>();
    progress.stage("read", Unit::Bytes, total);
    let mut builder = Builder::new(config.held_out);
    let names: Vec<_> = inputs.iter().map(|input| input.name.clone()).collect();
    let mut line = Vec::new();
    for input in inputs {
        let (mut lines, mut told) = (Lines::new(input, config.lossy), 0);
        while lines.next_into(&mut line)? {
            if lines.number() == 1 && kaggle::is_header(&line) {
                return Err(lines.error("a CSV file", "train on plain text, one sentence a line"));
            }
            builder.line(&line)?;
            if lines.number() % 4096 == 0 {
                progress.advance(lines.position() - told);
                told = lines.position();
            }
        }
        progress.advance(lines.position() - told);
    }
    builder.finish(config.held_out.fewest)?.ok_or_else(|| {
        Error::file(
            &names.join(", "),
            "no sentence in it",
            "give it text with one sentence a line and spaces between the words",
        )
    })
}

/// Ids in the order of first occurrence while reading, ranks at the end.
struct Builder {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    words: WordList,
    counts: Vec<u64>,
    stream: Vec<u32>,
    aside: Aside,
    summary: Summary,
}

impl Builder {
    fn new(held_out: HeldOut) -> Self {
        Builder {
            hasher: DefaultHashBuilder::default(),
            table: HashTable::new(),
            words: WordList::new(),
            counts: vec![0; SPECIAL],
            stream: Vec::new(),
            aside: Aside::new(held_out),
            summary: Summary::default(),
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        if tokens::split(line).next().is_none() {
            return Ok(());
        }
        let hash = XxHash3_64::oneshot(line);
        self.summary.hash = self.summary.hash.wrapping_add(hash);
        if self.aside.takes(hash) {
            if let Some((line, times)) = self.aside.put(hash, line) {
                (0..times).try_for_each(|_| self.count(&line))?;
            }
            return Ok(());
        }
        self.count(line)
    }

    fn count(&mut self, line: &[u8]) -> Result<()> {
        let before = self.stream.len();
        self.stream.push(BOS);
        for token in tokens::split(line) {
            let id = match token {
                b"<s>" | b"</s>" => continue,
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
        self.summary.lines += 1;
        self.summary.tokens += (self.stream.len() - before - 2) as u64;
        if self.stream.len() >= u32::MAX as usize {
            return Err(Error::value(
                "more than 4,294,967,295 tokens of text",
                "train on a part of it",
            ));
        }
        Ok(())
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

    fn finish(mut self, fewest: usize) -> Result<Option<Corpus>> {
        let aside = std::mem::take(&mut self.aside.lines).into_values();
        let mut held_out = Vec::new();
        if aside.len() >= fewest {
            held_out = aside.map(|(line, _)| line).collect();
        } else {
            for (line, times) in aside {
                (0..times).try_for_each(|_| self.count(&line))?;
            }
        }
        if self.stream.is_empty() {
            return Ok(None);
        }
        self.table.clear();
        let mut by_rank: Vec<u32> = (SPECIAL as u32..self.words.len() as u32).collect();
        by_rank.par_sort_unstable_by(|&a, &b| {
            let counts = self.counts[b as usize].cmp(&self.counts[a as usize]);
            counts.then_with(|| self.words.get(a).cmp(self.words.get(b)))
        });
        let mut rank: Vec<u32> = (0..self.words.len() as u32).collect(); // old id → new id
        let mut words = WordList::new();
        let mut counts = self.counts[..SPECIAL].to_vec();
        for &old in &by_rank {
            rank[old as usize] = words.push(self.words.get(old));
            counts.push(self.counts[old as usize]);
        }
        self.stream.par_iter_mut().for_each(|id| *id = rank[*id as usize]);
        let Builder { stream, summary, .. } = self;
        Ok(Some(Corpus { words, counts, stream, held_out, summary }))
    }
}

/// The lines held out: those with the lowest hashes, each once.
struct Aside {
    /// Lines whose hash is below this are candidates.
    limit: u64,
    most: usize,
    /// hash → line and how often it occurred.
    lines: BTreeMap<u64, (Vec<u8>, u64)>,
}

impl Aside {
    fn new(held_out: HeldOut) -> Self {
        let most = if held_out.share > 0.0 { held_out.lines } else { 0 };
        let limit = (held_out.share.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
        Aside { limit: if most == 0 { 0 } else { limit }, most, lines: BTreeMap::new() }
    }

    fn takes(&self, hash: u64) -> bool {
        hash < self.limit
    }

    /// Takes a line and gives back what must be counted after all, and how often. Once full, the
    /// limit sinks to the highest hash that was given back, so that its later copies are counted
    /// too.
    fn put(&mut self, hash: u64, line: &[u8]) -> Option<(Vec<u8>, u64)> {
        self.lines.entry(hash).or_insert_with(|| (line.to_vec(), 0)).1 += 1;
        if self.lines.len() <= self.most {
            return None;
        }
        let (hash, line) = self.lines.pop_last()?;
        self.limit = hash;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(text: &str, held_out: HeldOut) -> Corpus {
        let mut builder = Builder::new(held_out);
        for line in text.lines() {
            builder.line(line.as_bytes()).unwrap();
        }
        builder.finish(held_out.fewest).unwrap().unwrap()
    }

    #[test]
    fn ids_are_ranks_by_count_and_then_by_bytes() {
        let read = corpus("b a b\n\nc a b <s>", HeldOut::NONE);
        let words: Vec<_> = (0..6).map(|id| read.words.get(id).to_vec()).collect();
        assert_eq!(words, [&b"<unk>"[..], b"<s>", b"</s>", b"b", b"a", b"c"]);
        assert_eq!(read.counts, [0, 2, 2, 3, 2, 1]);
        assert_eq!(read.stream, [1, 3, 4, 3, 2, 1, 5, 4, 3, 2]);
        assert_eq!((read.summary.lines, read.summary.tokens), (2, 6));
    }

    #[test]
    fn the_order_of_the_lines_changes_neither_ids_nor_held_out_lines() {
        let lines: Vec<String> = (0..500).map(|i| format!("a{} b{} c", i % 90, i % 7)).collect();
        let mut reversed = lines.clone();
        reversed.reverse();
        let some = HeldOut { share: 0.5, lines: 20, fewest: 0 };
        let (one, two) = (corpus(&lines.join("\n"), some), corpus(&reversed.join("\n"), some));
        assert_eq!(one.held_out, two.held_out);
        assert_eq!(one.held_out.len(), 20);
        assert_eq!((one.counts, one.summary.hash), (two.counts, two.summary.hash));
    }

    #[test]
    fn a_held_out_line_is_never_counted() {
        let lines: Vec<String> = (0..400).map(|i| format!("w{} x", i % 100)).collect();
        let read = corpus(&lines.join("\n"), HeldOut { share: 0.3, lines: 10, fewest: 10 });
        assert_eq!(read.held_out.len(), 10);
        let all = corpus(&lines.join("\n"), HeldOut { share: 0.3, lines: 10, fewest: 11 });
        assert_eq!((all.held_out.len(), all.summary.lines), (0, 400));
        for line in &read.held_out {
            let word = tokens::split(line).next().unwrap();
            assert!((0..read.words.len() as u32).all(|id| read.words.get(id) != word));
        }
    }
}
