//! The words and character n-grams that tell most: those in many more lines of one text than of the other.
//!
//! They are ordered by the log-likelihood ratio of the lines that have them (Dunning, *Accurate Methods for the
//! Statistics of Surprise and Coincidence*, 1993), which is 2 sum O ln O/E over the table of lines with and without it
//! in both texts. All words are counted, but n-grams in a table of hashes only; a second pass over the
//! words finds out which n-grams are in its best rows, and counts the lines of each.

use std::ops::RangeInclusive;

use hashbrown::HashMap;
use serde::Serialize;

use crate::kinds::features::{EDGE, ngrams, row};

/// How long the n-grams are, in characters, edges of words included.
const ORDERS: RangeInclusive<usize> = 1..=4;
/// Rows of the table of n-grams, and how many of the best are looked at more closely.
const TABLE: usize = 1 << 19;
const BEST: usize = 400;
/// What has a lower ratio tells nothing: of 100,000 n-grams of texts of one kind, one in a hundred runs has it.
const LEAST: f64 = 30.0;

/// An n-gram is not shown if this share of the lines that have it have a word that is shown and has it.
const EXPLAINED: f64 = 0.7;

/// A word or an n-gram that is in many more lines of one text than of the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telling {
    /// The word, or the n-gram with a space at each edge of a word.
    pub text: String,
    /// The share of old and of new lines that have it, from 0 to 1.
    pub lines: [f64; 2],
    /// The log-likelihood ratio.
    pub ratio: f64,
    /// Whether it tells that a line is new.
    pub is_new: bool,
}

/// What tells most: words, then character n-grams; `shown` of each for the old text, then for the new one.
pub fn telling(lines: &[&str], is_new: &[bool], shown: usize) -> [Vec<Telling>; 2] {
    let types = Types::of(lines, is_new);
    let sides = types.sides;
    let candidates = types.counts.iter().zip(&types.words).map(|(counts, word)| (*counts, *word));
    let words = best(candidates, sides, usize::MAX);
    let words = chosen(words, shown, |_, _| false);
    let found = characters(&types);
    let mut found = best(found.iter().map(|(counts, text)| (*counts, &text[..])), sides, BEST);
    found.retain(|found| !words.iter().any(|word| explains(word, found)));
    let characters = chosen(found, shown, |kept, found| overlap(&kept.text, &found.text));
    [words, characters]
}

/// The best of each side of which none is the `same` as a better one, those of the old side first.
fn chosen(
    found: Vec<Telling>,
    shown: usize,
    same: impl Fn(&Telling, &Telling) -> bool,
) -> Vec<Telling> {
    let mut all: Vec<Telling> = Vec::new();
    for found in found {
        let beside: Vec<&Telling> = all.iter().filter(|kept| kept.is_new == found.is_new).collect();
        if beside.len() < shown && !beside.iter().any(|kept| same(kept, &found)) {
            all.push(found);
        }
    }
    all.sort_by_key(|telling| telling.is_new);
    all
}

/// Whether an n-gram is mostly there because a word is.
fn explains(word: &Telling, ngram: &Telling) -> bool {
    let side = usize::from(word.is_new);
    word.is_new == ngram.is_new
        && format!("{EDGE}{}{EDGE}", word.text).contains(&ngram.text)
        && word.lines[side] >= EXPLAINED * ngram.lines[side]
}

/// Whether an n-gram is in the other, or begins with two or more characters with which the other ends: they are
/// likely to stand for the same words.
fn overlap(a: &str, b: &str) -> bool {
    let ends = |a: &str, b: &str| {
        let starts = a.char_indices().map(|(at, _)| &a[at..]);
        starts.filter(|end| end.chars().count() >= 2).any(|end| b.starts_with(end))
    };
    a.contains(b) || b.contains(a) || ends(a, b) || ends(b, a)
}

