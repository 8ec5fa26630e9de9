//! A net in training: its numbers in 32 bits, and how they begin.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::net::product::{Right, bf16};
use crate::net::shape::{ConvShape, Shape, Vectors};
use crate::net::{Embeddings, Net};
use crate::random::Random;

/// All numbers of a net.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Its size.
    pub shape: Shape,
    /// Its convolutions.
    pub convs: Vec<ConvShape>,
    /// (embeddings, width)
    pub embeddings: Vec<f32>,
    /// The vectors, then the weights (taps × inputs, outputs) of one convolution after the other.
    pub dense: Vec<f32>,
    /// Where the vectors are.
    pub places: Vectors,
    /// Where the weights of each convolution begin.
    pub starts: Vec<usize>,
}

/// The weights of the convolutions as factors of products, forwards and backwards.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// (taps × inputs, outputs)
    pub forward: Vec<Right<'static>>,
    /// (taps × outputs, inputs)
    pub backward: Vec<Right<'static>>,
}

impl Factors {
    /// Takes these weights.
    pub fn renew(&mut self, weights: &Weights) {
        self.forward.resize_with(weights.convs.len(), Default::default);
        self.backward.resize_with(weights.convs.len(), Default::default);
        let pairs = self.forward.par_iter_mut().zip(&mut self.backward).enumerate();
        pairs.for_each(|(i, (forward, backward))| weights.factors(i, forward, backward));
    }
}

/// Initial deviation of the embeddings.
const EMBEDDING: f32 = 0.02;

impl Weights {
    /// The weights of a stored net.
    pub fn of_net(net: &Net<'_>) -> Self {
        let mut weights = Weights::new(&net.shape, &mut Random::new(0));
        let width = weights.shape.width;
        for (id, row) in weights.embeddings.chunks_exact_mut(width).enumerate() {
            net.embeddings.get(id as u32, row);
        }
        weights.dense[..net.vectors.len()].copy_from_slice(&net.vectors);
        for (i, right) in net.convs.iter().enumerate() {
            let (start, size) = (weights.starts[i], weights.convs[i].weights());
            right.put(&mut weights.dense[start..start + size]);
        }
        weights
    }

    /// Random weights of deviation 1 / sqrt(inputs); gains 1, biases 0.
    pub fn new(shape: &Shape, random: &mut Random) -> Self {
        let convs = shape.convs();
        let (places, vectors) = shape.vectors();
        let mut starts = Vec::with_capacity(convs.len());
        let mut size = vectors;
        for conv in &convs {
            starts.push(size);
            size += conv.weights();
        }
        let mut dense = vec![0.0; size];
        let gains = places.norms.iter().map(|norm| &norm[0]);
        for gain in gains.chain([&places.right[0], &places.word[0]]) {
            dense[gain.clone()].fill(1.0);
        }
        for (conv, &start) in convs.iter().zip(&starts) {
            let deviation = 1.0 / ((conv.taps.len() * conv.inputs) as f32).sqrt();
            dense[start..start + conv.weights()]
                .iter_mut()
                .for_each(|w| *w = deviation * normal(random));
        }
        let deviation = 1.0 / (shape.hidden as f32).sqrt();
        dense[places.out.clone()].iter_mut().for_each(|w| *w = deviation * normal(random));
        let embeddings =
            (0..shape.embeddings() * shape.width).map(|_| EMBEDDING * normal(random)).collect();
        Weights { shape: shape.clone(), convs, embeddings, dense, places, starts }
    }

    /// Sets the biases of the words by how often they occur.
    pub fn begin_with(&mut self, counts: &[u64]) {
        let total = counts.iter().sum::<u64>() as f64 + counts.len() as f64;
        for (bias, &count) in self.dense[self.places.biases.clone()].iter_mut().zip(counts) {
            *bias = libm::log((count + 1) as f64 / total) as f32;
        }
    }

    /// The weights of a convolution.
    pub fn conv(&self, i: usize) -> &[f32] {
        &self.dense[self.starts[i]..][..self.convs[i].weights()]
    }

    /// Arranges the weights of a convolution in tiles.
    fn factors(&self, i: usize, forward: &mut Right<'static>, backward: &mut Right<'static>) {
        let (conv, weights) = (&self.convs[i], self.conv(i));
        let (inputs, outputs) = (conv.inputs, conv.outputs);
        forward.fill(conv.taps.len() * inputs, outputs, |k, columns| {
            let low = &weights[2 * k * outputs..][columns.clone()];
            let high = &weights[(2 * k + 1) * outputs..][columns];
            std::array::from_fn(|n| pair(low[n], high[n]))
        });
        backward.fill(conv.taps.len() * outputs, inputs, |k, columns| {
            let (tap, output) = (2 * k / outputs, 2 * k % outputs);
            std::array::from_fn(|n| {
                let at = (tap * inputs + columns.start + n) * outputs + output;
                pair(weights[at], weights[at + 1])
            })
        });
    }

    /// The net with these factors.
    pub fn net<'a>(&'a self, factors: &'a Factors) -> Net<'a> {
        let convs = factors.forward.iter().zip(&self.convs).map(|(factor, conv)| {
            Right::from_tiles(factor.tiles(), conv.taps.len() * conv.inputs, conv.outputs)
        });
        Net {
            shape: Cow::Borrowed(&self.shape),
            embeddings: Embeddings::Exact(&self.embeddings),
            convs: convs.map(Option::unwrap_or_default).collect(),
            vectors: Cow::Borrowed(&self.dense),
            places: self.places.clone(),
            shapes: Cow::Borrowed(&self.convs),
        }
    }
}

fn pair(low: f32, high: f32) -> u32 {
    u32::from(bf16::round(low)) | u32::from(bf16::round(high)) << 16
}

/// Roughly normal with deviation 1: the sum of twelve uniform numbers less 6.
fn normal(random: &mut Random) -> f32 {
    (0..12).map(|_| random.below(1 << 24) as f32 / (1 << 24) as f32).sum::<f32>() - 6.0
}
