//! What to train, and with what resources.

use std::path::PathBuf;
use std::sync::Arc;

use super::listed::WordSet;
use super::net::NetConfig;
use crate::error::{Error, Remedy, Result, Setting};
use crate::kinds::language::Filter;
use crate::model::core::MAX_ORDER;

/// What to do about an impossible order.
const ORDERS: &str =
    "choose 2 to 5: beyond 5, n-grams say hardly anything that shorter ones do not";

/// What to train.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Highest order of the n-grams: 2 to 5.
    pub order: usize,
    /// Per order, n-grams seen at most this often are left out; non-decreasing, the first 0. The last one
    /// applies to higher orders too.
    pub prune: Vec<u32>,
    /// Which words are cut.
    pub vocabulary: Vocabulary,
    /// Which lines are held out of the counts for calibration.
    pub held_out: HeldOut,
    /// Whether to go on after a line that is not UTF-8.
    pub lossy: bool,
    /// What tells lines in other languages, if they are to be passed over as if they were not there. Counts that are
    /// joined have no lines.
    pub language: Option<Filter>,
    /// The net beside the n-grams, if one is wanted.
    pub net: Option<NetConfig>,
    /// Whether pairs of words with others between them are counted: [`crate::model::skip`].
    pub skip: bool,
}

/// Which words become `<unk>`, after the discounts are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Vocabulary {
    /// Those seen less often than this.
    MinCount(u64),
    /// All but this many of the most frequent ones.
    Limit(u64),
    /// Those that are not on this list; what is on it and not in the text is no word of the model.
    Listed(Arc<WordSet>),
}

/// Which lines are left out of the counts, to fit what must not be fitted on counted text.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct HeldOut {
    /// Share of the lines, 0 to 1.
    pub share: f64,
    /// The most lines.
    pub lines: usize,
    /// Fewer than this are not worth holding out and are counted after all.
    pub fewest: usize,
}

/// What to train with; the result does not depend on it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resources {
    /// The most memory that the process may take, in bytes.
    pub memory: u64,
    /// Where temporary files go, if any are needed.
    pub folder: PathBuf,
    /// Whether posting lists will be made of the model, which takes more memory.
    pub lists: bool,
    /// Whether it will get tables for look-ups, which take memory while they are made.
    pub tables: bool,
}

impl Default for Resources {
    /// 4 GB and the system's folder for temporary files.
    fn default() -> Self {
        Resources { memory: 4 << 30, folder: std::env::temp_dir(), lists: true, tables: false }
    }
}

impl HeldOut {
    /// Every line is counted.
    pub const NONE: Self = HeldOut::new(0.0, 0, 0);

    /// This share of the lines, at most `lines`, and none if there would be fewer than `fewest`.
    pub const fn new(share: f64, lines: usize, fewest: usize) -> Self {
        HeldOut { share, lines, fewest }
    }
}

impl Default for HeldOut {
    fn default() -> Self {
        HeldOut::new(0.02, 3000, 200)
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            order: 3,
            prune: Vec::new(),
            vocabulary: Vocabulary::MinCount(1),
            held_out: HeldOut::default(),
            lossy: false,
            language: None,
            net: None,
            skip: false,
        }
    }
}

impl Vocabulary {
    /// How many words stay, the first ones: of words with these falling counts, or of words of which the first
    /// `listed` are on the list.
    pub(super) fn kept(&self, counts: &[u64], listed: usize) -> usize {
        match *self {
            Vocabulary::MinCount(least) => counts.partition_point(|&count| count >= least),
            Vocabulary::Limit(most) => {
                usize::try_from(most).unwrap_or(usize::MAX).min(counts.len())
            }
            Vocabulary::Listed(_) => listed,
        }
    }

    /// The list, if there is one.
    pub(crate) fn list(&self) -> Option<&Arc<WordSet>> {
        match self {
            Vocabulary::Listed(words) => Some(words),
            Vocabulary::MinCount(_) | Vocabulary::Limit(_) => None,
        }
    }
}

impl Config {
    /// The pruning threshold of order `n`: n-grams seen at most this often are dropped.
    pub fn threshold(&self, n: usize) -> u32 {
        self.prune.get(n - 1).or(self.prune.last()).copied().unwrap_or(0)
    }

    /// Checks that this can be trained.
    ///
    /// # Errors
    /// An impossible order, or thresholds that make no sense.
    pub fn check(&self) -> Result<()> {
        if !(2..=MAX_ORDER).contains(&self.order) {
            let remedy = Remedy::by(ORDERS, &[Setting::Order]);
            return Err(Error::value(format!("order {}", self.order), remedy));
        }
        if self.prune.first().is_some_and(|&first| first != 0) {
            return Err(Error::value(
                "the first pruning threshold is not 0",
                Remedy::by("cut single words by the least count of words", &[Setting::MinCount]),
            ));
        }
        if self.prune.len() > self.order || self.prune.windows(2).any(|w| w[0] > w[1]) {
            return Err(Error::value(
                format!("pruning thresholds {:?}", self.prune),
                "give at most one per order, none smaller than the one before it",
            ));
        }
        Ok(())
    }
}