/// The candidates that tell something, the best first, at most so many.
fn best<'t>(
    candidates: impl Iterator<Item = ([u32; 2], &'t str)>,
    sides: [u32; 2],
    most: usize,
) -> Vec<Telling> {
    let mut found: Vec<(f64, [u32; 2], &str)> = candidates
        .map(|(counts, text)| (ratio(counts, sides), counts, text))
        .filter(|(ratio, ..)| *ratio >= LEAST)
        .collect();
    // Of two that tell as much, the longer one says more.
    let by_length = |a: &str, b: &str| b.len().cmp(&a.len()).then(a.cmp(b));
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| by_length(a.2, b.2)));
    found.truncate(most);
    let telling = |(ratio, counts, text): (f64, [u32; 2], &str)| {
        let lines = [0, 1].map(|side| f64::from(counts[side]) / f64::from(sides[side]));
        Telling { text: text.to_owned(), lines, ratio, is_new: lines[1] > lines[0] }
    };
    found.into_iter().map(telling).collect()
}

/// The log-likelihood ratio of something that so many of all lines have, old and new.
fn ratio(with: [u32; 2], all: [u32; 2]) -> f64 {
    let [with, all] = [with, all].map(|pair| pair.map(f64::from));
    let share = (with[0] + with[1]) / (all[0] + all[1]);
    let term = |observed: f64, expected: f64| match observed {
        0.0 => 0.0,
        _ => observed * libm::log(observed / expected),
    };
    let side = |side: usize| {
        let (with, all) = (with[side], all[side]);
        term(with, share * all) + term(all - with, (1.0 - share) * all)
    };
    2.0 * (side(0) + side(1))
}

/// The words that differ, in order of appearance.
struct Types<'t> {
    words: Vec<&'t str>,
    /// (words) how many old and new lines have each.
    counts: Vec<[u32; 2]>,
    /// (lines) the words of every line, each once.
    lines: Vec<Vec<u32>>,
    is_new: &'t [bool],
    /// How many old and new lines there are.
    sides: [u32; 2],
}

