//! The words of a mapped model: id → bytes by offsets, bytes → id by an open hash table.
//!
//! ```text
//! vocabulary.bytes    u8   all words end to end
//! vocabulary.offsets  u64  (words + 1) where each word begins
//! vocabulary.table    u32  (a power of two) ids at the slot of their word's XXH3 hash or the next free one
//! ```

use twox_hash::XxHash3_64;

use super::core::prefetch::prefetch;
use super::words::{BOS, EOS, UNK, WordList};

/// An empty slot of the table.
const EMPTY: u32 = u32::MAX;
/// Tokens that are looked up together.
const BLOCK: usize = 32;

/// The words of a model file.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// All words end to end.
    pub bytes: &'a [u8],
    /// (words + 1) where each word begins.
    pub offsets: &'a [u64],
    /// (a power of two) ids at the slot of their word's XXH3 hash or the next free one.
    pub table: &'a [u32],
}

impl<'a> Vocabulary<'a> {
    /// Of a list of words and its [`table`].
    pub(crate) fn of(words: &'a WordList, table: &'a [u32]) -> Self {
        let (bytes, offsets) = words.parts();
        Vocabulary { bytes, offsets, table }
    }

    /// Number of words, the special ones included.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word with this id; empty for an id that does not exist.
    pub fn word(&self, id: u32) -> &'a [u8] {
        let id = id as usize;
        let (Some(&start), Some(&end)) = (self.offsets.get(id), self.offsets.get(id + 1)) else {
            return b"";
        };
        self.bytes.get(start as usize..end as usize).unwrap_or(b"")
    }

    /// The id of a word; [`UNK`] for an unknown one.
    ///
    /// # Complexity
    /// O(1) expected: the table is at most half full.
    pub fn id(&self, word: &[u8]) -> u32 {
        self.id_at(word, XxHash3_64::oneshot(word) as usize)
    }

    /// The id of a word with this hash.
    #[inline]
    fn id_at(&self, word: &[u8], start: usize) -> u32 {
        let mask = self.table.len().wrapping_sub(1);
        for step in 0..self.table.len() {
            match self.table.get(start.wrapping_add(step) & mask) {
                None | Some(&EMPTY) => break,
                Some(&id) if self.word(id) == word => return id,
                Some(_) => {}
            }
        }
        UNK
    }

    /// The id of a token of a text, in which `<s>` and `</s>` are unknown words.
    pub fn id_of_token(&self, token: &[u8]) -> u32 {
        of_token(self.id(token))
    }

    /// [`Self::id_of_token`] of many tokens, appended to `ids`: a block of them goes through every step together,
    /// and each step asks for what the next one reads.
    pub(crate) fn ids_of_tokens(&self, tokens: &[&[u8]], ids: &mut Vec<u32>) {
        let mask = self.table.len().wrapping_sub(1);
        for block in tokens.chunks(BLOCK) {
            let mut hashes = [0; BLOCK];
            for (hash, token) in hashes.iter_mut().zip(block) {
                *hash = XxHash3_64::oneshot(token) as usize;
                prefetch(self.table, *hash & mask);
            }
            let hashes = &hashes[..block.len()];
            let first = |hash: &usize| self.table.get(hash & mask).map_or(0, |&id| id as usize);
            hashes.iter().for_each(|hash| prefetch(self.offsets, first(hash)));
            for hash in hashes {
                let start = self.offsets.get(first(hash)).copied().unwrap_or(0);
                prefetch(self.bytes, start as usize);
            }
            ids.extend(
                block.iter().zip(hashes).map(|(token, &hash)| of_token(self.id_at(token, hash))),
            );
        }
    }
}

/// The id of a token that has the id of this word: marks are no words.
fn of_token(id: u32) -> u32 {
    match id {
        BOS | EOS => UNK,
        id => id,
    }
}

/// Builds the hash table of a list of words.
pub(crate) fn table(words: &WordList) -> Vec<u32> {
    let mut table = vec![EMPTY; (words.len() * 2).next_power_of_two()];
    let mask = table.len() - 1;
    for (id, word) in words.iter().enumerate() {
        let mut slot = XxHash3_64::oneshot(word) as usize & mask;
        while table[slot] != EMPTY {
            slot = (slot + 1) & mask;
        }
        table[slot] = id as u32;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_finds_its_id_and_others_do_not() {
        let mut words = WordList::new();
        for i in 0..1000 {
            words.push(format!("w{i}").as_bytes());
        }
        let table = table(&words);
        let (bytes, offsets) = words.parts();
        let vocabulary = Vocabulary { bytes, offsets, table: &table };
        for id in 0..words.len() as u32 {
            assert_eq!(vocabulary.id(words.get(id)), id);
            assert_eq!(vocabulary.word(id), words.get(id));
        }
        let tokens: Vec<&[u8]> =
            (0..words.len() as u32).map(|id| words.get(id)).chain([&b"absent"[..]]).collect();
        let mut ids = vec![77];
        vocabulary.ids_of_tokens(&tokens, &mut ids);
        let one_by_one = tokens.iter().map(|token| vocabulary.id_of_token(token));
        assert_eq!(ids, [77].into_iter().chain(one_by_one).collect::<Vec<u32>>());
        assert_eq!(vocabulary.id(b"absent"), UNK);
        assert_eq!(vocabulary.word(99_999), b"");
    }
}
