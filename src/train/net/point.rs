//! What every part of a gradient depends on.

use super::sample::Sample;
use super::weights::{Factors, Weights};
use crate::net::Net;

/// Where a gradient is taken: the weights in all forms, and the words that true ones are compared with.
#[derive(Clone, Copy)]
pub struct Point<'a> {
    /// The weights as they are trained.
    pub weights: &'a Weights,
    /// The same as factors of products.
    pub factors: &'a Factors,
    /// The same as a net.
    pub net: &'a Net<'a>,
    /// The words.
    pub sample: &'a Sample,
}