impl<'t> Types<'t> {
    fn of(lines: &[&'t str], is_new: &'t [bool]) -> Self {
        let mut types = Types {
            words: Vec::new(),
            counts: Vec::new(),
            lines: Vec::with_capacity(lines.len()),
            is_new,
            sides: [0; 2],
        };
        let mut ids: HashMap<&str, u32> = HashMap::new();
        for (line, &new) in lines.iter().zip(is_new) {
            let mut words: Vec<u32> = Vec::new();
            for word in line.split_ascii_whitespace() {
                let next = types.words.len() as u32;
                let id = *ids.entry(word).or_insert(next);
                if id == next {
                    types.words.push(word);
                    types.counts.push([0; 2]);
                }
                words.push(id);
            }
            words.sort_unstable();
            words.dedup();
            let side = usize::from(new);
            words.iter().for_each(|&id| types.counts[id as usize][side] += 1);
            types.sides[side] += 1;
            types.lines.push(words);
        }
        types
    }

    /// Visits the n-grams of a word: each as often as it is there.
    fn ngrams(&self, word: usize, padded: &mut Vec<char>, mut see: impl FnMut(&[char], usize)) {
        padded.clear();
        padded.push(EDGE);
        padded.extend(self.words[word].chars());
        padded.push(EDGE);
        ngrams(padded, ORDERS, |first, n, hash| see(&padded[first..first + n], row(hash, TABLE)));
    }
}

/// The n-grams of the rows that tell most, with the old and new lines that have them.
fn characters(types: &Types<'_>) -> Vec<([u32; 2], String)> {
    let mut table = vec![[0u32; 2]; TABLE];
    let mut padded = Vec::new();
    let mut all = [0u32; 2];
    for (word, counts) in types.counts.iter().enumerate() {
        types.ngrams(word, &mut padded, |_, row| {
            (0..2).for_each(|side| table[row][side] += counts[side]);
        });
        (0..2).for_each(|side| all[side] += counts[side] * (padded.len() as u32));
    }
    let mut rows: Vec<(f64, usize)> = (table.iter().enumerate())
        .filter(|(_, counts)| **counts != [0; 2])
        .map(|(row, counts)| (ratio(*counts, all), row))
        .collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    rows.truncate(BEST);
    let mut wanted = vec![false; TABLE];
    rows.iter().for_each(|(_, row)| wanted[*row] = true);
    // The second pass: what are they, and which words have them?
    let (mut found, mut ids) = (Vec::new(), HashMap::<String, u32>::new());
    let mut of_word: Vec<Vec<u32>> = Vec::with_capacity(types.words.len());
    for word in 0..types.words.len() {
        let mut those = Vec::new();
        types.ngrams(word, &mut padded, |ngram, row| {
            if wanted[row] {
                let text: String = ngram.iter().collect();
                let next = found.len() as u32;
                let id = *ids.entry_ref(&text[..]).or_insert(next);
                if id == next {
                    found.push(([0; 2], text));
                }
                those.push(id);
            }
        });
        of_word.push(those);
    }
    let mut last = vec![usize::MAX; found.len()];
    for (at, words) in types.lines.iter().enumerate() {
        for &id in words.iter().flat_map(|&word| &of_word[word as usize]) {
            if last[id as usize] != at {
                last[id as usize] = at;
                found[id as usize].0[usize::from(types.is_new[at])] += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: &[Telling], is_new: bool) -> Vec<&str> {
        found.iter().filter(|t| t.is_new == is_new).map(|t| &t.text[..]).collect()
    }

    #[test]
    fn words_and_ngrams_of_one_side_are_found_with_their_shares() {
        let old: Vec<String> = (0..300).map(|i| format!("Said w{i} the doging .")).collect();
        let new: Vec<String> =
            (0..300).map(|i| format!("said w{i} the the dog{} .", i % 40)).collect();
        let lines: Vec<&str> = old.iter().chain(&new).map(String::as_str).collect();
        let is_new: Vec<bool> = (0..600).map(|at| at >= 300).collect();
        let [words, characters] = telling(&lines, &is_new, 3);
        assert_eq!(texts(&words, false), ["doging", "Said"]);
        assert_eq!(texts(&words, true), ["said"]);
        assert_eq!(words[0].lines, [1.0, 0.0]);
        // Words explain all n-grams but those of the dogs with numbers, of which no one is in enough lines.
        assert_eq!(texts(&characters, false), [""; 0]);
        assert_eq!(texts(&characters, true), ["dog1", "dog2", "dog3"]);
        // The slow way to count lines.
        for found in &characters {
            for (side, lines) in [&old, &new].into_iter().enumerate() {
                let has = |line: &&String| format!(" {line} ").contains(&found.text);
                let share = lines.iter().filter(has).count() as f64 / 300.0;
                assert_eq!(found.lines[side], share, "{found:?}");
            }
        }
    }

    #[test]
    fn ngrams_of_the_same_words_overlap() {
        let pairs =
            [("Trum", "rump"), ("ump ", "Trum"), ("the", "th"), (" a", "a b"), ("ing ", "said")];
        let found = pairs.map(|(a, b)| (overlap(a, b), overlap(b, a)));
        assert_eq!(found.map(|(one, _)| one), [true, true, true, false, false]);
        assert!(found.iter().all(|(one, other)| one == other));
    }

    #[test]
    fn nothing_tells_where_nothing_differs() {
        let lines: Vec<String> = (0..400).map(|i| format!("the w{} .", i % 7)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let is_new: Vec<bool> = (0..400).map(|at| at % 2 == 0).collect();
        assert_eq!(telling(&lines, &is_new, 5), [vec![], vec![]]);
        let all = vec![false; 400];
        assert_eq!(telling(&lines, &all, 5), [vec![], vec![]]);
    }

    #[test]
    fn the_ratio_is_that_of_the_table() {
        // 2 (10 ln 2 + 0 + 90 ln (90 / 95) + 100 ln (100 / 95)).
        let expected = 2.0
            * (10.0 * 2f64.ln() + 90.0 * (90.0f64 / 95.0).ln() + 100.0 * (100.0f64 / 95.0).ln());
        assert!((ratio([10, 0], [100, 100]) - expected).abs() < 1e-9);
        for with in [[7, 7], [0, 0], [100, 100]] {
            assert!(ratio(with, [100, 100]).abs() < 1e-9, "{with:?}");
        }
    }
}
