//! Which n-grams may go? Those whose loss hardly changes what the model says, by relative entropy: Stolcke,
//! *Entropy-based Pruning of Backoff Language Models* (1998), as SRILM's `ngram -prune` has it.
//!
//! If the n-gram h w goes, what is left in its context is backed off by another weight, with N = bow(h) D the mass
//! that backing off gives after h, and D what the words stored after h leave in the order below:
//!
//! ```text
//! bow'(h) = (N + p(w|h)) / (D + p(w|h'))
//! loss    = -p(h) { p(w|h) [ln p(w|h') + ln bow'(h) - ln p(w|h)] + N [ln bow'(h) - ln bow(h)] }
//! ```
//!
//! The n-gram goes if e^loss - 1, by which the perplexity of what the model itself would write rises, is below the
//! threshold. p(h) is from [`Histories`]. Every n-gram is weighed as if it went alone. The highest order is pruned
//! first.
//!
//! An n-gram stays if a longer one that stays begins with it, as in SRILM, or ends with it: without the latter
//! SRILM's files have n-grams whose shorter forms are missing, and a reader has to put them back. Single words stay.
//!
//! In a Kneser-Ney model P(w|h') says after how many words w was seen, not how often. The product of such numbers is
//! no probability of a context (Chelba et al., *Study on Interaction between Entropy Pruning and Kneser-Ney
//! Smoothing*, 2010), which is why contexts are counted where that is possible.

use rayon::prelude::*;

use super::histories::Histories;
use super::rest::Pair;
use crate::error::{Error, Result};
use crate::model::arpa::ArpaLevel;
use crate::model::core::ngrams::{exp10, log10};
use crate::progress::{Progress, Unit};

/// Contexts in a piece of parallel work.
const CHUNK: usize = 1 << 12;

/// A model without the n-grams that hardly matter.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pruned {
    /// `levels[n - 1]` holds the n-grams of order n that stay, with the backoff weights that belong to them.
    pub levels: Vec<ArpaLevel>,
    /// `kept[n - 1]` says which of the n-grams of order n they are.
    pub kept: Vec<Vec<bool>>,
    /// How many of the n-grams that stay do so only because longer ones need them.
    pub needed: u64,
}

/// Prunes a complete model, of which `levels[n - 1]` holds the n-grams of order n.
///
/// # Errors
/// A threshold that is not a number above 0, or `progress` says to stop.
///
/// # Complexity
/// Two passes over all n-grams. Memory: 3 bytes an n-gram, and as much again as it is given for what is kept.
///
/// # Panics
/// The histories are those of other n-grams, or there is no order above the first.
pub fn prune(
    levels: &[ArpaLevel],
    histories: &Histories,
    threshold: f64,
    progress: &dyn Progress,
) -> Result<Pruned> {
    if !(threshold > 0.0 && threshold.is_finite()) {
        let remedy = "give a number above 0: 1e-9 prunes little, 1e-7 much";
        return Err(Error::value(format!("the threshold {threshold}"), remedy));
    }
    let count = |level: &ArpaLevel| level.log10_p.len();
    let all: usize = levels[1..].iter().map(count).sum();
    progress.stage("prune", Unit::Pieces, Some(all as u64));
    let mut kept: Vec<Vec<bool>> =
        levels.iter().enumerate().map(|(i, level)| vec![i == 0; count(level)]).collect();
    let mut needed = 0;
    for n in (2..=levels.len()).rev() {
        progress.go_on()?;
        let pair = Pair::of(levels, n);
        let weighty = weighty(pair, histories.of_order(n), threshold, progress)?;
        let (below, own) = kept.split_at_mut(n - 1);
        let (below, own) = (&mut below[n - 2], &mut own[0]);
        for context in 0..pair.contexts() {
            for i in pair.children(context) {
                needed += u64::from(own[i] && !weighty[i]);
                own[i] |= weighty[i];
                if own[i] {
                    below[context] = true;
                    below[pair.level.suffix[i] as usize] = true;
                }
            }
        }
    }
    Ok(Pruned { levels: without(levels, &kept), kept, needed })
}

