//! What a piece needs to be answered and to be written back.

use std::sync::Arc;

use crate::metrics::Metrics;
use crate::predict::Model;
use crate::queue::Queue;

/// The model that answers a piece, and where the results go.
#[derive(Debug, Clone)]
pub struct Back {
    /// The model's name.
    pub name: String,
    /// The version of it that was in use when the piece was claimed.
    pub model: Option<Arc<Model>>,
    /// Where results go.
    pub queue: Arc<dyn Queue>,
    /// Where they are counted.
    pub metrics: Arc<Metrics>,
}

impl Back {
    /// The model's version.
    pub fn version(&self) -> u64 {
        self.model.as_ref().map_or(0, |model| model.version)
    }
}
