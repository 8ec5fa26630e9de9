//! How much is looked at, and how much is shown.

/// How many lines of each text are drawn, unless another number is asked for.
pub const LINES: usize = 10_000;

/// With fewer lines than this a side, nothing is said: the interval would be ten points wide and more.
pub const FEWEST: usize = 200;

/// How [`drift`](super::drift) looks at two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// At most so many lines of each text are kept and compared, those with the lowest hashes; [`FEWEST`] or more.
    /// Memory grows with it, and not with the texts.
    pub lines: usize,
    /// How many words, character n-grams and lines are shown for each text.
    pub shown: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { lines: LINES, shown: 5 }
    }
}
