//! The numbers of a trained net.

use std::borrow::Cow;

use super::product::Right;
use super::shape::{ConvShape, Shape, Vectors};

/// A trained net, borrowed from a model file or from training.
#[derive(Debug, Clone)]
pub struct Net<'a> {
    /// Its size.
    pub shape: Cow<'a, Shape>,
    /// (embeddings, width)
    pub embeddings: Embeddings<'a>,
    /// The weights of every layer's convolution and of the head's.
    pub convs: Vec<Right<'a>>,
    /// All vectors: gains, biases, and the weights of the logit.
    pub vectors: Cow<'a, [f32]>,
    /// Where they stand.
    pub places: Vectors,
    /// The shapes of the convolutions: [`Shape::convs`].
    pub shapes: Cow<'a, [ConvShape]>,
}

/// The embeddings of the words.
#[derive(Debug, Clone, Copy)]
pub enum Embeddings<'a> {
    /// As they are trained.
    Exact(&'a [f32]),
    /// In 8 bits: codes (embeddings, width), and the factor of each row.
    Bytes(&'a [i8], &'a [f32]),
}

impl Embeddings<'_> {
    /// One embedding; zeros if it does not exist.
    pub fn get(&self, id: u32, out: &mut [f32]) {
        let at = (id as usize).saturating_mul(out.len());
        let range = at..at.saturating_add(out.len());
        match self {
            Embeddings::Exact(all) => match all.get(range) {
                Some(row) => out.copy_from_slice(row),
                None => out.fill(0.0),
            },
            Embeddings::Bytes(codes, scales) => match (codes.get(range), scales.get(id as usize)) {
                (Some(row), Some(&scale)) => {
                    out.iter_mut().zip(row).for_each(|(x, &code)| *x = scale * f32::from(code));
                }
                _ => out.fill(0.0),
            },
        }
    }
}
