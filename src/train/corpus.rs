//! All training sources as they are counted: words, the stream of ids, held-out lines.

use std::borrow::Cow;

use super::aside::Line;
use super::spill::{Spill, Store};
use crate::error::Result;
use crate::model::words::{UNK, WordList};

/// Fills up n-grams of [`Corpus::records`] that are shorter than the others.
pub const NO_WORD: u32 = u32::MAX;

/// How many numbers of [`Corpus::records`] a count takes: its low and its high half.
pub const COUNT: usize = 2;

/// The halves of a count.
pub fn halves(count: u64) -> [u32; COUNT] {
    [count as u32, (count >> 32) as u32]
}

/// The count with these halves.
pub fn count_of(halves: &[u32]) -> u64 {
    halves.iter().rev().fold(0, |count, &half| count << 32 | u64::from(half))
}

/// All texts and counts.
#[derive(Debug, Default)]
pub struct Corpus {
    /// The words, by id.
    pub words: WordList,
    /// How many words are on the list of those that are to stay, the first ones after the special words.
    pub listed: usize,
    /// (words) how often each word was counted; `<s>` and `</s>` once per sentence.
    pub counts: Vec<u64>,
    /// (words) how many n-grams of text and records begin with each; empty without records, as they are the counts.
    pub items: Vec<u64>,
    /// Ids of plain text, no sentence split between chunks; on disk they are provisional.
    pub text: Store<u32>,
    /// Counted n-grams: `record_order` provisional ids and the [`halves`] of a count each.
    pub records: Store<u32>,
    /// How many sentences of plain text there are; n-grams counted elsewhere have no text.
    pub text_lines: u64,
    /// Order of the counted n-grams.
    pub record_order: usize,
    /// (words) provisional id → id.
    pub ranks: Vec<u32>,
    /// Lines that were not counted, ordered by hash.
    pub held_out: Vec<Line>,
    /// What was read.
    pub summary: Summary,
}

impl Corpus {
    /// (words) how many n-grams of text and records begin with each.
    pub fn items(&self) -> &[u64] {
        if self.items.is_empty() { &self.counts } else { &self.items }
    }

    /// The final id of a provisional one.
    pub fn rank(&self, provisional: u32) -> u32 {
        self.ranks.get(provisional as usize).copied().unwrap_or(UNK)
    }

    /// The ids of a chunk of the text.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn ids(&self, chunk: usize, spill: &Spill) -> Result<Cow<'_, [u32]>> {
        let mut ids = self.text.get(chunk, spill)?;
        if let Cow::Owned(ids) = &mut ids {
            ids.iter_mut().for_each(|id| *id = self.rank(*id));
        }
        Ok(ids)
    }

    /// The most n-grams of the highest order that there can be; those that come with a count are one each.
    pub fn ngrams(&self) -> u64 {
        let items = |store: &Store<u32>| (0..store.len()).map(|i| store.size(i) / 4).sum::<u64>();
        items(&self.text) + items(&self.records) / (self.record_order + COUNT) as u64
    }

    /// How many bytes the words take.
    pub fn words_size(&self) -> u64 {
        let (bytes, offsets) = self.words.parts();
        (bytes.len() + 8 * offsets.len() + 12 * self.counts.len()) as u64
    }
}

/// What was read, not counting held-out lines.
#[derive(Debug, Default, Clone, Copy)]
pub struct Summary {
    /// Counted sentences.
    pub lines: u64,
    /// Counted tokens, without `<s>` and `</s>`.
    pub tokens: u64,
    /// Sum of the hashes of all lines, including held-out ones: independent of their order.
    pub hash: u64,
    /// Lines of text in other languages, in none of these numbers.
    pub foreign: u64,
}

impl Summary {
    /// Adds sentences and tokens; `None` if all of them with the ends of sentences are more than 64 bits hold.
    pub fn add(&mut self, lines: u64, tokens: u64) -> Option<()> {
        self.lines = self.lines.checked_add(lines)?;
        self.tokens = self.tokens.checked_add(tokens)?;
        self.tokens.checked_add(self.lines.checked_mul(2)?).map(drop)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::words::{BOS, EOS};

    /// A corpus of sentences of ids below 9, and its stream.
    pub fn corpus_of(sentences: &[Vec<u32>], spill: &Spill) -> (Corpus, Vec<u32>) {
        let mut stream = Vec::new();
        for sentence in sentences {
            stream.push(BOS);
            stream.extend(sentence);
            stream.push(EOS);
        }
        let mut counts = vec![0; 9];
        stream.iter().for_each(|&id| counts[id as usize] += 1);
        let text_lines = sentences.len() as u64;
        let mut corpus = Corpus { counts, text_lines, ..Corpus::default() };
        corpus.text.push(stream.clone(), u64::MAX, spill).unwrap();
        (corpus, stream)
    }
}
