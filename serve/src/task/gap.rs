//! A place between two tokens.

use impute::text::tokens;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A gap of a tokenised sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// How many tokens come before it.
    pub gap: usize,
    /// How many bytes of the sentence do.
    pub byte: usize,
}

impl Place {
    /// The gap after the token with this index.
    pub fn after(sentence: &[u8], token: usize) -> Self {
        Place { gap: token + 1, byte: tokens::gap(sentence, token) }
    }
}
