//! How large a net is, and where its numbers stand.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::product::BLOCK;

/// The size of a net.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// How many of the most frequent words have an embedding of their own.
    pub words: usize,
    /// How many embeddings all other words share, by their shape and last letters.
    pub buckets: usize,
    /// Numbers in an embedding and in a state.
    pub width: usize,
    /// Per layer, how many tokens away its two neighbours are.
    pub dilations: Vec<usize>,
    /// Numbers in the hidden layer of a gap.
    pub hidden: usize,
}

/// A convolution's numbers: weights (taps × inputs, outputs) and biases (outputs).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvShape {
    /// Which tokens it sees, relative to its own.
    pub taps: Vec<isize>,
    /// Numbers of each of them.
    pub inputs: usize,
    /// Numbers that it yields.
    pub outputs: usize,
}

impl ConvShape {
    /// How many weights it has.
    pub fn weights(&self) -> usize {
        self.taps.len() * self.inputs * self.outputs
    }
}

/// Where the vectors of a net stand in one array.
#[derive(Debug, Clone)]
pub struct Vectors {
    /// Per layer, and for the head: gains and biases of its norm, then the biases of its convolution.
    pub norms: Vec<[Range<usize>; 3]>,
    /// Weights of the gap's logit.
    pub out: Range<usize>,
}

impl Shape {
    /// The embeddings that stand for no word: `<s>` and `</s>`.
    pub const MARKS: usize = 2;
    /// A size beyond which no net goes.
    const MOST: usize = 1 << 12;

    /// Number of embeddings.
    pub fn embeddings(&self) -> usize {
        Self::MARKS + self.words + self.buckets
    }

    /// The embedding of `<s>`; that of `</s>` is the next one.
    pub fn mark(&self) -> usize {
        self.words + self.buckets
    }

    /// Whether such a net is possible.
    pub fn is_possible(&self) -> bool {
        let blocks = [self.width, self.hidden];
        blocks.iter().all(|&size| size > 0 && size <= Self::MOST && size.is_multiple_of(BLOCK))
            && self.words <= 1 << 24
            && self.buckets >= 1
            && self.buckets <= 1 << 24
            && self.dilations.len() <= 64
            && self.dilations.iter().all(|&d| (1..=64).contains(&d))
    }

    /// How many rows of zeros stand between two sentences, so that none sees the other.
    pub fn margin(&self) -> usize {
        self.dilations.iter().copied().max().unwrap_or(0).max(1)
    }

    /// How many tokens away from a gap's own the net sees.
    pub fn reach(&self) -> usize {
        self.dilations.iter().sum()
    }

    /// The convolutions: that of every layer, which yields values and gates, and the head's.
    pub fn convs(&self) -> Vec<ConvShape> {
        let (inputs, outputs) = (self.width, 2 * self.width);
        let layer =
            |&d: &usize| ConvShape { taps: vec![-(d as isize), 0, d as isize], inputs, outputs };
        let mut convs: Vec<ConvShape> = self.dilations.iter().map(layer).collect();
        convs.push(ConvShape { taps: vec![0, 1], inputs, outputs: self.hidden });
        convs
    }

    /// Where the vectors stand, and how many numbers they have together.
    pub fn vectors(&self) -> (Vectors, usize) {
        let mut at = 0;
        let mut take = |size: usize| {
            at += size;
            at - size..at
        };
        let convs = self.convs();
        let norms = convs.iter().map(|c| [take(self.width), take(self.width), take(c.outputs)]);
        let norms = norms.collect();
        let out = take(self.hidden);
        (Vectors { norms, out }, at)
    }
}
