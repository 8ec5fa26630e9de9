//! Vectors of form: which words and pieces of words a line has.
//!
//! Features are the characters' n-grams of [`ORDERS`] inside each word, in lower case and between its edges, and the
//! words themselves, hashed to [`ROWS`] rows. The value of one that occurs t times in the line and in d of the n lines
//! of a sample is sqrt(t) ln((n + 1) / (d + 1)): what is in every line says nothing. The most frequent features cost
//! most and tell least; those that together make up [`LEFT_OUT`] of the squares of all values are left out.

use std::ops::RangeInclusive;

use super::items::{Scratch, Vectors};
use super::sample::Sample;
use crate::kinds::features::{EDGE, ngrams, row, tokens};
use crate::text::tokens::split;

/// How many characters an n-gram has.
pub const ORDERS: RangeInclusive<usize> = 2..=4;
/// What share of the squares of all values is left out with the most frequent features: a third of the work.
pub const LEFT_OUT: f64 = 0.05;
/// The dimension.
pub const ROWS: usize = 1 << 15;

/// The weights of the features.
#[derive(Debug, Clone)]
pub struct Form {
    /// (rows)
    weights: Vec<f32>,
}

impl Form {
    /// The weights that a sample gives.
    pub fn of(sample: &Sample) -> Self {
        let mut lines = vec![0u32; ROWS];
        let mut scratch = Scratch::default();
        for line in sample.lines() {
            counts(line, &mut scratch, |_| true);
            scratch.features.iter().for_each(|&(row, _)| lines[row as usize] += 1);
        }
        let n = sample.len() as f64 + 1.0;
        let weight = |&d: &u32| libm::log(n / (f64::from(d) + 1.0)) as f32;
        let mut form = Form { weights: lines.iter().map(weight).collect() };
        form.leave_out(&lines);
        form
    }

    /// Gives the most frequent features no weight.
    fn leave_out(&mut self, lines: &[u32]) {
        let square = |row: usize| f64::from(lines[row]) * f64::from(self.weights[row]).powi(2);
        let mut rows: Vec<usize> = (0..ROWS).filter(|&row| lines[row] > 0).collect();
        let mut left = LEFT_OUT * rows.iter().map(|&row| square(row)).sum::<f64>();
        rows.sort_by_key(|&row| (std::cmp::Reverse(lines[row]), row));
        let out = rows.into_iter().take_while(|&row| {
            left -= square(row);
            left >= 0.0
        });
        let out: Vec<usize> = out.collect();
        out.into_iter().for_each(|row| self.weights[row] = 0.0);
    }
}

impl Vectors for Form {
    fn rows(&self) -> usize {
        ROWS
    }

    fn vector(&self, line: &[u8], scratch: &mut Scratch) {
        counts(line, scratch, |row| self.weights[row] > 0.0);
        for (row, value) in &mut scratch.features {
            *value = value.sqrt() * self.weights[*row as usize];
        }
        scratch.finish();
    }
}

/// How often the line has every feature that is wanted.
#[inline]
fn counts(line: &[u8], scratch: &mut Scratch, wanted: impl Fn(usize) -> bool) {
    scratch.begin(ROWS);
    for word in split(line) {
        let mut padded = std::mem::take(&mut scratch.padded);
        let mut lower = std::mem::take(&mut scratch.lower);
        padded.clear();
        padded.push(EDGE);
        lower.clear();
        if word.is_ascii() {
            lower.extend(word.iter().map(u8::to_ascii_lowercase));
            padded.extend(lower.iter().map(|&byte| char::from(byte)));
        } else {
            for chunk in word.utf8_chunks() {
                padded.extend(chunk.valid().chars().flat_map(char::to_lowercase));
            }
            let mut bytes = [0; 4];
            for c in &padded[1..] {
                lower.extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
            }
        }
        padded.push(EDGE);
        let mut see = |hash| {
            let row = row(hash, ROWS);
            if wanted(row) {
                scratch.count(row);
            }
        };
        ngrams(&padded, ORDERS, |_, _, hash| see(hash));
        see(tokens([&lower[..]]));
        (scratch.padded, scratch.lower) = (padded, lower);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::cluster::Settings;

    fn sample(lines: &[&str]) -> Sample {
        let mut sample = Sample::new(&Settings::default(), ROWS);
        lines.iter().for_each(|line| sample.see(line.as_bytes()).unwrap());
        sample
    }

    fn vector(form: &Form, line: &str) -> Vec<(u32, f32)> {
        let mut scratch = Scratch::default();
        form.vector(line.as_bytes(), &mut scratch);
        scratch.features
    }

    #[test]
    fn case_does_not_count_and_what_all_lines_have_neither() {
        let form = Form::of(&sample(&["the cat", "the dog", "the öl", "the sun"]));
        assert_eq!(vector(&form, "CAT"), vector(&form, "cat"));
        assert_eq!(vector(&form, "ÖL"), vector(&form, "öl"));
        assert_eq!(vector(&form, "the THE"), []);
        assert_eq!(vector(&form, " \t"), []);
        let both = vector(&form, "the cat the cat");
        let rows = |vector: &[(u32, f32)]| vector.iter().map(|v| v.0).collect::<Vec<_>>();
        assert_eq!(rows(&both), rows(&vector(&form, "cat")));
        // n-grams of 2 to 4 of " cat ", and the word; of equally frequent ones some are left out.
        assert!((8..=4 + 3 + 2 + 1).contains(&both.len()), "{both:?}");
    }

    #[test]
    fn a_text_of_few_lines_over_and_over_keeps_its_vectors() {
        let lines = ["disk full", "user logged in", "time out"];
        let all: Vec<&str> = lines.into_iter().cycle().take(3000).collect();
        let form = Form::of(&sample(&all));
        assert!(lines.iter().all(|line| vector(&form, line).len() > 10));
    }
}
