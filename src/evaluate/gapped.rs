//! Do sentences that are said to be whole lack a word already?
//!
//! Whoever forgets the solution of a test would have a second word removed from its sentences, and read a score
//! that means nothing. With the ratios of [`crate::repair`], all gaps of a sentence being equally likely
//! beforehand, and together as likely as none,
//!
//! ```text
//! P(a word is missing) = r / (1 + r),   r = mean over the gaps i of ratio_i
//! ```
//!
//! The mean of P over whole sentences is below a half, and above over sentences without a word: that is what the
//! weights of the ratio were fitted to. One sentence says little, many say it for certain. In text of another kind
//! than the model's, which has many words that it does not know, every sentence looks odd, and P says nothing.

use crate::error::Result;
use crate::model::words::UNK;
use crate::progress::{Progress, Unit};
use crate::repair::odds::{features, ln_ratio};
use crate::solve::{Analysis, Solver, Workers};
use crate::task::pair::Pair;

/// Fewer sentences say too little,
const FEWEST: usize = 50;
/// and this many enough.
const MOST: usize = 500;
/// A mean above this is not that of whole sentences.
const GAPPED: f64 = 0.5;
/// With a larger share of unknown words the text is of another kind. (News has 4 % for the shipped model, headlines
/// 19 %, a manual 13 %.)
const UNKNOWN: f64 = 0.08;

/// The mean probability that the whole sentences of `pairs` lack a word, if that shows that they do; `None` if
/// they do not seem to, are too few or of another kind than the model's text, or the model was never fitted to
/// say when nothing is missing.
///
/// # Errors
/// `progress` says to stop.
pub fn gapped(solver: &Solver, pairs: &[Pair], progress: &dyn Progress) -> Result<Option<f64>> {
    let Some(repair) = &solver.model().header().repair else {
        return Ok(None);
    };
    let weights = repair.weights;
    let some = &pairs[..pairs.len().min(MOST)];
    if some.len() < FEWEST {
        return Ok(None);
    }
    progress.stage("looking for gaps", Unit::Sentences, Some(some.len() as u64));
    let found: Vec<(f64, [usize; 2])> =
        Workers::new(solver).map(some, progress, |worker, pairs| {
            let wholes: Vec<&[u8]> = pairs.iter().map(|pair| &pair.solution[..]).collect();
            let known = |found: &Analysis| {
                let unknown = found.ids.iter().filter(|&&id| id == UNK).count();
                (probability(&weights, found), [unknown, found.ids.len()])
            };
            worker.analyse_all(&wholes).iter().map(known).collect()
        })?;
    let mean = found.iter().map(|(p, _)| p).sum::<f64>() / found.len() as f64;
    let [unknown, all] = [0, 1].map(|i| found.iter().map(|(_, counts)| counts[i]).sum::<usize>());
    Ok((mean > GAPPED && unknown as f64 <= UNKNOWN * all as f64).then_some(mean))
}

fn probability(weights: &[f64; 3], analysis: &Analysis) -> f64 {
    let gaps = 0..analysis.gaps.len();
    let ratios: Vec<f64> = gaps.map(|gap| ln_ratio(weights, &features(analysis, gap))).collect();
    let most = ratios.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = ratios.iter().map(|ratio| libm::exp(ratio - most)).sum();
    let ln_odds = most + libm::log(sum / ratios.len() as f64);
    1.0 / (1.0 + libm::exp(-ln_odds))
}
