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
//! What is not above the least of the best so far is not looked at any further. Scores are known only
//! to within the tolerance of eight bits; so with [`Effort::Exact`] everything is kept that may be among
//! the best, and scored again.

use crate::model::lists::best_first;
use crate::model::words::UNK;
use crate::solve::gap::finder::Slots;
use crate::solve::gap::frame::Frame;
use crate::solve::gap::met::{Met, Middle, holds};
use crate::solve::gap::pairs::{BEST, for_both};
use crate::solve::{Effort, Worker};

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
    /// For scores that are known to within so many nats.
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
}

impl Worker<'_, '_> {
    /// Gathers all words that may be among the best `k` of a gap, `Meeting::gather` done.
    pub(in crate::solve) fn candidates(&mut self, frame: &Frame<'_, '_>, k: usize) {
        let top = &mut self.top;
        let tolerance = match self.solver.effort {
            Effort::Fast => 0.0,
            Effort::Exact => self.solver.tolerance(),
        };
        top.start(k, tolerance);
        if k == 0 {
            return;
        }
        let met = self.meeting.words(frame, &mut self.slots[0]);
        for &Met { word, product } in met {
            top.offer(frame.weight(word).0 * product, word);
        }
        top.cut();
        right(top, frame);
        left(top, frame);
        after(top, frame);
        before(top, frame);
        top.cut();
        // Mostly the few best of the pair suffice.
        let best = self.pairs.last.best;
        for &(weight, word) in &best {
            if !holds(met, word) {
                top.offer(weight, word);
            }
        }
        top.cut();
        if best[BEST - 1].0 > top.threshold {
            both(top, frame, met, &best, &mut self.slots);
        }
        for &word in self.solver.view.lists.by_weight {
            let (weight, _) = frame.weight(word);
            if weight <= top.threshold {
                break;
            }
            if frame.after.find(word).is_none() && frame.before.find(word).is_none() {
                top.offer(weight, word);
            }
        }
        top.cut();
        top.found.sort_unstable_by(best_first);
    }
}

fn both(
    top: &mut Top,
    frame: &Frame<'_, '_>,
    met: &[Met],
    best: &[(f32, u32); BEST],
    [slots, middle_slots]: &mut [Slots; 2],
) {
    let shorter = frame.after.len().min(frame.before.len());
    let filled = middle_slots.fill_middle(frame, shorter);
    let middle = Middle::new(frame, filled.then_some(&*middle_slots));
    for_both(frame, slots, |position, word, f, r| {
        let weight = frame.weight(word).0 * (f * r * middle.factor(position as u32));
        if weight > top.threshold
            && !holds(met, word)
            && best.iter().all(|&(_, other)| other != word)
        {
            top.offer(weight, word);
        }
    });
    if filled {
        middle_slots.clear_middle(frame);
    }
}

/// Offers the postings of a list from its head down, as long as they are above the threshold, and
/// should the head end above it, all others; `posting` gives a posting's weight and word.
fn from_head(
    top: &mut Top,
    count: usize,
    head: Option<&[u32]>,
    posting: impl Fn(usize) -> (f32, u32),
    alone: impl Fn(usize, u32) -> bool,
) {
    let head = head.unwrap_or_default();
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

fn right(top: &mut Top, frame: &Frame<'_, '_>) {
    let Some(right) = &frame.right else {
        return;
    };
    let posting = |i: usize| {
        let position = right.position(i);
        let word = frame.after.id(position);
        (frame.f(position) * right.factor(i, position, word) * frame.weight(word).0, word)
    };
    let head = right.summary().map(|(_, head)| head);
    let alone = |_, word| frame.before.find(word).is_none();
    from_head(top, right.len(), head, posting, alone);
}

fn left(top: &mut Top, frame: &Frame<'_, '_>) {
    let left = &frame.left;
    let posting = |i: usize| {
        let position = left.position(i);
        let word = frame.before.id(position);
        (frame.r(position) * frame.c(i) * frame.weight(word).0, word)
    };
    let head = frame.left.summary().map(|(_, head)| head);
    let alone = |_, word| frame.after.find(word).is_none();
    from_head(top, left.len(), head, posting, alone);
}

fn after(top: &mut Top, frame: &Frame<'_, '_>) {
    let posting = |i: usize| {
        let word = frame.after.id(i);
        (frame.f(i) * frame.weight(word).0, word)
    };
    let alone = |i, word| {
        frame.before.find(word).is_none()
            && frame.right.as_ref().is_none_or(|right| right.find(i).is_none())
    };
    let head = frame.after.summary().map(|(_, head)| head);
    from_head(top, frame.after.len(), head, posting, alone);
}

fn before(top: &mut Top, frame: &Frame<'_, '_>) {
    let posting = |i: usize| {
        let word = frame.before.id(i);
        (frame.r(i) * frame.weight(word).0, word)
    };
    let alone = |i, word| frame.after.find(word).is_none() && frame.left.find(i).is_none();
    let head = frame.before.summary().map(|(_, head)| head);
    from_head(top, frame.before.len(), head, posting, alone);
}
