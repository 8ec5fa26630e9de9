//! The words of all texts, each stored once, and the texts as their words' numbers.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::kinds::features::whole;
use crate::kinds::language::words::{without_accents, words};

/// Words by number.
#[derive(Debug, Default)]
pub struct Vocabulary {
    numbers: HashMap<u64, u32>,
    characters: Vec<char>,
    ends: Vec<usize>,
}

impl Vocabulary {
    /// The number of a word between edges, which is given one if it is new.
    pub fn number(&mut self, padded: &[char]) -> u32 {
        match self.numbers.entry(whole(padded)) {
            Entry::Occupied(number) => *number.get(),
            Entry::Vacant(place) => {
                self.characters.extend_from_slice(padded);
                self.ends.push(self.characters.len());
                *place.insert(self.ends.len() as u32 - 1)
            }
        }
    }

    /// The characters of a word, edges included.
    pub fn word(&self, number: u32) -> &[char] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.characters[start..self.ends[number]]
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// For each word the number of the word that it is without accents.
    pub fn plain(&mut self) -> Vec<u32> {
        let all = self.len() as u32;
        let plain = (0..all).map(|number| {
            if self.word(number).is_ascii() {
                return number;
            }
            let plain = without_accents(self.word(number));
            self.number(&plain)
        });
        let mut plain: Vec<u32> = plain.collect();
        plain.extend(all..self.len() as u32); // those that are new
        plain
    }
}

trait IsAscii {
    fn is_ascii(&self) -> bool;
}

impl IsAscii for [char] {
    fn is_ascii(&self) -> bool {
        self.iter().all(char::is_ascii)
    }
}

/// The texts of a kind, as numbers of words.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    words: Vec<u32>,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text, unless it has no words.
    pub fn add(&mut self, text: &str, vocabulary: &mut Vocabulary, scratch: &mut Vec<char>) {
        let before = self.words.len();
        words(text, scratch, |word| self.words.push(vocabulary.number(word)));
        if self.words.len() > before {
            self.ends.push(self.words.len());
        }
    }

    /// Adds those of another kind.
    pub fn append(&mut self, other: &Texts) {
        let before = self.words.len();
        self.words.extend_from_slice(&other.words);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The words of a text.
    pub fn text(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.words[start..self.ends[i]]
    }

    /// The words in order of their numbers, and how often each occurs.
    pub fn counts(&self) -> Vec<(u32, u32)> {
        let mut words = self.words.clone();
        words.sort_unstable();
        words.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbers_of_words_and_words_are_stored_once() {
        let (mut vocabulary, mut texts, mut scratch) =
            (Vocabulary::default(), Texts::default(), Vec::new());
        for text in ["Été, un été", "...", "un an"] {
            texts.add(text, &mut vocabulary, &mut scratch);
        }
        assert_eq!((texts.len(), texts.text(0), texts.text(1)), (2, &[0, 1, 0][..], &[1, 2][..]));
        assert_eq!(texts.counts(), [(0, 2), (1, 2), (2, 1)]);
        let plain = vocabulary.plain();
        assert_eq!(plain, [3, 1, 2, 3]);
        assert_eq!(vocabulary.word(3).iter().collect::<String>(), " ete ");
    }
}
