//! The sampler for temperatures, top k, and excluded words: exact, by whole distributions.
//!
//! Words are drawn from P(w|h)^(1/T), normalised over the allowed words or the k most probable of them. Words in
//! no context on the way are never listed: with h' for h without its first word and C for the own words of h,
//!
//! ```text
//! P(w|h) = share(w|h) + gamma P(w|h')    for w in C
//! P(w|h) = gamma P(w|h')                 for all others
//! ```
//!
//! **Temperature.** With Z(h) the sum of P(w|h)^(1/T) over all allowed words,
//!
//! ```text
//! Z(h) = sum_C P(w|h)^(1/T) + gamma^(1/T) (Z(h') - sum_C P(w|h')^(1/T))
//! ```
//!
//! A draw takes one of C with weight P(w|h)^(1/T), or, with weight gamma^(1/T) Z(h'), a word drawn from h'; if
//! that one is in C, it is rejected and the draw starts again. At most half are rejected, because P(w|h) >=
//! gamma P(w|h') in a mixture.
//!
//! **Top k.** A word that is neither in C nor among the k best of h' has k better ones, whose order h keeps or
//! improves. So the k best of h are among C and the k best of h', down to the single words.
//!
//! Powers are taken of P(w|h) over the highest P of that context, `peak`, so that nothing underflows for a
//! small T; all sums of a context are in that unit.

use std::cmp::Reverse;
use std::sync::OnceLock;

use ordered_float::OrderedFloat;

use super::cache::Cache;
use super::contexts::{Contexts, key};
use super::cumulative::Cumulative;
use super::stream::Stream;
use crate::model::core::State;
use crate::model::words::{BOS, EOS, UNK};

/// Distributions of contexts with fewer words are made anew each time.
const KEPT_FROM: usize = 4;

/// After this many words in a row drawn from below and rejected, all words are weighed.
const REJECTIONS: usize = 256;

/// How words are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// 1/T.
    pub exponent: f64,
    /// How many words of each distribution may be drawn.
    pub top_k: Option<usize>,
}

impl Rule {
    fn weigh(self, relative: f64) -> f64 {
        if self.exponent == 1.0 { relative } else { libm::pow(relative, self.exponent) }
    }
}

/// The distribution after one history.
#[derive(Debug, Clone, Default)]
struct Distribution {
    /// (own words) the allowed words of C, sorted by id.
    words: Vec<u32>,
    /// (own words) P(w|h).
    p: Vec<f64>,
    gamma: f64,
    /// An upper bound on all P(w|h), reached unless it comes from a word of C one level below.
    peak: f64,
    /// Weights of the own words, or of the best ones with top k.
    sums: Cumulative,
    /// The weight of a draw from one level below, and Z.
    below: f64,
    z: f64,
    /// With top k: P(w|h) and word, best first.
    best: Vec<(f64, u32)>,
}

impl Distribution {
    fn own(&self, word: u32) -> Option<f64> {
        self.words.binary_search(&word).ok().map(|at| self.p[at])
    }

    fn size(&self) -> usize {
        self.words.len() * 12 + self.sums.size() + self.best.len() * 16
    }
}

/// What all threads share.
#[derive(Debug)]
pub struct Distributions {
    rule: Rule,
    kept: Cache<Distribution>,
    /// The single words, with and without `</s>`.
    bases: [OnceLock<Distribution>; 2],
}

impl Distributions {
    /// Distributions by one rule, none made yet.
    pub fn new(rule: Rule) -> Self {
        Distributions { rule, kept: Cache::default(), bases: Default::default() }
    }

