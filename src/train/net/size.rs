//! How large a net is, and how long it is trained.

use crate::net::shape::Shape;

/// How large a net, and how long it is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct NetConfig {
    /// Its size.
    pub size: Size,
    /// How many sentences it sees, counting repeats; `None` for [`DEFAULT`], but no sentence of the text more
    /// than [`TIMES`] times, and no net if the text has fewer than [`FEWEST`].
    pub sentences: Option<u64>,
    /// The seed of all random numbers.
    pub seed: u64,
}

/// How many sentences a net sees by default.
pub const DEFAULT: u64 = 1_000_000;
/// How often it sees each of them at most, by default.
pub const TIMES: u64 = 2;
/// By default, no net is trained on fewer sentences.
pub const FEWEST: u64 = 20_000;

/// Sizes to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Size {
    /// 4 MB: two towers of 3 layers and 2 above them, width 128, 20,000 words.
    Small,
    /// 12 MB: two towers of 4 layers and 3 above them, width 192, 36,000 words.
    Medium,
}

impl Size {
    /// The shape for a vocabulary of this many words.
    pub fn shape(self, words: usize) -> Shape {
        let (width, towers, dilations, most, buckets) = match self {
            Size::Small => (128, vec![1, 2, 4], vec![1, 2], 20_000, 2048),
            Size::Medium => (192, vec![1, 2, 4, 4], vec![1, 2, 1], 36_000, 4096),
        };
        Shape { words: words.min(most), buckets, width, towers, dilations, hidden: width }
    }
}

impl Default for NetConfig {
    fn default() -> Self {
        NetConfig { size: Size::Medium, sentences: None, seed: 1 }
    }
}

impl NetConfig {
    /// How many sentences it sees of a text of `lines` sentences; 0 for no net.
    pub fn sentences(&self, lines: u64) -> u64 {
        match self.sentences {
            Some(sentences) => sentences,
            None if lines < FEWEST => 0,
            None => DEFAULT.min(TIMES * lines),
        }
    }
}
