//! A list of the words that a model is to know.
//!
//! Input: text with words separated by white space, as `impute inspect --words` and other tools write them. The order
//! and doubles do not matter; the special words are in every model, listed or not.

use std::path::Path;

use hashbrown::HashSet;
use twox_hash::XxHash3_64;

use crate::error::{Error, Result};
use crate::text::input;
use crate::text::lines::Lines;
use crate::text::tokens;

/// Words by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordSet {
    words: HashSet<Vec<u8>>,
    name: String,
}

impl<W: Into<Vec<u8>>> FromIterator<W> for WordSet {
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Self {
        let words = words.into_iter().map(Into::into).collect();
        WordSet { words, name: "the vocabulary".to_owned() }
    }
}

impl WordSet {
    /// Reads a list: a path, or `-` for standard input.
    ///
    /// # Errors
    /// It cannot be read, is not UTF-8, or has no word.
    pub fn read(path: &Path) -> Result<Self> {
        let mut lines = Lines::new(input::open(path)?, true);
        let (mut words, mut line) = (HashSet::new(), Vec::new());
        while lines.next_into(&mut line)? {
            if std::str::from_utf8(&line).is_err() {
                return Err(lines.error("not UTF-8", "convert the file to UTF-8"));
            }
            let listed = tokens::words(&line).filter(|&word| word != b"<unk>");
            words.extend(listed.map(<[u8]>::to_vec));
        }
        let name = lines.name().to_owned();
        if words.is_empty() {
            let what = "no word in this vocabulary";
            return Err(Error::file(&name, what, "give it words separated by white space"));
        }
        Ok(WordSet { words, name })
    }

    /// Whether a word is in it.
    pub fn contains(&self, word: &[u8]) -> bool {
        self.words.contains(word)
    }

    /// About how many bytes of memory it takes.
    pub fn size(&self) -> u64 {
        let entries = self.words.capacity() * (size_of::<Vec<u8>>() + 1) * 8 / 7;
        // An allocation takes 16 bytes more, rounded up.
        let words = self.words.iter().map(|word| word.len().next_multiple_of(16) + 16);
        (entries + words.sum::<usize>()) as u64
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Sum of the 64-bit XXH3 hashes of the words.
    pub fn hash(&self) -> u64 {
        let hashes = self.words.iter().map(|word| XxHash3_64::oneshot(word));
        hashes.fold(0, u64::wrapping_add)
    }

    /// The error for a text that has none of the words.
    pub(super) fn absent(&self) -> Error {
        let what = format!("none of its {} words is in the text", self.len());
        Error::file(&self.name, what, "give it the words of the text as they are spelled there")
    }
}
