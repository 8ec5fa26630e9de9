//! The sentences that the net learns from, as embedding numbers: 2 bytes per token.

use std::ops::RangeInclusive;

use rayon::prelude::*;
use twox_hash::XxHash3_64;

use crate::error::Result;
use crate::model::net::embedding_of;
use crate::model::vocabulary::Vocabulary;
use crate::model::words::{BOS, EOS};
use crate::net::shape::Shape;
use crate::text::tokens;
use crate::train::corpus::Corpus;
use crate::train::spill::Spill;

/// Shorter sentences have no inner word, longer ones cost too much.
pub const LENGTHS: RangeInclusive<usize> = 3..=100;

/// Sentences.
#[derive(Debug, Default, Clone)]
pub struct Sentences {
    tokens: Vec<u16>,
    /// Where each begins, and its length.
    places: Vec<(u64, u16)>,
}

impl Sentences {
    /// Adds a sentence by the embeddings of its tokens, unless nothing can be learned from it.
    pub fn push(&mut self, tokens: impl IntoIterator<Item = u32>) {
        let start = self.tokens.len();
        self.tokens.extend(tokens.into_iter().map(|id| id as u16));
        let length = self.tokens.len() - start;
        match LENGTHS.contains(&length) {
            true => self.places.push((start as u64, length as u16)),
            false => self.tokens.truncate(start),
        }
    }

    /// The sentences of a text, given the embedding of every word: all of them, or about this share, those
    /// with the lowest hashes, ordered by hash, so that the order of the text makes no difference.
    ///
    /// # Errors
    /// A temporary file cannot be read.
    pub fn of_corpus(
        corpus: &Corpus,
        embeddings: &[u32],
        share: f64,
        spill: &Spill,
    ) -> Result<Self> {
        let limit = if share < 1.0 { (share * u64::MAX as f64) as u64 } else { u64::MAX };
        let mut all = Sentences::default();
        let mut hashes = Vec::new();
        for chunk in 0..corpus.text.len() {
            let ids = corpus.ids(chunk, spill)?;
            for sentence in ids.split(|&id| id == EOS) {
                let words = sentence.iter().filter(|&&id| id != BOS);
                let before = all.places.len();
                all.push(words.map(|&id| embeddings.get(id as usize).copied().unwrap_or(0)));
                if all.places.len() > before {
                    let hash = hash(all.get(before));
                    if hash <= limit {
                        hashes.push(hash);
                    } else if let Some((start, _)) = all.places.pop() {
                        all.tokens.truncate(start as usize);
                    }
                }
            }
        }
        let Sentences { tokens, places } = all;
        let mut order: Vec<(u64, (u64, u16))> = hashes.into_iter().zip(places).collect();
        order.par_sort_unstable_by(|a, b| {
            let of = |(start, length): (u64, u16)| &tokens[start as usize..][..length.into()];
            a.0.cmp(&b.0).then_with(|| of(a.1).cmp(of(b.1)))
        });
        let places = order.into_iter().map(|(_, place)| place).collect();
        Ok(Sentences { tokens, places })
    }

    /// The sentences of lines of text, given a vocabulary.
    pub fn of_lines<L: AsRef<[u8]>>(
        lines: &[L],
        vocabulary: &Vocabulary<'_>,
        shape: &Shape,
    ) -> Self {
        let mut all = Sentences::default();
        for line in lines {
            let words = tokens::split(line.as_ref());
            all.push(words.map(|word| embedding_of(shape, vocabulary, word)));
        }
        all
    }

    /// How often each of the first `embeddings` embeddings occurs.
    pub fn counts(&self, embeddings: usize) -> Vec<u64> {
        let mut counts = vec![0; embeddings];
        for &(start, length) in &self.places {
            for &token in &self.tokens[start as usize..][..length.into()] {
                if let Some(count) = counts.get_mut(usize::from(token)) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The tokens of a sentence.
    pub fn get(&self, i: usize) -> &[u16] {
        let (start, length) = self.places[i];
        &self.tokens[start as usize..][..length.into()]
    }

    /// How many bytes they take.
    pub fn size(&self) -> u64 {
        (2 * self.tokens.len() + 16 * self.places.len()) as u64
    }
}

fn hash(tokens: &[u16]) -> u64 {
    XxHash3_64::oneshot(bytemuck::cast_slice(tokens))
}
