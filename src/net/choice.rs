//! Which word is missing in a hole: a logit for every word, from the state of the hole.
//!
//! ```text
//! logit of word v = z · embedding of v + bias of v
//! ```
//!
//! The words are those with an embedding of their own, then the buckets, each standing for all of its
//! words together. Embeddings serve as inputs and as outputs (Press & Wolf 2017).

use super::aligned::Aligned;
use super::functions::{STRETCH, scale_and_shift, sum_exp};
use super::product::{BLOCK, Left, Right, bf16, multiply, whole_rows};
use super::trained::{Embeddings, Net};

/// The logit of a column that stands for no word.
const NEVER: f32 = -1e30;
/// Columns that are computed together: their products stay in the second cache.
const PANEL: usize = 16 * STRETCH;

/// The words of a net, ready to be chosen from.
#[derive(Debug, Clone)]
pub struct Choice {
    /// (width, outputs) embeddings, up to `scales`.
    factor: Right<'static>,
    /// (outputs)
    scales: Vec<f32>,
    biases: Vec<f32>,
    width: usize,
}

impl Choice {
    /// Prepares the words of a net: two bytes a number of their embeddings.
    pub fn new(net: &Net<'_>) -> Self {
        let (width, outputs) = (net.shape.width, net.shape.outputs());
        let columns = outputs.next_multiple_of(BLOCK);
        let at = |column: usize, k: usize| -> u32 {
            let at = column * width + k;
            let number = match net.embeddings {
                _ if column >= outputs => 0.0,
                Embeddings::Exact(all) => all.get(at).copied().unwrap_or(0.0),
                Embeddings::Bytes(codes, _) => codes.get(at).map_or(0.0, |&code| code.into()),
            };
            bf16::round(number).into()
        };
        let mut factor = Right::default();
        factor.fill(width, columns, |k, columns| {
            std::array::from_fn(|i| {
                let column = columns.start + i;
                at(column, 2 * k) | at(column, 2 * k + 1) << 16
            })
        });
        let mut scales = match net.embeddings {
            Embeddings::Exact(_) => vec![1.0; outputs],
            Embeddings::Bytes(_, scales) => scales.iter().copied().take(outputs).collect(),
        };
        scales.resize(columns, 0.0);
        let mut biases = net.vectors[net.places.biases.clone()].to_vec();
        biases.resize(columns, NEVER);
        Choice { factor, scales, biases, width }
    }

    /// How many logits a hole has.
    fn len(&self) -> usize {
        self.biases.len()
    }

    /// The logits of holes from their states (holes, width).
    ///
    /// # Complexity
    /// width × words steps a hole; the embeddings are read once for all of them.
    pub fn logits(&self, states: &[u16]) -> Logits {
        let holes = states.len() / self.width;
        let rows = whole_rows(holes);
        let (mut values, mut products) = (Aligned::default(), Aligned::default());
        values.resize(rows * self.width, 0);
        values[..states.len()].copy_from_slice(states);
        let left =
            Left { values: &values, stride: self.width, starts: &[0], depth: self.width, rows };
        let stretches = self.len().div_ceil(STRETCH);
        let mut logits = Logits {
            all: vec![0.0; holes * self.len()],
            highest: vec![0.0; holes * stretches],
            len: self.len(),
        };
        for first in (0..self.len()).step_by(PANEL) {
            let panel = first..self.len().min(first + PANEL);
            let factor = self.factor.columns(panel.clone());
            products.resize(rows * panel.len(), 0.0);
            multiply(&left, &factor, &mut products, false);
            let vectors = [&self.scales[panel.clone()], &self.biases[panel.clone()]];
            for (hole, row) in products.chunks_exact(panel.len()).take(holes).enumerate() {
                let out = &mut logits.all[hole * self.len()..][panel.clone()];
                let highest = &mut logits.highest[hole * stretches + first / STRETCH..];
                let highest = &mut highest[..panel.len().div_ceil(STRETCH)];
                scale_and_shift(row, vectors, -NEVER, out, highest);
            }
        }
        logits
    }
}

/// The logits of some holes.
#[derive(Debug, Clone)]
pub struct Logits {
    /// (holes, words)
    all: Vec<f32>,
    /// (holes, stretches)
    highest: Vec<f32>,
    len: usize,
}

/// The logits of one hole.
#[derive(Debug, Clone, Copy)]
pub struct HoleLogits<'a> {
    /// (words) As many as there are words and buckets, and some more that are never the highest.
    pub all: &'a [f32],
    /// (words / [`STRETCH`], rounded up) the highest of each stretch.
    pub highest: &'a [f32],
}

impl Logits {
    /// Those of every hole.
    pub fn holes(&self) -> impl Iterator<Item = HoleLogits<'_>> {
        let stretches = self.len.div_ceil(STRETCH);
        let holes = self.all.chunks_exact(self.len.max(1));
        let highest = self.highest.chunks_exact(stretches.max(1));
        holes.zip(highest).map(|(all, highest)| HoleLogits { all, highest })
    }
}

impl HoleLogits<'_> {
    /// ln of the sum of exp over them.
    pub fn ln_sum(&self) -> f64 {
        let most = self.highest.iter().copied().fold(f32::MIN, f32::max);
        f64::from(most) + libm::log(f64::from(sum_exp(self.all, most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::shape::Shape;
    use crate::train::net::Trainer;

    #[test]
    fn logits_are_products_with_embeddings_alone_and_among_others() {
        // Three panels, and half a stretch at the end.
        let shape = Shape {
            words: 2100,
            buckets: 40,
            width: 32,
            towers: vec![1],
            dilations: vec![1],
            hidden: 32,
        };
        let trainer = Trainer::new(&shape, &[1; 2140], 1);
        let (net, wide) = (trainer.net(), |x: f32| bf16::widen(bf16::round(x)));
        let choice = Choice::new(&net);
        assert_eq!(choice.len(), 2144);
        let states: Vec<u16> =
            (0..33 * 32).map(|i| bf16::round((i * i % 71) as f32 / 50.0 - 0.7)).collect();
        let all = choice.logits(&states);
        assert_eq!(all.holes().count(), 33);
        let mut embedding = [0.0; 32];
        for (state, logits) in states.chunks(32).zip(all.holes()) {
            assert_eq!(choice.logits(state).holes().next().unwrap().all, logits.all);
            for word in 0..2140 {
                net.embeddings.get(word as u32, &mut embedding);
                let terms = state.iter().zip(embedding);
                let sum: f32 = terms.map(|(&z, x)| bf16::widen(z) * wide(x)).sum();
                let expected = sum + net.vectors[net.places.biases.clone()][word];
                assert!((logits.all[word] - expected).abs() < 1e-4, "{word}");
            }
            assert_eq!(logits.all[2140..], [NEVER; 4]);
            let highest = logits.all.chunks(STRETCH);
            let highest = highest.map(|part| part.iter().copied().fold(NEVER, f32::max));
            assert!(highest.eq(logits.highest.iter().copied()));
        }
    }
}
