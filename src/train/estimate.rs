//! Stage 5: adjusted counts and discounts → probabilities and backoff weights.
//!
//! For a context h and a word w, with a(hw) the adjusted count and h' the context without its
//! first word (Chen & Goodman 1998, interpolated):
//!
//! ```text
//! p(w|h) = (a(hw) - D(a(hw))) / sum_v a(hv) + gamma(h) p(w|h')
//! gamma(h) = sum_v D(a(hv)) / sum_v a(hv)          below single words, p(w|h') = 1 / (words - 1)
//! ```
//!
//! The backoff weight of h is gamma(h). An n-gram that is pruned gives its whole count to gamma,
//! as if all of it had been discounted; discounts come from the unpruned counts. Words that are
//! cut give their probability to `<unk>`.

use std::ops::Range;

use rayon::prelude::*;

use super::count::Level;
use super::{Config, Discounts};
use crate::model::ngrams::{self, LN_ZERO, Ngrams};
use crate::model::words::{BOS, SPECIAL, UNK};

/// How many contexts are one piece of parallel work.
const CHUNK: usize = 1 << 10;

/// Estimates all orders, drops what `config` prunes, and returns the n-grams with the number of
/// words that are left.
pub fn estimate(levels: Vec<Level>, discounts: &[Discounts], config: &Config) -> (Ngrams, usize) {
    // Ids are ranks by count, so that the words to cut are the last ones.
    let words = levels[0].counts.len();
    let cut = levels[0].counts[SPECIAL..].partition_point(|&c| u64::from(c) >= config.min_count);
    let kept_words = SPECIAL + cut;
    let mut lower = unigrams(&levels[0], &discounts[0]);
    if kept_words < words {
        let lost: f32 = lower[kept_words..].iter().sum();
        lower[UNK as usize] += lost;
    }
    let highest = levels.len() - 1;
    let mut kept = Kept::new((0..words).map(|id| id < kept_words).collect());
    let mut done: Vec<ngrams::Level> = Vec::new();
    let mut below = ngrams::Level::default();
    for (n, level) in levels.into_iter().enumerate() {
        if n == 0 {
            below.ln_p = logs(&lower, |id| kept.flags[id]);
            below.ln_p[BOS as usize] = LN_ZERO;
            continue;
        }
        let threshold = config.threshold(n + 1);
        let flags: Vec<bool> = (0..level.words.len())
            .into_par_iter()
            .map(|i| {
                level.counts[i] > threshold
                    && level.words[i] < kept_words as u32
                    && kept.flags[level.suffix[i] as usize]
            })
            .collect();
        // A context that is dropped takes its n-grams with it; its count is not below theirs.
        let (p, gamma) = interpolate(&level, &flags, &lower, &discounts[n]);
        below.ln_backoff = logs(&gamma, |context| kept.flags[context]);
        let kept_here = kept_below_kept(flags, &level, &kept);
        let offsets = kept_here.offsets(&level, &kept);
        let suffix = select(&level.suffix, &kept_here.flags, |&at| kept.index(at));
        done.push(std::mem::take(&mut below));
        below = ngrams::Level {
            offsets,
            words: select(&level.words, &kept_here.flags, |&word| word),
            ln_p: logs(&p, |i| kept_here.flags[i]),
            ln_backoff: Vec::new(),
            suffix,
        };
        (lower, kept) = (p, kept_here);
        if n == highest {
            done.push(std::mem::take(&mut below));
        }
    }
    (Ngrams { levels: done }, kept_words)
}

/// (words) probabilities of single words; 0 for `<s>`.
fn unigrams(level: &Level, discounts: &Discounts) -> Vec<f32> {
    let total: f64 = level.adjusted.iter().map(|&a| f64::from(a)).sum();
    let left: f64 = level.adjusted.iter().map(|&a| discounts.of(a)).sum();
    let uniform = left / total / (level.adjusted.len() - 1) as f64;
    let p = |&a: &u32| ((f64::from(a) - discounts.of(a)) / total + uniform) as f32;
    let mut all: Vec<f32> = level.adjusted.iter().map(p).collect();
    all[BOS as usize] = 0.0;
    all
}

