//! What a classifier says about itself.

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::texts::is_label;

/// The most kinds that a classifier may have.
pub(super) const MOST_KINDS: usize = 4096;
/// The largest unit and offset, in nats: sums of them stay finite.
const MOST_NATS: f32 = 1e3;

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

impl Header {
    /// Whether its parts belong together and can be used.
    pub(super) fn is_sound(&self) -> bool {
        let Header { labels, kinds, unit, offsets, calibration, .. } = self;
        let known = kinds.iter().flatten().all(|&label| label < labels.len());
        let used = (0..labels.len()).all(|label| kinds.contains(&Some(label)));
        let many = labels.len() <= kinds.len() && !labels.is_empty() && kinds.len() <= MOST_KINDS;
        let in_order =
            labels.is_sorted_by(|a, b| a < b) && labels.iter().all(|label| is_label(label));
        let centred =
            offsets.len() == kinds.len() && offsets.iter().all(|offset| offset.abs() <= MOST_NATS);
        let weighted = *unit > 0.0 && *unit <= MOST_NATS;
        known && used && many && in_order && centred && weighted && calibration.is_sound()
    }
}