    fn base(&self, contexts: &Contexts<'_>, no_end: bool) -> &Distribution {
        self.bases[usize::from(no_end)].get_or_init(|| {
            let all = contexts.unigrams().iter().enumerate();
            let p: Vec<f64> =
                all.map(|(id, &p)| if allowed(id as u32, no_end) { p } else { 0.0 }).collect();
            let peak = p.iter().copied().fold(0.0, f64::max);
            let mut base = Distribution { peak, ..Distribution::default() };
            if let Some(k) = self.rule.top_k {
                let possible = p.iter().zip(0..).filter(|item| *item.0 > 0.0);
                base.best.extend(possible.map(|(&p, word)| (p, word)));
                keep_best(&mut base.best, k);
                weigh_best(&mut base, self.rule);
            } else {
                let weight = |&p: &f64| if p > 0.0 { self.rule.weigh(p / peak) } else { 0.0 };
                base.sums = Cumulative::guided(p.iter().map(weight));
                base.z = base.sums.total();
            }
            base.p = p;
            base
        })
    }
}

fn allowed(word: u32, no_end: bool) -> bool {
    word != BOS && word != UNK && !(no_end && word == EOS)
}

/// The k best of some words, best first; of equal ones the lower id.
fn keep_best(items: &mut Vec<(f64, u32)>, k: usize) {
    let order = |&(p, word): &(f64, u32)| (Reverse(OrderedFloat(p)), word);
    if items.len() > k {
        items.select_nth_unstable_by_key(k, order);
        items.truncate(k);
    }
    items.sort_unstable_by_key(order);
}

fn weigh_best(to: &mut Distribution, rule: Rule) {
    let peak = to.best.first().map_or(1.0, |best| best.0);
    to.sums.set(to.best.iter().map(|&(p, _)| rule.weigh(p / peak)));
}

/// One thread's scratch memory.
#[derive(Debug)]
pub struct Sampler<'g, 'm> {
    contexts: &'g Contexts<'m>,
    shared: &'g Distributions,
    /// The distribution of the single words, then those of the stored suffixes of a history, shortest first;
    /// `None` stands for the one at the same index of `scratch`.
    levels: Vec<Option<&'g Distribution>>,
    scratch: Vec<Distribution>,
    shares: Vec<f64>,
}

impl<'g, 'm> Sampler<'g, 'm> {
    /// A sampler with empty scratch memory.
    pub fn new(contexts: &'g Contexts<'m>, shared: &'g Distributions) -> Self {
        let (levels, scratch, shares) = Default::default();
        Sampler { contexts, shared, levels, scratch, shares }
    }

    /// An allowed word by the rule: never `<unk>`, and not `</s>` if `no_end`. `</s>` if there is no word.
    ///
    /// # Complexity
    /// O(m (log n + log k)) for m words of contexts whose distribution is not kept, each of n words.
    pub fn draw(&mut self, state: &State, no_end: bool, random: &mut Stream) -> u32 {
        self.prepare(state, no_end);
        let top = self.levels.len() - 1;
        if self.shared.rule.top_k.is_none() {
            return self.draw_from(top, random);
        }
        let level = self.level(top);
        let target = random.uniform() * level.sums.total();
        level.best.get(level.sums.find(target)).map_or(EOS, |&(_, word)| word)
    }

    fn draw_from(&self, at: usize, random: &mut Stream) -> u32 {
        let level = self.level(at);
        for _ in 0..REJECTIONS {
            let target = random.uniform() * (level.sums.total() + level.below);
            if at == 0 {
                return level.sums.find(target) as u32;
            }
            if target >= level.below {
                let found = level.sums.find(target - level.below);
                return level.words.get(found).copied().unwrap_or(EOS);
            }
            let word = self.draw_from(at - 1, random);
            if level.words.binary_search(&word).is_err() {
                return word;
            }
        }
        self.draw_slowly(at, random)
    }

