//! Levenshtein distances of one string to many, bit-parallel.
//!
//! The distances of all beginnings of a string (rows) to what has been read so far of another one are
//! kept as their differences from row to row, +1 or -1 or neither, in two words of 64 bits, and a
//! character is read in a dozen operations (Myers 1999; Hyyrö 2003). A state is copied to read on in
//! several ways, and the distance to any beginning is a count of bits.

use hashbrown::HashMap;

/// A character as a small number.
pub type Symbol = u16;

/// A symbol that no character has.
pub const NOTHING: Symbol = 0;
/// The most rows.
pub const ROWS: usize = 64;

/// The characters that are met, numbered: ASCII by its code, all others in the order in which they are met.
#[derive(Debug, Default)]
pub struct Alphabet {
    others: Vec<char>,
    places: HashMap<char, Symbol>,
}

impl Alphabet {
    /// The symbol of a character. (Characters beyond the 65,000th would all share one.)
    pub fn symbol(&mut self, c: char) -> Symbol {
        if c.is_ascii() {
            return 1 + c as Symbol;
        }
        *self.places.entry(c).or_insert_with(|| {
            self.others.push(c);
            Symbol::try_from(128 + self.others.len()).unwrap_or(Symbol::MAX)
        })
    }

    /// The symbols of a text; what is not UTF-8 counts as in [`String::from_utf8_lossy`].
    pub fn symbols(&mut self, text: &[u8]) -> Vec<Symbol> {
        String::from_utf8_lossy(text).chars().map(|c| self.symbol(c)).collect()
    }

    /// The text of symbols.
    pub fn text(&self, symbols: &[Symbol]) -> String {
        let other = |at: usize| self.others.get(at).copied().unwrap_or(char::REPLACEMENT_CHARACTER);
        let char = |&s: &Symbol| match s {
            NOTHING => char::REPLACEMENT_CHARACTER,
            1..=128 => char::from(s as u8 - 1),
            _ => other(usize::from(s) - 129),
        };
        symbols.iter().map(char).collect()
    }

    pub fn len(&self) -> usize {
        (129 + self.others.len()).min(usize::from(Symbol::MAX) + 1)
    }
}

/// The string of the rows: for every symbol the rows that hold it.
#[derive(Debug, Default)]
pub struct Rows {
    holding: Vec<u64>,
    symbols: Vec<Symbol>,
}

impl Rows {
    /// Sets another string, of which the first [`ROWS`] symbols count.
    pub fn set(&mut self, alphabet: usize, string: impl Iterator<Item = Symbol>) {
        self.holding.resize(alphabet, 0);
        self.symbols.drain(..).for_each(|symbol| self.holding[usize::from(symbol)] = 0);
        for (row, symbol) in string.take(ROWS).enumerate() {
            self.holding[usize::from(symbol)] |= 1 << row;
            self.symbols.push(symbol);
        }
    }
}

/// The distances of all rows to what has been read.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    more: u64,
    less: u64,
    read: u32,
}

impl Column {
    /// Nothing has been read.
    pub fn start() -> Self {
        Column { more: !0, less: 0, read: 0 }
    }

    /// Reads on.
    #[inline]
    pub fn read(&mut self, rows: &Rows, symbols: impl Iterator<Item = Symbol>) {
        for symbol in symbols {
            let equal = rows.holding[usize::from(symbol)];
            let vertical = equal | self.less;
            let horizontal = (((equal & self.more).wrapping_add(self.more)) ^ self.more) | equal;
            let more = self.less | !(horizontal | self.more);
            let less = self.more & horizontal;
            let (more, less) = (more << 1 | 1, less << 1);
            self.more = less | !(vertical | more);
            self.less = more & vertical;
            self.read += 1;
        }
    }

    /// The distance of the first `rows` rows, 1 to [`ROWS`], to what has been read.
    #[inline]
    pub fn distance(&self, rows: usize) -> u32 {
        let these = !0 >> (ROWS - rows);
        self.read + (self.more & these).count_ones() - (self.less & these).count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rapidfuzz::distance::levenshtein;

    proptest! {
        #[test]
        fn distances_are_those_of_the_beginnings(a in "[abcé ]{1,70}", b in "[abcdé€]{0,70}") {
            let mut alphabet = Alphabet::default();
            let [a, b] = [a, b].map(|text| alphabet.symbols(text.as_bytes()));
            let mut rows = Rows::default();
            // What was there before leaves no trace.
            rows.set(alphabet.len(), b.iter().copied());
            rows.set(alphabet.len(), a.iter().copied());
            let (head, tail) = b.split_at(b.len() / 2);
            let mut column = Column::start();
            column.read(&rows, head.iter().copied());
            column.read(&rows, tail.iter().copied());
            for rows in 1..=a.len().min(ROWS) {
                let slow = levenshtein::distance(a[..rows].iter(), b.iter());
                prop_assert_eq!(column.distance(rows) as usize, slow);
            }
        }

        #[test]
        fn symbols_spell_their_text(text in "[a-cé€ß]{0,12}") {
            let mut alphabet = Alphabet::default();
            let symbols = alphabet.symbols(text.as_bytes());
            prop_assert_eq!(alphabet.text(&symbols), text);
        }
    }
}
