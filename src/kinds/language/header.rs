//! What a classifier says about itself.

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;

/// The most kinds that a classifier may have.
pub(super) const MOST_KINDS: usize = 4096;

/// What a classifier says about itself, and what goes with its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The labels of texts, in order.
    pub labels: Vec<String>,
    /// The label of each kind, as its place among the labels; none for a foreign one.
    pub kinds: Vec<Option<usize>>,
    /// What a unit of the weights is, in nats.
    pub unit: f32,
    /// What is added to the weights of each kind, in nats.
    pub offsets: Vec<f32>,
    /// How scores become probabilities.
    pub calibration: Calibration,
    /// Texts it was trained on.
    pub texts: u64,
    /// The version of the program that trained it.
    pub version: String,
    /// The day it was trained, as YYYY-MM-DD.
    pub date: String,
    /// The licence of what it may be used for, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}
