//! Vectors of meaning: what a net knows of the words of a line.
//!
//! ```text
//! x = sum over the words w of a / (a + p(w)) (e_w - mean)        a = 0.001, p(w) the frequency of w
//! ```
//!
//! where e is the net's embedding of a word, and mean that of all words of the sample, weighted in the same way: what
//! all sentences share says nothing (Arora, Liang & Ma, *A Simple but Tough-to-Beat Baseline for Sentence
//! Embeddings*, ICLR 2017). A word that the net does not know has the embedding of words of its shape and ending.

use super::items::{Items, Scratch, Vectors};
use super::sample::Sample;
use crate::model::view::View;
use crate::model::words::SPECIAL;
use crate::net::Net;
use crate::net::words::embedding;
use crate::text::tokens::words;

/// Words that are more frequent than this count less.
const RARE: f32 = 1e-3;

/// What makes vectors of lines.
pub struct Meaning<'a> {
    net: Net<'a>,
    view: &'a View<'a>,
    /// (width)
    mean: Vec<f32>,
}

/// The words of a model as items, the most frequent first.
pub struct Embedded<'a> {
    net: Net<'a>,
    mean: Vec<f32>,
    len: usize,
}

impl<'a> Meaning<'a> {
    /// Of the words that a sample has; `None` without a net.
    pub fn of(view: &'a View<'a>, sample: &Sample) -> Option<Self> {
        let net = view.net.clone()?;
        let width = net.shape.width;
        let mut meaning = Meaning { net, view, mean: vec![0.0; width] };
        let (mut sums, mut one, mut all) = (vec![0.0f64; width], vec![0.0; width], 0.0f64);
        for word in sample.lines().flat_map(words) {
            let (row, weight) = meaning.row(word);
            meaning.net.embeddings.get(row, &mut one);
            sums.iter_mut().zip(&one).for_each(|(sum, &x)| *sum += f64::from(weight * x));
            all += f64::from(weight);
        }
        let all = if all > 0.0 { all } else { 1.0 };
        meaning.mean = sums.iter().map(|sum| (sum / all) as f32).collect();
        Some(meaning)
    }

    /// The embedding of a word, and the weight of the word.
    fn row(&self, word: &[u8]) -> (u32, f32) {
        let id = self.view.vocabulary.id_of_token(word);
        let p = self.view.core.unigram(id) as f32;
        let row = embedding(&self.net.shape, (id as usize).checked_sub(SPECIAL), word);
        (row, RARE / (RARE + p))
    }
}

impl Vectors for Meaning<'_> {
    fn rows(&self) -> usize {
        self.net.shape.width
    }

    fn vector(&self, line: &[u8], scratch: &mut Scratch) {
        let width = self.rows();
        let mut sum = std::mem::take(&mut scratch.dense);
        sum.clear();
        sum.resize(2 * width, 0.0);
        let (sums, one) = sum.split_at_mut(width);
        for word in words(line) {
            let (row, weight) = self.row(word);
            self.net.embeddings.get(row, one);
            for ((sum, x), mean) in sums.iter_mut().zip(&*one).zip(&self.mean) {
                *sum += weight * (x - mean);
            }
        }
        put(sums, scratch);
        scratch.dense = sum;
    }
}

/// Makes a dense vector the features.
fn put(vector: &[f32], scratch: &mut Scratch) {
    scratch.begin(vector.len());
    scratch.features.extend((0..).zip(vector.iter().copied()));
    scratch.finish();
}

impl<'a> Embedded<'a> {
    /// The words that have embeddings of their own; `None` without a net.
    pub fn of(view: &View<'a>) -> Option<Self> {
        let net = view.net.clone()?;
        let len = net.shape.words.min(view.vocabulary.len().saturating_sub(SPECIAL));
        let mut embedded = Embedded { mean: vec![0.0; net.shape.width], net, len };
        let mut sums = vec![0.0f64; embedded.mean.len()];
        let mut one = embedded.mean.clone();
        for word in 0..len {
            embedded.net.embeddings.get(word as u32, &mut one);
            sums.iter_mut().zip(&one).for_each(|(sum, &x)| *sum += f64::from(x));
        }
        embedded.mean = sums.iter().map(|sum| (sum / len.max(1) as f64) as f32).collect();
        Some(embedded)
    }
}

impl Items for Embedded<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn rows(&self) -> usize {
        self.net.shape.width
    }

    fn vector(&self, item: usize, scratch: &mut Scratch) {
        let mut one = std::mem::take(&mut scratch.dense);
        one.resize(self.rows(), 0.0);
        self.net.embeddings.get(item as u32, &mut one);
        one.iter_mut().zip(&self.mean).for_each(|(x, mean)| *x -= mean);
        put(&one, scratch);
        scratch.dense = one;
    }
}