    /// A word by weighing every word of the vocabulary: for contexts whose own words cover nearly everything
    /// drawn from below, which only happens in a model that is not a mixture.
    fn draw_slowly(&self, at: usize, random: &mut Stream) -> u32 {
        let rule = self.shared.rule;
        let ids = 0..self.level(0).p.len() as u32;
        let peak = ids.clone().map(|word| self.p(at, word)).fold(f64::MIN_POSITIVE, f64::max);
        let weigh = |word: u32| match self.p(at, word) {
            p if p > 0.0 => rule.weigh(p / peak),
            _ => 0.0,
        };
        let mut target = random.uniform() * ids.clone().map(weigh).sum::<f64>();
        let mut last = EOS;
        for word in ids {
            let weight = weigh(word);
            if weight > 0.0 {
                last = word;
                target -= weight;
                if target < 0.0 {
                    break;
                }
            }
        }
        last
    }

    fn level(&self, at: usize) -> &Distribution {
        self.levels[at].unwrap_or(&self.scratch[at])
    }

    /// Finds or makes the distributions of all suffixes of the history.
    fn prepare(&mut self, state: &State, no_end: bool) {
        self.levels.clear();
        self.levels.push(Some(self.shared.base(self.contexts, no_end)));
        self.scratch.resize_with(state.len() + 1, Distribution::default);
        let chain = self.contexts.core().chain(state);
        for length in 1..=state.len() {
            if chain.children(length).count == 0 {
                continue;
            }
            let key = key(&chain, length) | u64::from(no_end) << 63;
            let mut kept = self.shared.kept.get(key);
            if kept.is_none() {
                let mut made = std::mem::take(&mut self.scratch[self.levels.len()]);
                self.make(&state.truncated(length), no_end, &mut made);
                if made.words.len() >= KEPT_FROM {
                    made.sums.add_guide();
                    self.shared.kept.keep(key, made.size(), || made.clone());
                    kept = self.shared.kept.get(key);
                }
                self.scratch[self.levels.len()] = made;
            }
            self.levels.push(kept);
        }
    }

    /// Makes the distribution of a context from those one level below and deeper.
    fn make(&mut self, context: &State, no_end: bool, to: &mut Distribution) {
        let (rule, below) = (self.shared.rule, self.levels.len() - 1);
        let interpolated = self.contexts.is_interpolated();
        to.gamma = self.contexts.shares(context, &mut to.words, &mut self.shares);
        to.p.clear();
        to.p.extend(to.words.iter().zip(&self.shares).map(|(&word, share)| {
            let lower = if interpolated { to.gamma * self.p(below, word) } else { 0.0 };
            if allowed(word, no_end) { share + lower } else { 0.0 }
        }));
        let lower = self.level(below);
        if let Some(k) = rule.top_k {
            to.best.clear();
            let own = to.p.iter().copied().zip(to.words.iter().copied());
            to.best.extend(own.filter(|&(p, _)| p > 0.0));
            let others = lower.best.iter().filter(|(_, word)| to.own(*word).is_none());
            let others: Vec<(f64, u32)> = others.map(|&(p, word)| (to.gamma * p, word)).collect();
            to.best.extend(others);
            keep_best(&mut to.best, k);
            weigh_best(to, rule);
            return;
        }
        to.peak = to.p.iter().copied().fold(to.gamma * lower.peak, f64::max).max(f64::MIN_POSITIVE);
        to.sums.set(to.p.iter().map(|p| if *p > 0.0 { rule.weigh(p / to.peak) } else { 0.0 }));
        to.below = rule.weigh(to.gamma * lower.peak / to.peak) * lower.z;
        let in_own = |&word: &u32| rule.weigh(to.gamma * self.p(below, word) / to.peak);
        let own_below: f64 = to.words.iter().map(in_own).sum();
        to.z = to.sums.total() + (to.below - own_below).max(0.0);
    }

    /// P(word) at level `at`.
    fn p(&self, at: usize, word: u32) -> f64 {
        let mut gamma = 1.0;
        for at in (1..=at).rev() {
            let level = self.level(at);
            if let Some(p) = level.own(word) {
                return gamma * p;
            }
            gamma *= level.gamma;
        }
        gamma * self.level(0).p.get(word as usize).copied().unwrap_or(0.0)
    }
}
