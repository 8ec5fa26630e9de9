//! Training: how does text become an interpolated modified Kneser-Ney model?
//!
//! The stages that every reader of the field knows, one file each:
//!
//! 1. [`read`] – text → word ids by frequency and the stream of ids; some lines are held out.
//! 2. [`count`] – the stream → sorted n-grams of every order with their counts.
//! 3. [`adjust`] – counts → adjusted (continuation) counts.
//! 4. [`discount`] – counts of counts → the discounts D1, D2, D3+ of every order.
//! 5. [`estimate`] – probabilities and backoff weights, interpolated; pruning.
//! 6. index – [`crate::model::build`] adds the posting lists and writes the model file.
//!
//! Chen & Goodman, *An Empirical Study of Smoothing Techniques for Language Modeling* (1998);
//! Heafield et al., *Scalable Modified Kneser-Ney Language Model Estimation* (ACL 2013).

pub mod adjust;
pub mod count;
pub mod discount;
pub mod estimate;
pub mod read;

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::model::header::{Header, Provenance};
use crate::model::ngrams::Ngrams;
use crate::model::words::WordList;
use crate::progress::{Progress, Unit};

pub use discount::Discounts;

/// What to train.
#[derive(Debug, Clone)]
pub struct Config {
    /// Highest order of the n-grams: 2 or 3.
    pub order: usize,
    /// Per order, n-grams seen at most so many times are left out; non-decreasing, the first 0.
    pub prune: Vec<u32>,
    /// Words seen fewer times become `<unk>`, after the discounts are computed.
    pub min_count: u64,
    /// At most so many lines are held out of the counts for calibration.
    pub held_out: HeldOut,
    /// Go on where a line is not UTF-8.
    pub lossy: bool,
}

/// Which lines are left out of the counts, to fit what must not be fitted on counted text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Share of the lines, 0 to 1.
    pub share: f64,
    /// At most so many.
    pub lines: usize,
    /// Fewer than this are not worth having and are counted after all.
    pub fewest: usize,
}

impl HeldOut {
    /// Every line is counted.
    pub const NONE: Self = HeldOut { share: 0.0, lines: 0, fewest: 0 };
}

impl Default for HeldOut {
    fn default() -> Self {
        HeldOut { share: 0.02, lines: 3000, fewest: 200 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            order: 3,
            prune: Vec::new(),
            min_count: 1,
            held_out: HeldOut::default(),
            lossy: false,
        }
    }
}

impl Config {
    /// The pruning threshold of order `n`: n-grams seen at most so often are dropped.
    fn threshold(&self, n: usize) -> u32 {
        self.prune.get(n - 1).or(self.prune.last()).copied().unwrap_or(0)
    }

    fn check(&self) -> Result<()> {
        if !(2..=3).contains(&self.order) {
            return Err(Error::value(format!("order {}", self.order), "choose 2 or 3"));
        }
        if self.prune.first().is_some_and(|&first| first != 0) {
            return Err(Error::value(
                "the first pruning threshold is not 0",
                "cut single words with --min-count",
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

/// What training yields: everything that the model file needs, and the lines held out.
pub struct Trained {
    /// The words, by id.
    pub words: WordList,
    /// Probabilities and backoff weights.
    pub ngrams: Ngrams,
    /// What the model file says of itself.
    pub header: Header,
    /// Lines that were not counted, in a fixed order.
    pub held_out: Vec<Vec<u8>>,
}

/// Trains on `texts` (paths, or `-` for standard input).
///
/// # Errors
/// An impossible configuration, a text that cannot be read, or a text without a sentence.
///
/// # Complexity
/// O(n log n) time in the tokens n. Memory in bytes: 4 a token, and about 60 a distinct n-gram of
/// the highest order.
pub fn train(texts: &[PathBuf], config: &Config, progress: &dyn Progress) -> Result<Trained> {
    config.check()?;
    let corpus = read::read(texts, config, progress)?;
    let read::Corpus { words, counts, stream, held_out, summary } = corpus;
    let mut levels = count::count(&stream, &counts, config.order, progress)?;
    drop(stream);
    progress.stage("adjust", Unit::Pieces, None);
    adjust::adjust(&mut levels);
    let (discounts, fallbacks) = discount::discounts(&levels);
    for order in fallbacks {
        progress.note(&format!(
            "order {order}: the counts of counts give no discounts (a tiny or duplicated text); \
             using 0.5, 1 and 1.5"
        ));
    }
    progress.stage("estimate", Unit::Pieces, None);
    let (ngrams, kept_words) = estimate::estimate(levels, &discounts, config);
    let words = words.truncate(kept_words);
    let header = Header {
        order: config.order,
        ngrams: ngrams.counts(),
        discounts: discounts.iter().map(|d| d.0).collect(),
        calibration: Default::default(),
        provenance: Provenance {
            text_hash: format!("{:016x}", summary.hash),
            lines: summary.lines,
            tokens: summary.tokens,
            held_out_lines: held_out.len() as u64,
            prune: (1..=config.order).map(|n| config.threshold(n)).collect(),
            min_count: config.min_count,
            ..Default::default()
        },
    };
    Ok(Trained { words, ngrams, header, held_out })
}
