//! What is asked of a gap, and what is answered.

use crate::model::core::State;
use crate::model::words::{BOS, EOS};

/// The words around a gap, as ids; `<s>` and `</s>` beyond the ends of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// a1 a0, the last one next to the gap.
    pub left: [u32; 2],
    /// b0 b1, the first one next to the gap.
    pub right: [u32; 2],
}

impl Gap {
    /// The gap after the `left`-th word of a sentence (counted from 0); `None` unless there is a word on
    /// both sides of it.
    pub fn of(sentence: &[u32], left: usize) -> Option<Self> {
        let (before, after) = sentence.split_at_checked(left.checked_add(1)?)?;
        Some(Gap {
            left: match *before {
                [.., a1, a0] => [a1, a0],
                [a0] => [BOS, a0],
                [] => return None,
            },
            right: match *after {
                [b0, b1, ..] => [b0, b1],
                [b0] => [b0, EOS],
                [] => return None,
            },
        })
    }
}

/// A word for a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub word: u32,
    /// Its probability among all words, given the gap.
    pub probability: f64,
}

/// What the model says of one gap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GapScore {
    /// Natural log of the evidence.
    pub ln_evidence: f64,
    /// Natural log of the sum of exp S over all words.
    pub ln_sum: f64,
    /// Natural log of P(b0 | a1 a0): how likely the sentence's own next word is.
    pub ln_next: f64,
    /// Expected length of the missing word in characters, given the gap.
    pub mean_chars: f64,
}

/// What is to be scored in a gap.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Query<'q> {
    /// What stands to the left of the gap.
    pub history: &'q State,
    /// The words to the right of it, as far as the model can see.
    pub right: &'q [u32],
    /// How many of the best words are wanted.
    pub k: usize,
    /// Words that are wanted in any case.
    pub also: &'q [u32],
}

/// The words to the right of a gap that a model of this order can see.
pub(in crate::solve) fn in_sight(right: &[u32], order: usize) -> Vec<u32> {
    right.iter().chain([&EOS]).copied().take(order - 1).collect()
}
