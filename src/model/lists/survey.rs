//! The first walk over the n-grams: the factors of all bigrams, the range of those of trigrams, and
//! how many postings each list will have.

use std::ops::Range;

use rayon::prelude::*;

use super::weights::{delta, factor};
use crate::error::Result;
use crate::model::core::{Core, State};
use crate::progress::Progress;

/// What the walk finds.
#[derive(Debug)]
pub struct Survey {
    /// (bigrams) exp phi.
    pub bigrams: Vec<f32>,
    /// The least and the greatest exp delta.
    pub trigrams: [f32; 2],
    /// (words) number of pairs a0 _ b0 of each a0.
    pub pairs: Vec<u32>,
    /// (bigrams + 1) where the list C of each bigram begins.
    pub c: Vec<u32>,
}

/// What it finds in a few first words.
struct Piece {
    bigrams: Vec<f32>,
    trigrams: [f32; 2],
    pairs: Vec<u32>,
    /// (trigrams) the bigram of the last two words.
    endings: Vec<u32>,
}

impl Survey {
    /// Walks over the bigrams and trigrams, a piece of first words at a time.
    pub fn new(core: &Core<'_>, pieces: &[Range<u32>], progress: &dyn Progress) -> Result<Self> {
        let bigrams = core.levels[0].ngrams();
        let mut survey = Survey {
            bigrams: Vec::with_capacity(bigrams),
            trigrams: [f32::MAX, 0.0],
            pairs: Vec::with_capacity(core.words),
            c: vec![0u32; bigrams + 1],
        };
        for wave in pieces.chunks(2 * rayon::current_num_threads()) {
            let parts: Vec<Piece> = wave.par_iter().map(|first| Piece::new(core, first)).collect();
            for part in parts {
                survey.bigrams.extend_from_slice(&part.bigrams);
                survey.pairs.extend_from_slice(&part.pairs);
                survey.trigrams[0] = survey.trigrams[0].min(part.trigrams[0]);
                survey.trigrams[1] = survey.trigrams[1].max(part.trigrams[1]);
                for ending in part.endings {
                    if let Some(count) = survey.c.get_mut(ending as usize + 1) {
                        *count += 1;
                    }
                }
                progress.advance(1);
                progress.go_on()?;
            }
        }
        for i in 1..survey.c.len() {
            survey.c[i] += survey.c[i - 1];
        }
        Ok(survey)
    }
}

impl Piece {
    fn new(core: &Core<'_>, first: &Range<u32>) -> Self {
        let (bigrams, pairs, endings) = (Vec::new(), Vec::new(), Vec::new());
        let mut piece = Piece { bigrams, trigrams: [f32::MAX, 0.0], pairs, endings };
        let mut last_words = Vec::new();
        for word in first.clone() {
            let f = core.expand(&State::of(&[word]));
            last_words.clear();
            for i in 0..f.len() {
                let bigram = f.child(i);
                let alone = f.backoff() * bigram.lower_p;
                if core.order < 3 {
                    piece.bigrams.push(factor(bigram.p / alone));
                    continue;
                }
                let trigrams = core.expand(&State::of(&bigram.nodes[..2]));
                let backoff = trigrams.backoff();
                piece.bigrams.push(factor(bigram.p / alone * backoff));
                for j in 0..trigrams.len() {
                    let trigram = trigrams.child(j);
                    let factor = delta(&trigram, backoff);
                    piece.trigrams[0] = piece.trigrams[0].min(factor);
                    piece.trigrams[1] = piece.trigrams[1].max(factor);
                    piece.endings.push(trigram.nodes[1]);
                    last_words.push(trigram.word);
                }
            }
            last_words.sort_unstable();
            last_words.dedup();
            piece.pairs.push(last_words.len() as u32);
        }
        piece
    }
}
