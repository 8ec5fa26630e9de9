//! A test sentence and its solution, joined.

/// A sentence with one word missing, and the whole one.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Its id.
    pub id: Vec<u8>,
    /// The sentence without the word.
    pub test: Vec<u8>,
    /// The sentence with it.
    pub solution: Vec<u8>,
}
