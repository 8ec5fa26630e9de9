//! What may go in.

/// What may go into a gap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Inserts {
    /// Whatever has the least expected distance: a word, an extra space, or a string that is cheaper than any
    /// word. For the competition's score.
    #[default]
    Any,
    /// Only words of the model. For text that is to be read.
    Words,
}
