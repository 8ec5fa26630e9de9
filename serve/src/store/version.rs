//! A version of a model, as its history has it.

use serde::Serialize;
use utoipa::ToSchema;

/// A version of a model.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// When it was published, in milliseconds since 1970.
    pub published: i64,
    /// What changed, in a line.
    pub change: String,
    /// The figures of a paired comparison with the version before, as `impute compare --json` gives them.
    pub compare: Option<serde_json::Value>,
}
