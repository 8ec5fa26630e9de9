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
    /// Per layer of each of the two towers, how many tokens away its neighbour is.
    pub towers: Vec<usize>,
    /// Per layer that sees both sides, how many tokens away its two neighbours are.
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
    /// Per convolution: gains and biases of its norm, then the biases of the convolution. The norm of the
    /// last one is that of the left tower.
    pub norms: Vec<[Range<usize>; 3]>,
    /// Weights of the gap's logit.
    pub out: Range<usize>,
    /// Gains and biases of the norm of the right tower.
    pub right: [Range<usize>; 2],
    /// Gains and biases of the norm of a word's state.
    pub word: [Range<usize>; 2],
    /// Per word and bucket, what is added to its logit.
    pub biases: Range<usize>,
}

/// Which convolutions are which, in the order of [`Shape::convs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What the left tower has.
    pub left: Range<usize>,
    /// What the right tower has.
    pub right: Range<usize>,
    /// What sees both sides.
    pub both: Range<usize>,
    /// The head of the gap.
    pub gap: usize,
    /// The head of the word.
    pub word: usize,
}

impl Shape {
    /// The embeddings that stand for no word: `<s>` and `</s>`.
    pub const MARKS: usize = 2;
    /// The largest size of a net.
    const MOST: usize = 1 << 12;

    /// Number of embeddings.
    pub fn embeddings(&self) -> usize {
        Self::MARKS + self.words + self.buckets
    }

    /// The embedding of `<s>`; that of `</s>` is the next one.
    pub fn mark(&self) -> usize {
        self.words + self.buckets
    }

    /// Whether a net of this shape is possible.
    pub fn is_possible(&self) -> bool {
        let blocks = [self.width, self.hidden];
        blocks.iter().all(|&size| size > 0 && size <= Self::MOST && size.is_multiple_of(BLOCK))
            && self.words <= 1 << 24
            && self.buckets >= 1
            && self.buckets <= 1 << 24
            && [&self.towers, &self.dilations]
                .iter()
                .all(|layers| layers.len() <= 64 && layers.iter().all(|&d| (1..=64).contains(&d)))
    }

    /// How many words and buckets the head of the word tells apart.
    pub fn outputs(&self) -> usize {
        self.words + self.buckets
    }

    /// How many rows of zeros stand between two sentences, so that none sees the other.
    pub fn margin(&self) -> usize {
        self.towers.iter().chain(&self.dilations).copied().max().unwrap_or(0).max(1)
    }

    /// How many tokens beyond a gap's own the net sees.
    pub fn reach(&self) -> usize {
        self.towers.iter().chain(&self.dilations).sum()
    }

    /// Which convolutions are which.
    pub fn order(&self) -> Order {
        let (towers, both) = (self.towers.len(), self.dilations.len());
        let gap = 2 * towers + both;
        Order {
            left: 0..towers,
            right: towers..2 * towers,
            both: 2 * towers..gap,
            gap,
            word: gap + 1,
        }
    }

    /// The convolutions: those of every layer yield values and gates, and so does the head of the word,
    /// which has the states of both towers side by side for its input.
    pub fn convs(&self) -> Vec<ConvShape> {
        let (inputs, outputs) = (self.width, 2 * self.width);
        let layer = |taps: Vec<isize>| ConvShape { taps, inputs, outputs };
        let shifts =
            |dilations: &[usize]| dilations.iter().map(|&d| d as isize).collect::<Vec<_>>();
        let (towers, both) = (shifts(&self.towers), shifts(&self.dilations));
        let mut convs: Vec<ConvShape> = towers.iter().map(|&d| layer(vec![-d, 0])).collect();
        convs.extend(towers.iter().map(|&d| layer(vec![0, d])));
        convs.extend(both.iter().map(|&d| layer(vec![-d, 0, d])));
        convs.push(ConvShape { taps: vec![0, 1], inputs, outputs: self.hidden });
        convs.push(ConvShape { taps: vec![0], inputs: 2 * self.width, outputs });
        convs
    }

    /// Where the vectors stand, and how many numbers they have together.
    pub fn vectors(&self) -> (Vectors, usize) {
        let mut at = 0;
        let mut take = |size: usize| {
            at += size;
            at - size..at
        };
        let (convs, width) = (self.convs(), self.width);
        let norms = convs.iter().map(|c| [take(width), take(width), take(c.outputs)]);
        let norms = norms.collect();
        let out = take(self.hidden);
        let right = [take(width), take(width)];
        let word = [take(width), take(width)];
        let biases = take(self.outputs());
        (Vectors { norms, out, right, word, biases }, at)
    }
}
