//! Where merged counts go.

use crate::error::Result;
use crate::train::run::Words;

/// Takes merged counts: all words first, then all n-grams, both in order.
pub(crate) trait Sink {
    /// The next word; the first one has the id after the special ones.
    ///
    /// # Errors
    /// It cannot be taken.
    fn word(&mut self, word: &[u8]) -> Result<()>;
    /// The next n-gram.
    ///
    /// # Errors
    /// It cannot be taken.
    fn ngram(&mut self, words: &Words, count: u64) -> Result<()>;
}
