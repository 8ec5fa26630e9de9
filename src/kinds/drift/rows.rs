//! The features of lines, as rows of a table.
//!
//! A line has its words, its pairs of neighbouring words, the shapes of its words (`Xx`, `99.9`) and of such pairs, a
//! class of its length; and, for words that occur fewer than [`RARE`] times, the n-grams of their characters, which
//! are all there is where words are not separated by spaces. What only one line has can tell nothing about another
//! one and is left out. Each feature counts once a line; vectors have length one.

use rayon::prelude::*;

use crate::kinds::features::{EDGE, ngrams, row, tokens};

use super::level::is_of_word;

/// Rows of the table that words are counted in, and of that in which all features are.
const WORDS: usize = 1 << 18;
const TABLE: usize = 1 << 20;
/// Words that occur fewer times than this are known by their characters too.
const RARE: u8 = 3;
/// How long these n-grams are, and the value of one, where that of other features is one.
const ORDERS: std::ops::RangeInclusive<usize> = 1..=3;
const FAINT: f32 = 0.3;
/// Marks the rows of such n-grams.
const IS_FAINT: u32 = 1 << 31;
/// How many lines a thread takes at a time.
const PIECE: usize = 256;

/// (lines) the features of every line.
#[derive(Debug)]
pub struct Rows {
    /// How many rows there are.
    pub rows: usize,
    ends: Vec<u32>,
    features: Vec<(u32, f32)>,
}

impl Rows {
    /// The features of the lines; whether first and last words are features too, as `whole` says, and lengths.
    pub fn new(lines: &[String], whole: bool) -> Self {
        let rare = Rare::new(lines);
        let pieces: Vec<Lists> =
            lines.par_chunks(PIECE).map(|lines| Lists::of(lines, whole, &rare)).collect();
        let mut lines_with = vec![0u8; TABLE];
        for row in pieces.iter().flat_map(|piece| &piece.all) {
            let count = &mut lines_with[(row & !IS_FAINT) as usize];
            *count = count.saturating_add(1);
        }
        let mut rows = 0;
        let places: Vec<u32> = (lines_with.iter())
            .map(|&count| {
                rows += u32::from(count > 1);
                if count > 1 { rows - 1 } else { u32::MAX }
            })
            .collect();
        let (mut ends, mut features) = (Vec::with_capacity(lines.len()), Vec::new());
        for piece in &pieces {
            let mut begin = 0;
            for &end in &piece.ends {
                push(&piece.all[begin..end as usize], &places, &mut features);
                ends.push(features.len() as u32);
                begin = end as usize;
            }
        }
        Rows { rows: rows as usize, ends, features }
    }

    /// The features of a line.
    pub fn of(&self, line: usize) -> &[(u32, f32)] {
        let begin = if line == 0 { 0 } else { self.ends[line - 1] as usize };
        &self.features[begin..self.ends[line] as usize]
    }
}

/// Adds the features of a line with these rows, of which those without a place are left out.
fn push(rows: &[u32], places: &[u32], features: &mut Vec<(u32, f32)>) {
    let begin = features.len();
    for &row in rows {
        let place = places[(row & !IS_FAINT) as usize];
        if place != u32::MAX {
            features.push((place, if row & IS_FAINT == 0 { 1.0 } else { FAINT }));
        }
    }
    let squares: f32 = features[begin..].iter().map(|(_, value)| value * value).sum();
    let length = squares.sqrt().max(f32::MIN_POSITIVE);
    features[begin..].iter_mut().for_each(|(_, value)| *value /= length);
}

/// Which words are rare, up to collisions.
struct Rare(Vec<u8>);

impl Rare {
    fn new(lines: &[String]) -> Self {
        let rows = |lines: &[String]| -> Vec<u32> {
            let words = lines.iter().flat_map(|line| line.split_ascii_whitespace());
            words.map(|word| row(tokens([word.as_bytes()]), WORDS) as u32).collect()
        };
        let all: Vec<Vec<u32>> = lines.par_chunks(PIECE).map(rows).collect();
        let mut counts = vec![0u8; WORDS];
        for row in all.into_iter().flatten() {
            counts[row as usize] = counts[row as usize].saturating_add(1);
        }
        Rare(counts)
    }

    fn has(&self, hash: u64) -> bool {
        self.0[row(hash, WORDS)] < RARE
    }
}

/// The rows of some lines, each once a line.
struct Lists {
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    fn of(lines: &[String], whole: bool, rare: &Rare) -> Self {
        let mut lists = Lists { ends: Vec::with_capacity(lines.len()), all: Vec::new() };
        let (mut scratch, mut rows) = (Scratch::default(), Vec::new());
        for line in lines {
            rows.clear();
            scratch.rows(line, whole, rare, &mut rows);
            rows.sort_unstable();
            rows.dedup();
            lists.all.extend_from_slice(&rows);
            lists.ends.push(lists.all.len() as u32);
        }
        lists
    }
}

/// Stand before what is no word, so that its hash is that of no word or pair: no line has such a byte.
const SHAPE: &[u8] = b"\0shape";
const LENGTH: &[u8] = b"\0length";
/// The hash of what is before the first word and after the last.
const END: u64 = 0;

