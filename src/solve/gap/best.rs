//! The best words of a gap, by early termination.
//!
//! Every word belongs to exactly one of six classes, by the lists that hold it:
//!
//! | class | score / exp K | where its best are |
//! |---|---|---|
//! | A and R, or C and F | w F A R C B | all visited already |
//! | F and R | w F R B | remembered with the pair, then the shorter of F and R |
//! | F and A | w F A | the head of A, then all of A |
//! | R and C | w R C | the head of C, then all of C |
//! | F; R | w F; w R | the heads of F and R, then all |
//! | none | w | the words by falling weight |
//!
//! What is not above the worst of the best so far is not pursued. Scores are known only to within the
//! tolerance of eight bits, so [`Effort::Exact`] keeps everything that may be among the best and scores it
//! again.

use crate::model::lists::summaries::best_first;
use crate::model::words::UNK;
use crate::solve::effort::Effort;
use crate::solve::gap::finder::Slots;
use crate::solve::gap::frame::Frame;
use crate::solve::gap::met::{FactorsOfB, Meeting, Met, holds};
use crate::solve::gap::pairs::{BEST, Pair, for_both};
use crate::solve::gap::tables::Ngrams;

/// The best words so far.
#[derive(Debug, Default)]
pub(in crate::solve) struct Top {
    k: usize,
    /// Weights down to this share of the k-th best are kept.
    margin: f32,
    /// Unordered, with their weights.
    pub found: Vec<(f32, u32)>,
    /// Nothing up to this weight is among the best.
    threshold: f32,
    /// The next time to drop what fell below the threshold.
    full: usize,
}

impl Top {
    /// For scores that are known to within `tolerance` nats.
    fn start(&mut self, k: usize, tolerance: f64) {
        self.found.clear();
        self.margin = libm::exp(-2.0 * tolerance) as f32;
        (self.k, self.threshold, self.full) = (k, 0.0, k.saturating_mul(4).max(16));
    }

    #[inline]
    fn offer(&mut self, weight: f32, word: u32) {
        if weight > self.threshold && word != UNK {
            self.found.push((weight.min(f32::MAX), word));
            if self.found.len() >= self.full {
                self.cut();
                self.full = self.full.max(2 * self.found.len());
            }
        }
    }

    /// Drops what cannot be among the best.
    fn cut(&mut self) {
        if self.found.len() >= self.k {
            let (_, last, _) =
                self.found.select_nth_unstable_by(self.k - 1, |a, b| b.0.total_cmp(&a.0));
            // another word of the same weight may come first
            self.threshold = (last.0 * self.margin).next_down();
            let threshold = self.threshold;
            self.found.retain(|&(weight, _)| weight > threshold);
        }
    }

    /// Gathers all words that may be among the best `k` of the gap that `meeting` and `pair` belong to.
    pub fn gather(
        &mut self,
        ngrams: Ngrams<'_>,
        frame: &Frame<'_>,
        k: usize,
        meeting: &mut Meeting,
        pair: &Pair,
        slots: &mut [Slots; 2],
    ) {
        let tolerance = match ngrams.effort {
            Effort::Fast => 0.0,
            Effort::Exact => ngrams.tables.tolerance,
        };
        self.start(k, tolerance);
        if k == 0 {
            return;
        }
        let met = meeting.words(frame, &mut slots[0]);
        for &Met { word, product } in met {
            self.offer(frame.weight(word).0 * product, word);
        }
        self.cut();
        only_a(self, frame);
        only_c(self, frame);
        only_f(self, frame);
        only_r(self, frame);
        self.cut();
        // Usually the few best of the pair suffice.
        let best = &pair.best;
        for &(weight, word) in best {
            if !holds(met, word) {
                self.offer(weight, word);
            }
        }
        self.cut();
        if best[BEST - 1].0 > self.threshold {
            both(self, frame, met, best, slots);
        }
        for &word in ngrams.view.lists.by_weight {
            let (weight, _) = frame.weight(word);
            if weight <= self.threshold {
                break;
            }
            if frame.f.find(word).is_none() && frame.r.find(word).is_none() {
                self.offer(weight, word);
            }
        }
        self.cut();
        self.found.sort_unstable_by(best_first);
    }
}

fn both(
    top: &mut Top,
    frame: &Frame<'_>,
    met: &[Met],
    best: &[(f32, u32); BEST],
    [slots, b_slots]: &mut [Slots; 2],
) {
    let shorter = frame.f.len().min(frame.r.len());
    FactorsOfB::with(frame, b_slots, shorter, |of_b| {
        for_both(frame, slots, |position, word, f, r| {
            let weight = frame.weight(word).0 * (f * r * of_b.factor(position as u32));
            if weight > top.threshold
                && !holds(met, word)
                && best.iter().all(|&(_, other)| other != word)
            {
                top.offer(weight, word);
            }
        });
    });
}

/// Offers the postings of a list from its head down while they are above the threshold and, if the head
/// ends above it, all others; `posting` gives a posting's weight and word.
fn from_head(
    top: &mut Top,
    count: usize,
    summary: Option<([f64; 2], &[u32])>,
    posting: impl Fn(usize) -> (f32, u32),
    alone: impl Fn(usize, u32) -> bool,
) {
    let head = summary.map_or(&[][..], |(_, head)| head);
    for &at in head.iter().filter(|&&at| (at as usize) < count) {
        let (weight, word) = posting(at as usize);
        if weight <= top.threshold {
            return;
        }
        if alone(at as usize, word) {
            top.offer(weight, word);
        }
    }
    top.cut();
    if head.len() < count {
        for at in 0..count {
            let (weight, word) = posting(at);
            if weight > top.threshold && !head.contains(&(at as u32)) && alone(at, word) {
                top.offer(weight, word);
            }
        }
    }
}

/// Words of F and A.
fn only_a(top: &mut Top, frame: &Frame<'_>) {
    let Some(a) = &frame.a else {
        return;
    };
    let posting = |i: usize| {
        let position = a.position(i);
        let word = frame.f.id(position);
        (frame.f.factor(position) * a.factor(i, position, word) * frame.weight(word).0, word)
    };
    let alone = |_, word| frame.r.find(word).is_none();
    from_head(top, a.len(), a.summary(), posting, alone);
}

/// Words of R and C.
fn only_c(top: &mut Top, frame: &Frame<'_>) {
    let c = &frame.c;
    let posting = |i: usize| {
        let position = c.position(i);
        let word = frame.r.id(position);
        (frame.r.factor(position) * c.factor(i) * frame.weight(word).0, word)
    };
    let alone = |_, word| frame.f.find(word).is_none();
    from_head(top, c.len(), c.summary(), posting, alone);
}

/// Words of F alone.
fn only_f(top: &mut Top, frame: &Frame<'_>) {
    let f = &frame.f;
    let posting = |i: usize| {
        let word = f.id(i);
        (f.factor(i) * frame.weight(word).0, word)
    };
    let alone = |i, word| {
        frame.r.find(word).is_none() && frame.a.as_ref().is_none_or(|a| a.find(i).is_none())
    };
    from_head(top, f.len(), f.summary(), posting, alone);
}

/// Words of R alone.
fn only_r(top: &mut Top, frame: &Frame<'_>) {
    let r = &frame.r;
    let posting = |i: usize| {
        let word = r.id(i);
        (r.factor(i) * frame.weight(word).0, word)
    };
    let alone = |i, word| frame.f.find(word).is_none() && frame.c.find(i).is_none();
    from_head(top, r.len(), r.summary(), posting, alone);
}
