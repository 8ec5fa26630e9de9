//! Which n-grams of characters and tokens does a text have?
//!
//! A word is written between two [`EDGE`]s, so that beginnings and ends of words are n-grams of their own. Every
//! n-gram is known by a hash of 64 bits alone, built up character by character: the n-grams that begin at the same
//! character cost one multiplication each. The same bits on every machine.

use std::ops::RangeInclusive;

/// What stands before and after a word.
pub const EDGE: char = ' ';

/// Odd, with bits that look random (2^64 divided by the golden ratio).
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// Where every hash begins.
const SEED: u64 = 0x51_7C_C1_B7_27_22_0A_95;

/// Visits the n-grams of `orders` of a word that stands between [`EDGE`]s, by their first character, then by
/// their length: where it begins, its length and its hash. An n-gram of edges alone is none.
#[inline]
pub fn ngrams(
    padded: &[char],
    orders: RangeInclusive<usize>,
    mut see: impl FnMut(usize, usize, u64),
) {
    for first in 0..padded.len() {
        let mut hash = SEED;
        for (n, &c) in padded[first..].iter().take(*orders.end()).enumerate() {
            hash = add(hash, u64::from(c));
            if n + 1 >= *orders.start() && !(n == 0 && c == EDGE) {
                see(first, n + 1, finish(hash));
            }
        }
    }
}

/// The hash of a whole word between [`EDGE`]s, or of any other run of characters: the one that [`ngrams`] gives it.
#[inline]
pub fn whole(padded: &[char]) -> u64 {
    finish(padded.iter().fold(SEED, |hash, &c| add(hash, u64::from(c))))
}

/// The hash of an n-gram of tokens. One token's differs from that of the same characters in [`ngrams`].
#[inline]
pub fn tokens<'a>(ngram: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut hash = !SEED;
    for token in ngram {
        for part in token.chunks(8) {
            let mut bytes = [0; 8];
            bytes[..part.len()].copy_from_slice(part);
            hash = add(hash, u64::from_le_bytes(bytes));
        }
        hash = add(hash, token.len() as u64);
    }
    finish(hash)
}

/// The row of a hash in a table of `rows` rows, at most 2^32, all equally likely (Lemire 2019).
#[inline]
pub fn row(hash: u64, rows: usize) -> usize {
    (((hash >> 32) * rows as u64) >> 32) as usize
}

#[inline]
fn add(hash: u64, part: u64) -> u64 {
    (hash.rotate_left(5) ^ part).wrapping_mul(FACTOR)
}

/// The upper bits depend on all characters.
#[inline]
fn finish(hash: u64) -> u64 {
    (hash ^ (hash >> 32)).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn seen(word: &str, orders: RangeInclusive<usize>) -> Vec<String> {
        let padded: Vec<char> = word.chars().collect();
        let mut all = Vec::new();
        ngrams(&padded, orders, |first, n, _| all.push(padded[first..first + n].iter().collect()));
        all
    }

    #[test]
    fn a_word_has_its_ngrams_and_its_edges() {
        assert_eq!(seen(" ab ", 1..=3), [" a", " ab", "a", "ab", "ab ", "b", "b "]);
        assert_eq!(seen(" ab ", 3..=6), [" ab", " ab ", "ab "]);
        assert_eq!(seen("", 1..=6), [""; 0]);
    }

    #[test]
    fn an_ngram_has_the_same_hash_in_every_word_and_no_other_one_has_it() {
        let (mut hashes, mut strings) = (BTreeSet::new(), BTreeSet::new());
        for word in [" hang ", " hand ", " gnah ", " 汉字汉字 ", " aaaa ", " \u{1} "] {
            let padded: Vec<char> = word.chars().collect();
            ngrams(&padded, 1..=6, |first, n, hash| {
                hashes.insert(hash);
                strings.insert(padded[first..first + n].to_vec());
            });
        }
        assert_eq!(hashes.len(), strings.len());
    }

    #[test]
    fn a_whole_word_is_its_longest_ngram() {
        let mut hashes = Vec::new();
        ngrams(&[' ', 'a', 'b', ' '], 4..=4, |_, _, hash| hashes.push(hash));
        assert_eq!(hashes, [whole(&[' ', 'a', 'b', ' '])]);
    }

    #[test]
    fn tokens_are_told_apart_where_they_end() {
        let of = |ngram: &[&str]| tokens(ngram.iter().map(|token| token.as_bytes()));
        let all =
            [&["ab", "c"][..], &["a", "bc"], &["abc"], &["c", "ab"], &["abc", ""], &["abcdefghi"]];
        let hashes: BTreeSet<u64> = all.iter().map(|ngram| of(ngram)).collect();
        assert_eq!(hashes.len(), all.len());
    }

    #[test]
    fn rows_are_equally_likely() {
        let mut counts = [0; 10];
        for i in 0..50_000u64 {
            counts[row(tokens([&i.to_le_bytes()[..]]), 10)] += 1;
        }
        assert!(counts.iter().all(|&count| (4_700..5_300).contains(&count)), "{counts:?}");
    }

    #[test]
    fn hashes_are_the_same_on_every_machine() {
        let mut all = Vec::new();
        ngrams(&[' ', 'ä', ' '], 1..=3, |_, _, hash| all.push(hash));
        assert_eq!(
            all,
            [0x785EA21B303760A5, 0x941996120FC94579, 0x681971D7E83BCAFC, 0x2880142D95EB2241]
        );
    }
}