/// Memory for one line after another.
#[derive(Default)]
struct Scratch {
    characters: Vec<char>,
    shape: Vec<u8>,
}

impl Scratch {
    fn rows(&mut self, line: &str, whole: bool, rare: &Rare, rows: &mut Vec<u32>) {
        let at = |hash| row(hash, TABLE) as u32;
        // The hashes of a word and its shape.
        let (mut before, mut length) = (whole.then_some([END; 2]), 0u32);
        for word in line.split_ascii_whitespace() {
            let hash = tokens([word.as_bytes()]);
            self.shape.clear();
            shape(word, &mut self.shape);
            let shape = tokens([SHAPE, &self.shape]);
            rows.extend([at(hash), at(shape)]);
            if let Some([word_before, shape_before]) = before {
                let [a, b] = [word_before, hash].map(u64::to_le_bytes);
                let [c, d] = [shape_before, shape].map(u64::to_le_bytes);
                rows.extend([at(tokens([&a[..], &b])), at(tokens([SHAPE, &c, &d]))]);
            }
            if rare.has(hash) {
                self.characters.clear();
                self.characters.push(EDGE);
                self.characters.extend(word.chars());
                self.characters.push(EDGE);
                ngrams(&self.characters, ORDERS, |_, _, hash| rows.push(at(hash) | IS_FAINT));
            }
            before = Some([hash, shape]);
            length += 1;
        }
        if whole {
            let last =
                before.map(|[last, _]| tokens([&last.to_le_bytes()[..], &END.to_le_bytes()]));
            rows.extend(last.map(at));
            rows.push(at(tokens([LENGTH, &length_class(length).to_le_bytes()])));
        }
    }
}

/// Thirds of doublings: 1, 2, 3, 4, 5, 6 to 7, 8 to 9, 10 to 12 and so on.
fn length_class(length: u32) -> u32 {
    (3.0 * libm::log2(f64::from(length.max(1)))) as u32
}

/// The shape of a word: X for capital letters, x for small ones, 9 for digits, a for letters without case, all else
/// as it is; of more than two of a kind in a row, two.
fn shape(word: &str, out: &mut Vec<u8>) {
    let mut kinds = [None; 2];
    for c in word.chars() {
        let kind = match c {
            'a'..='z' => 'x',
            'A'..='Z' => 'X',
            '0'..='9' => '9',
            _ if c.is_ascii() => c,
            _ if c.is_uppercase() => 'X',
            _ if c.is_lowercase() => 'x',
            _ if c.is_numeric() => '9',
            _ if is_of_word(c) => 'a',
            _ => c,
        };
        if kinds != [Some(kind); 2] {
            out.extend_from_slice(kind.encode_utf8(&mut [0; 4]).as_bytes());
            kinds = [kinds[1], Some(kind)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str], whole: bool) -> Rows {
        Rows::new(&lines.iter().map(|line| line.to_string()).collect::<Vec<_>>(), whole)
    }

    #[test]
    fn a_shape_has_two_of_a_kind_at_most() {
        let of = |word: &str| {
            let mut out = Vec::new();
            shape(word, &mut out);
            String::from_utf8(out).unwrap()
        };
        let shapes = ["Dog", "NATO", "12,345", "é-É", "...", "汉字汉字", ""].map(of);
        assert_eq!(shapes, ["Xxx", "XX", "99,99", "x-X", "..", "aa", ""]);
    }

    #[test]
    fn what_one_line_alone_has_is_left_out() {
        let rows = rows(&["dog", "dog", "1"], true);
        // Of the first two: word, two pairs, shape, shape in a pair, length; and n-grams of a rare word.
        let values: Vec<f32> = rows.of(0).iter().map(|(_, value)| *value).collect();
        let whole = values.iter().filter(|value| **value == values[0].max(values[1])).count();
        assert_eq!(rows.of(0), rows.of(1));
        assert!(whole >= 5 && values.len() > whole, "{values:?}");
        // Of the third: its length.
        assert_eq!(rows.of(2).len(), 1);
        assert_eq!(rows.of(2)[0].1, 1.0);
    }

    #[test]
    fn vectors_have_length_one_and_features_count_once() {
        let rows = rows(&["the dog the dog .", "the dog the dog the dog .", ""], false);
        for line in 0..2 {
            let squares: f32 = rows.of(line).iter().map(|(_, value)| value * value).sum();
            assert!((squares - 1.0).abs() < 1e-5, "{squares}");
        }
        // "dog the" is no feature of the second line that the first one lacks.
        assert_eq!(rows.of(0), rows.of(1));
        assert!(rows.of(2).is_empty());
        assert!(rows.of(0).iter().all(|(row, _)| (*row as usize) < rows.rows));
    }

    #[test]
    fn lengths_are_in_thirds_of_doublings() {
        let classes = [0, 1, 2, 3, 4, 8, 9, 10, 64].map(length_class);
        assert_eq!(classes, [0, 0, 3, 4, 6, 9, 9, 9, 18]);
    }
}