/// Which n-grams of an order lose at least the threshold, given the probabilities of their contexts.
fn weighty(
    pair: Pair<'_>,
    joint: &[f64],
    threshold: f64,
    progress: &dyn Progress,
) -> Result<Vec<bool>> {
    let contexts = pair.contexts();
    let chunks = (0..contexts.div_ceil(CHUNK)).into_par_iter().map(|chunk| {
        progress.go_on()?;
        let mut flags = Vec::new();
        let chunk = chunk * CHUNK..((chunk + 1) * CHUNK).min(contexts);
        for (context, joint) in chunk.clone().zip(&joint[chunk]) {
            let left = left(pair, context);
            let weighs = |i| libm::expm1(joint * loss(pair.both(i), left)) >= threshold;
            flags.extend(pair.children(context).map(weighs));
        }
        progress.advance(flags.len() as u64);
        Ok(flags)
    });
    Ok(chunks.collect::<Result<Vec<Vec<bool>>>>()?.concat())
}

/// N and D: the mass that backing off gives after a context, and what its words leave in the order below.
fn left(pair: Pair<'_>, context: usize) -> [f64; 2] {
    let lower = pair.rest(context)[1].max(0.0);
    let backoff = pair.below.log10_backoff.get(context).copied().unwrap_or_default();
    [exp10(backoff) * lower, lower]
}

/// The loss of an n-gram, in nats, for a context of probability 1.
fn loss([p, lower]: [f64; 2], [n, d]: [f64; 2]) -> f64 {
    if p <= 0.0 || lower <= 0.0 {
        return 0.0;
    }
    let ln_backoff = libm::log((n + p) / (d + lower));
    let others = if n > 0.0 { n * (ln_backoff - libm::log(n / d)) } else { 0.0 };
    -(p * (libm::log(lower) + ln_backoff - libm::log(p)) + others)
}

/// The n-grams that stay, with the backoff weights that belong to them.
fn without(levels: &[ArpaLevel], kept: &[Vec<bool>]) -> Vec<ArpaLevel> {
    let mut new = vec![ArpaLevel { log10_p: levels[0].log10_p.clone(), ..ArpaLevel::default() }];
    for n in 2..=levels.len() {
        let pair = Pair::of(levels, n);
        let (stays, context_stays) = (&kept[n - 1], &kept[n - 2]);
        let places = places(&kept[n - 2]);
        let mut level = ArpaLevel { offsets: vec![0], ..ArpaLevel::default() };
        let mut backoffs = Vec::new();
        for context in (0..pair.contexts()).filter(|&context| context_stays[context]) {
            backoffs.push(backoff(pair, context, stays));
            for i in pair.children(context).filter(|&i| stays[i]) {
                level.words.push(pair.level.words[i]);
                level.log10_p.push(pair.level.log10_p[i]);
                level.suffix.push(match n {
                    2 => pair.level.suffix[i],
                    _ => places[pair.level.suffix[i] as usize],
                });
            }
            level.offsets.push(level.words.len() as u32);
        }
        new[n - 2].log10_backoff = backoffs;
        new.push(level);
    }
    new
}

/// The place of every n-gram among those that stay.
fn places(kept: &[bool]) -> Vec<u32> {
    let mut place = 0;
    let before = |&kept: &bool| {
        let own = place;
        place += u32::from(kept);
        own
    };
    kept.iter().map(before).collect()
}

/// log10 of the backoff weight of a context, as it was where nothing goes, and 0 where nothing stays.
fn backoff(pair: Pair<'_>, context: usize, stays: &[bool]) -> f32 {
    let mut gone = pair.children(context).filter(|&i| !stays[i]).peekable();
    if gone.peek().is_none() {
        return pair.below.log10_backoff.get(context).copied().unwrap_or_default();
    }
    if !pair.children(context).any(|i| stays[i]) {
        return 0.0;
    }
    let [n, d] = gone.fold(left(pair, context), |[n, d], i| {
        let [p, lower] = pair.both(i);
        [n + p, d + lower]
    });
    if d > 0.0 { log10(n / d) } else { 0.0 }
}
