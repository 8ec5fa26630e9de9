//! All sources side by side: (words, [`COUNT`]) features, one source after the other.

use super::source::{Context, Source};
use super::{net, quotes, repeats, skip};
use crate::model::header::Calibration;
use crate::model::view::View;
use crate::solve::gap::query::Candidate;

/// Every source, in the order of its features.
pub const ALL: [Source; 4] = [net::SOURCE, quotes::SOURCE, repeats::SOURCE, skip::SOURCE];

/// How many features all sources have together.
pub const COUNT: usize = {
    let (mut sum, mut i) = (0, 0);
    while i < ALL.len() {
        sum += ALL[i].count;
        i += 1;
    }
    sum
};

/// The first feature of the net, which comes first: ln of its probability of the word.
const NET: usize = 0;

/// The probability of a word by the net alone, from its features; `None` without a net.
pub fn net_probability(view: &View<'_>, features: &[f64; COUNT]) -> Option<f64> {
    view.net.as_ref().map(|_| libm::exp(features[NET]))
}

/// Which source a feature belongs to.
pub fn of(feature: usize) -> usize {
    let mut end = 0;
    let before = ALL.iter().take_while(|source| {
        end += source.count;
        end <= feature
    });
    before.count()
}

/// The weights of all features.
pub fn weights(calibration: &Calibration) -> [f64; COUNT] {
    let (mut from, mut all, mut at) = (*calibration, [0.0; COUNT], 0);
    for source in &ALL {
        all[at..at + source.count].copy_from_slice((source.weights)(&mut from));
        at += source.count;
    }
    all
}

/// A calibration with these weights.
pub fn weighted(mut calibration: Calibration, weights: &[f64; COUNT]) -> Calibration {
    let mut at = 0;
    for source in &ALL {
        (source.weights)(&mut calibration).copy_from_slice(&weights[at..at + source.count]);
        at += source.count;
    }
    calibration
}

/// (candidates) the features of all sources, in their order, and those of all other words together.
pub fn features(
    context: &Context<'_>,
    candidates: &[Candidate],
) -> (Vec<[f64; COUNT]>, [f64; COUNT]) {
    let words: Vec<u32> = candidates.iter().map(|candidate| candidate.word).collect();
    let (mut all, mut rest, mut at) = (vec![[0.0; COUNT]; words.len()], [0.0; COUNT], 0);
    for source in &ALL {
        let places = at..at + source.count;
        let mut own = vec![0.0; words.len() * source.count];
        (source.features)(context, &words, &mut own, &mut rest[places.clone()]);
        for (to, from) in all.iter_mut().zip(own.chunks_exact(source.count)) {
            to[places.clone()].copy_from_slice(from);
        }
        at = places.end;
    }
    (all, rest)
}
