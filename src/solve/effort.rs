//! How much is looked up.

#[cfg(doc)]
use super::Solver;

/// How much is looked up in a sentence of a model of order 3 or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// The evidence of all gaps from the posting lists, to within [`Solver::tolerance`]; words of the
    /// likely gaps only, the first of them scored exactly.
    #[default]
    Fast,
    /// The best words of every gap, all of them scored exactly, and none missed. What the other words add
    /// to the evidence is known to within [`Solver::tolerance`].
    Exact,
}
