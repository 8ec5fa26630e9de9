//! The words that the net expects in a gap.
//!
//! ```text
//! P_net(v | gap, sentence) = softmax over words and buckets of the logits    (net::choice)
//! ```
//!
//! A word without an embedding of its own has its share of its bucket, by its probability without a
//! context among the words of the bucket.

use crate::model::lists::summaries::best_first;
use crate::model::net::embedding_of;
use crate::model::view::View;
use crate::model::words::SPECIAL;
use crate::net::Net;
use crate::net::choice::{Choice, HoleLogits};
use crate::net::functions::STRETCH;
use crate::net::product::BLOCK;
use crate::net::words::embedding;

/// How many words the net proposes for a gap.
pub const PROPOSED: usize = 64;

/// The net's words made ready.
#[derive(Debug, Clone)]
pub(in crate::solve) struct Head {
    choice: Choice,
    /// How many words have an embedding of their own.
    own: usize,
    /// How many of the words of the model are among them.
    words: usize,
    /// (buckets) ln of the sum of the probabilities of the words that share it.
    buckets: Vec<f64>,
}

/// What the net says of the word in one gap.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    head: &'a Head,
    view: &'a View<'a>,
    net: &'a Net<'a>,
    logits: HoleLogits<'a>,
    ln_sum: f64,
}

impl Head {
    /// One pass over the words of the model; none without a net.
    pub fn new(view: &View<'_>) -> Option<Self> {
        let net = view.net.as_ref()?;
        let mut sums = vec![0.0; net.shape.buckets];
        let own = net.shape.words;
        let words = view.vocabulary.len();
        for id in (SPECIAL + own).min(words)..words {
            let word = embedding(&net.shape, None, view.vocabulary.word(id as u32));
            if let Some(sum) = sums.get_mut(word as usize - own) {
                *sum += view.core.unigram(id as u32);
            }
        }
        let ln = |sum: f64| libm::log(sum.max(1e-30));
        let buckets = sums.into_iter().map(ln).collect();
        Some(Head {
            choice: Choice::new(net),
            own,
            words: own.min(words.saturating_sub(SPECIAL)),
            buckets,
        })
    }
}

impl Expected<'_> {
    /// ln of the probability of a word, in nats.
    pub fn ln_p(&self, word: u32) -> f64 {
        let logit = |at: usize| self.logits.all.get(at).map_or(-1e30, |&logit| f64::from(logit));
        match (word as usize).checked_sub(SPECIAL) {
            Some(rank) if rank < self.head.own => logit(rank) - self.ln_sum,
            _ => {
                let text = self.view.vocabulary.word(word);
                let at = embedding(&self.net.shape, None, text) as usize;
                let all = self.head.buckets.get(at - self.head.own).copied().unwrap_or_default();
                let share = libm::log(self.view.core.unigram(word).max(1e-30)) - all;
                logit(at) - self.ln_sum + share.min(0.0)
            }
        }
    }

    /// The ids of the likeliest words, likeliest first.
    pub fn best(&self, k: usize) -> Vec<u32> {
        let HoleLogits { all, highest } = self.logits;
        let found = best_places(&all[..self.head.words], highest, k);
        found.into_iter().map(|(_, rank)| rank + SPECIAL as u32).collect()
    }
}

/// The `k` highest of some logits with their places, highest first, of equal ones the first. `of_stretches` has the highest
/// of each stretch of these and of what follows them.
fn best_places(logits: &[f32], of_stretches: &[f32], k: usize) -> Vec<(f32, u32)> {
    let k = k.min(logits.len());
    if k == 0 {
        return Vec::new();
    }
    let whole = &of_stretches[..logits.len() / STRETCH];
    // The k-th highest of the highest of stretches is not above the k-th highest of all.
    let mut least = f32::MIN;
    if whole.len() >= k {
        least = *whole.to_vec().select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a)).1;
    }
    let mut found: Vec<(f32, u32)> = Vec::new();
    for (i, stretch) in logits.chunks(STRETCH).enumerate() {
        if whole.get(i).is_none_or(|&highest| highest >= least) {
            let with_places = stretch.iter().copied().zip((i * STRETCH) as u32..);
            found.extend(with_places.filter(|(logit, _)| *logit >= least));
        }
    }
    if found.len() > k {
        found.select_nth_unstable_by(k, best_first);
        found.truncate(k);
    }
    found.sort_unstable_by(best_first);
    found
}

/// Calls `each` with what the net says of the word in each gap (`None` without a net), from the states of
/// the gaps (gaps, width), a block of them at a time.
pub(in crate::solve) fn expect(
    view: &View<'_>,
    head: Option<&Head>,
    gaps: usize,
    states: &[u16],
    mut each: impl FnMut(usize, Option<&Expected<'_>>),
) {
    let (Some(net), Some(head)) = (&view.net, head) else {
        return (0..gaps).for_each(|gap| each(gap, None));
    };
    let width = net.shape.width;
    for (i, own) in states.chunks(BLOCK * width).enumerate() {
        for (at, logits) in head.choice.logits(own).holes().enumerate() {
            let ln_sum = logits.ln_sum();
            each(i * BLOCK + at, Some(&Expected { head, view, net, logits, ln_sum }));
        }
    }
}

/// The embeddings of the words of a sentence; empty without a net.
pub(in crate::solve) fn embeddings<'w>(
    view: &View<'_>,
    words: impl Iterator<Item = &'w [u8]>,
) -> Vec<u32> {
    let Some(net) = &view.net else { return Vec::new() };
    words.map(|word| embedding_of(&net.shape, &view.vocabulary, word)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_sort(
            all in proptest::collection::vec(-9i8..9, 0..1500),
            share in 0.0..1.0,
            k in 0usize..24,
        ) {
            let all: Vec<f32> = all.into_iter().map(f32::from).collect();
            let logits = &all[..(all.len() as f64 * share) as usize];
            let mut sorted: Vec<(f32, u32)> = logits.iter().copied().zip(0..).collect();
            sorted.sort_by(best_first);
            sorted.truncate(k);
            let highest = all.chunks(STRETCH).map(|part| part.iter().copied().fold(-9.0, f32::max));
            prop_assert_eq!(best_places(logits, &highest.collect::<Vec<f32>>(), k), sorted);
        }
    }
}
