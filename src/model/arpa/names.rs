//! The words of an ARPA file: first in the file's order, then with their final ids.

use hashbrown::HashTable;
use twox_hash::XxHash3_64;

use crate::model::words::{BOS, EOS, SPECIAL, UNK, WordList};

/// The log10 probability that `<unk>` gets where a file has none, as KenLM's tools give it.
pub const LOG10_UNKNOWN: f32 = -100.0;

/// Single words with their numbers. Until [`Names::sort`] the special words stand first, read or
/// not, and the others in the order of the file.
#[derive(Default)]
pub(super) struct Names {
    words: WordList,
    table: HashTable<u32>,
    log10_p: Vec<f32>,
    log10_backoff: Vec<f32>,
    /// (words) place in the file's order → id; empty before sorting.
    ids: Vec<u32>,
}

/// Words by id with their log10 probabilities and backoff weights.
pub(super) struct Unigrams {
    pub words: WordList,
    pub log10_p: Vec<f32>,
    pub log10_backoff: Vec<f32>,
}

impl Names {
    /// Adds a word and returns whether it is new.
    pub fn insert(&mut self, word: &[u8], log10_p: f32, log10_backoff: f32) -> bool {
        if self.place(word).is_some() {
            return false;
        }
        if self.log10_p.is_empty() {
            // NaN: not read yet
            self.log10_p = vec![f32::NAN; SPECIAL];
            self.log10_backoff = vec![0.0; SPECIAL];
        }
        let special = (0..SPECIAL as u32).find(|&id| self.words.get(id) == word);
        let place = special.unwrap_or_else(|| {
            self.log10_p.push(0.0);
            self.log10_backoff.push(0.0);
            self.words.push(word)
        });
        self.log10_p[place as usize] = log10_p;
        self.log10_backoff[place as usize] = log10_backoff;
        let words = &self.words;
        self.table.insert_unique(hash(word), place, |&place| hash(words.get(place)));
        true
    }

    fn place(&self, word: &[u8]) -> Option<u32> {
        self.table.find(hash(word), |&place| self.words.get(place) == word).copied()
    }

    /// Whether a word was read.
    pub fn has(&self, word: &[u8]) -> bool {
        self.place(word).is_some()
    }

    /// Gives the words their ids; returns them by id, and whether there was an unknown word: `<unk>`, or
    /// else `<UNK>`.
    pub fn sort(&mut self) -> (Unigrams, bool) {
        let capitals = self.place(b"<UNK>").filter(|_| !self.has(b"<unk>"));
        let mut order: Vec<u32> = (0..self.log10_p.len() as u32).collect();
        order.retain(|&place| place >= SPECIAL as u32 && Some(place) != capitals);
        order.sort_by(|&a, &b| {
            let (p, q) = (self.log10_p[a as usize], self.log10_p[b as usize]);
            q.total_cmp(&p).then_with(|| self.words.get(a).cmp(self.words.get(b)))
        });
        order.splice(..0, [capitals.unwrap_or(UNK), BOS, EOS]);
        self.ids = vec![UNK; self.log10_p.len()];
        let mut words = WordList::new();
        for (&place, id) in order.iter().zip(0..) {
            self.ids[place as usize] = id;
            if id >= SPECIAL as u32 {
                words.push(self.words.get(place));
            }
        }
        let by_id = |values: &[f32]| order.iter().map(|&place| values[place as usize]).collect();
        let mut log10_p: Vec<f32> = by_id(&self.log10_p);
        let log10_backoff = by_id(&self.log10_backoff);
        let known = !log10_p[UNK as usize].is_nan();
        if !known {
            log10_p[UNK as usize] = LOG10_UNKNOWN;
        }
        (Unigrams { words, log10_p, log10_backoff }, known)
    }

    /// The id of a word, once sorted.
    pub fn id(&self, word: &[u8]) -> Option<u32> {
        self.ids.get(self.place(word)? as usize).copied()
    }
}

fn hash(word: &[u8]) -> u64 {
    XxHash3_64::oneshot(word)
}