/// Probabilities (n-grams) and backoff weights (contexts) of one order, from the probabilities
/// `lower` of the order below. A context without n-grams has weight 1.
fn interpolate(
    level: &Level,
    keep: &[bool],
    lower: &[f32],
    discounts: &Discounts,
) -> (Vec<f32>, Vec<f32>) {
    let contexts = level.offsets.len() - 1;
    let parts: Vec<(Vec<f32>, Vec<f32>)> = (0..contexts.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(contexts);
            let most = (level.offsets[range.end] - level.offsets[range.start]) as usize;
            let (mut p, mut gammas) = (Vec::with_capacity(most), Vec::with_capacity(CHUNK));
            for context in range {
                let children = children(level, context);
                let total: f64 =
                    level.adjusted[children.clone()].iter().map(|&a| f64::from(a)).sum();
                let taken = |i: usize| {
                    let adjusted = level.adjusted[i];
                    if keep[i] { discounts.of(adjusted) } else { f64::from(adjusted) }
                };
                let left: f64 = children.clone().map(taken).sum();
                let gamma = if children.is_empty() { 1.0 } else { left / total };
                p.extend(children.map(|i| {
                    let own = (f64::from(level.adjusted[i]) - taken(i)) / total;
                    (own + gamma * f64::from(lower[level.suffix[i] as usize])) as f32
                }));
                gammas.push(gamma as f32);
            }
            (p, gammas)
        })
        .collect();
    let (mut p, mut gammas) = (Vec::with_capacity(level.words.len()), Vec::with_capacity(contexts));
    for (part_p, part_gammas) in parts {
        p.extend_from_slice(&part_p);
        gammas.extend_from_slice(&part_gammas);
    }
    (p, gammas)
}

fn children(level: &Level, context: usize) -> Range<usize> {
    level.offsets[context] as usize..level.offsets[context + 1] as usize
}

/// Which n-grams of one order are left.
struct Kept {
    flags: Vec<bool>,
    /// (n-grams) index among those that are left; empty where all are.
    index: Vec<u32>,
}

impl Kept {
    fn new(flags: Vec<bool>) -> Self {
        let mut index = Vec::new();
        if flags.contains(&false) {
            let mut next = 0;
            index.extend(flags.iter().map(|&keep| {
                let at = next;
                next += u32::from(keep);
                at
            }));
        }
        Kept { flags, index }
    }

    fn index(&self, old: u32) -> u32 {
        self.index.get(old as usize).copied().unwrap_or(old)
    }

    /// Offsets of the n-grams that are left, for the contexts that are left.
    fn offsets(&self, level: &Level, contexts: &Kept) -> Vec<u32> {
        let kept_contexts = (0..contexts.flags.len()).filter(|&context| contexts.flags[context]);
        let mut at = 0;
        let mut offsets = vec![0];
        offsets.extend(kept_contexts.map(|context| {
            at += children(level, context).filter(|&i| self.flags[i]).count() as u32;
            at
        }));
        offsets
    }
}

/// An n-gram stays only if its context does.
fn kept_below_kept(mut flags: Vec<bool>, level: &Level, contexts: &Kept) -> Kept {
    for (context, _) in contexts.flags.iter().enumerate().filter(|(_, kept)| !**kept) {
        flags[children(level, context)].fill(false);
    }
    Kept::new(flags)
}

fn select<T, U>(items: &[T], flags: &[bool], map: impl Fn(&T) -> U) -> Vec<U> {
    items.iter().zip(flags).filter(|(_, keep)| **keep).map(|(item, _)| map(item)).collect()
}

/// Natural logs of the numbers whose index is kept.
fn logs(numbers: &[f32], keep: impl Fn(usize) -> bool + Sync) -> Vec<f32> {
    (0..numbers.len())
        .into_par_iter()
        .filter(|&i| keep(i))
        .map(|i| libm::log(f64::from(numbers[i])) as f32)
        .collect()
}
