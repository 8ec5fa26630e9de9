//! Not every command needs the whole of a model.

/// What of a model a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The posting lists too: it fills gaps.
    Lists,
    /// Probabilities only.
    Ngrams,
    /// What it says about itself, with a checksum of its own that opening compares.
    Header,
}
