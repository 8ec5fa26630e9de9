//! Perplexity against the formula: interpolated modified Kneser-Ney of order 3, computed from counts
//! in maps, all in double precision.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use crate::common::{
    Folder, corpus, held_out_text, json_lines, number, stdout, toy_model_with, toy_text,
};

/// A word's number; 0 stands for `<s>`, 1 for `</s>`, 2 for words that the text lacks.
type Word = u32;

/// Up to three words in one number; the length is known from where it is used.
fn pack(words: &[Word]) -> u128 {
    words.iter().fold(0, |key, &word| key << 32 | u128::from(word))
}

#[derive(Default)]
struct Reference {
    words: HashMap<String, Word>,
    /// Per order: n-gram → adjusted count.
    adjusted: [HashMap<u128, u32>; 3],
    /// Per order: context → sum of the adjusted counts, and how many are 1, 2 and more.
    contexts: [HashMap<u128, ([u32; 3], u64)>; 3],
    discounts: [[f64; 3]; 3],
}

impl Reference {
    fn new(text: impl BufRead) -> Self {
        let mut reference = Reference::default();
        let mut next = 3;
        let [words, pairs, triples] = &mut reference.adjusted;
        let mut seen_pairs = HashSet::new();
        for line in text.lines() {
            let mut ids = vec![0];
            for word in line.unwrap().split(' ').filter(|word| !word.is_empty()) {
                let id = reference.words.entry(word.to_owned()).or_insert_with(|| {
                    next += 1;
                    next - 1
                });
                ids.push(*id);
            }
            if ids.len() == 1 {
                continue;
            }
            ids.push(1);
            for pair in ids.windows(2) {
                // The continuation count of the second word, once for every new pair.
                if seen_pairs.insert(pack(pair)) {
                    *words.entry(pack(&pair[1..])).or_insert(0) += 1;
                }
            }
            *pairs.entry(pack(&ids[..2])).or_insert(0) += 1;
            for triple in ids.windows(3) {
                let count = triples.entry(pack(triple)).or_insert(0);
                *count += 1;
                if *count == 1 {
                    *pairs.entry(pack(&triple[1..])).or_insert(0) += 1;
                }
            }
        }
        for n in 0..3 {
            let mut t = [0u64; 4];
            for (&ngram, &count) in &reference.adjusted[n] {
                if count <= 4 {
                    t[count as usize - 1] += 1;
                }
                let context = if n == 0 { 0 } else { ngram >> 32 };
                let (tally, sum) = reference.contexts[n].entry(context).or_default();
                tally[count.min(3) as usize - 1] += 1;
                *sum += u64::from(count);
            }
            let t = t.map(|t| t as f64);
            let y = t[0] / (t[0] + 2.0 * t[1]);
            reference.discounts[n] =
                [1, 2, 3].map(|k| k as f64 - (k + 1) as f64 * y * t[k] / t[k - 1]);
        }
        reference
    }

    fn p(&self, ngram: &[Word]) -> f64 {
        let n = ngram.len();
        let vocabulary = (self.words.len() + 2) as f64; // with </s> and <unk>
        let lower = if n == 1 { 1.0 / vocabulary } else { self.p(&ngram[1..]) };
        let Some((tally, sum)) = self.contexts[n - 1].get(&pack(&ngram[..n - 1])) else {
            return lower;
        };
        let discounts = self.discounts[n - 1];
        let own = self.adjusted[n - 1].get(&pack(ngram)).map_or(0.0, |&count| {
            (f64::from(count) - discounts[count.min(3) as usize - 1]) / *sum as f64
        });
        let taken: f64 = tally.iter().zip(discounts).map(|(&n, d)| f64::from(n) * d).sum();
        own + taken / *sum as f64 * lower
    }

    /// Perplexity per token, ends of sentences included.
    fn perplexity(&self, text: impl BufRead) -> f64 {
        let (mut ln, mut tokens) = (0.0, 0u64);
        for line in text.lines() {
            let line = line.unwrap();
            let id = |word: &str| self.words.get(word).copied().unwrap_or(2);
            let words = line.split(' ').filter(|word| !word.is_empty()).map(id);
            let ids: Vec<Word> = [0].into_iter().chain(words).chain([1]).collect();
            for end in 1..ids.len() {
                ln += self.p(&ids[(end + 1).saturating_sub(3)..=end]).ln();
                tokens += 1;
            }
        }
        (-ln / tokens as f64).exp()
    }
}

/// The perplexity that `impute query` prints.
fn ours(folder: &Folder, text: &str) -> f64 {
    let printed = json_lines(&mut folder.impute(&format!("query m {text} --json --summary")));
    number(printed.last().unwrap(), "perplexity_including_oovs")
}

#[test]
fn perplexity_of_the_toy_text_is_that_of_the_formula() {
    let held_out = held_out_text();
    let model = std::fs::read(toy_model_with("--held-out 0 --no-lists")).unwrap();
    let folder = Folder::with([("m", &model), ("held-out", &held_out)]);
    let reference = Reference::new(&toy_text()[..]).perplexity(&held_out[..]);
    let ours = ours(&folder, "held-out");
    assert!((ours / reference - 1.0).abs() < 1e-6, "{ours}, not {reference}");
}

#[test]
#[ignore = "needs the texts of the benchmark in $IMPUTE_CORPUS, and 6 GB of memory"]
fn perplexity_of_the_benchmark_is_that_of_the_formula_to_four_digits() {
    let folder = Folder::with([]);
    let mut train = folder.impute("train --held-out 0 --no-lists -o m -q");
    stdout(train.arg(corpus("news.txt.zst")));
    let text = impute::text::input::open(&corpus("news.txt.zst")).unwrap().reader;
    let held_out = std::fs::read(corpus("lm1b-dev.txt")).unwrap();
    let reference = Reference::new(text).perplexity(&held_out[..]);
    let ours = ours(&folder, &corpus("lm1b-dev.txt").to_string_lossy());
    println!("perplexity {ours}, by the formula {reference}");
    assert!((ours / reference - 1.0).abs() < 5e-5, "{ours}, not {reference}");
}
