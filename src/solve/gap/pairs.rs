//! What the two words next to a gap say of it together, whatever stands further away.
//!
//! Many words follow a0 and precede b0 where both words are frequent, and it is just those pairs that
//! recur. So the sum over them is kept: the costlier it was, the longer.

use crate::model::words::UNK;
use crate::solve::gap::finder::{Slots, visit_held};
use crate::solve::gap::frame::Frame;
use crate::solve::gap::met::FactorsOfB;

/// A pair is kept if its shorter list has at least this many words.
const COSTLY: usize = 48;
/// How many pairs are kept, as a power of two.
const SLOTS_LOG2: u32 = 16;
/// How many of the best words of a pair are kept.
pub(in crate::solve) const BEST: usize = 6;

/// What is remembered of pairs of words.
#[derive(Debug)]
pub(in crate::solve) struct Pairs {
    slots: Vec<Slot>,
    /// Of the last pair that was asked for.
    pub last: Pair,
}

/// What the words between two words add up to.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::solve) struct Pair {
    /// Sum over the words of both F and R of
    ///
    /// ```text
    /// w (F R B - F - R + 1)
    /// ```
    ///
    /// with w = exp g, plain and times the word's length in characters. That is what the words add to the
    /// sums of all words, of F and of R.
    pub sums: [f64; 2],
    /// The words with the highest w F R B, highest first; weight 0 where there are fewer.
    pub best: [(f32, u32); BEST],
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    words: [u32; 2],
    /// How many words were visited; 0 in a free slot.
    cost: u32,
    /// How often something else has wanted the slot.
    wanted: u32,
    pair: Pair,
}

impl Default for Pairs {
    fn default() -> Self {
        Pairs { slots: vec![Slot::default(); 1 << SLOTS_LOG2], last: Pair::default() }
    }
}

impl Pairs {
    /// The sums of the pair of a gap; its best words are then in `last`.
    pub fn sums(&mut self, frame: &Frame<'_>, slots: &mut [Slots; 2]) -> [f64; 2] {
        self.last = self.get(frame, slots);
        self.last.sums
    }

    fn get(&mut self, frame: &Frame<'_>, slots: &mut [Slots; 2]) -> Pair {
        let shorter = frame.f.len().min(frame.r.len());
        let cost = shorter + frame.b.len();
        if shorter < COSTLY {
            return Pair::new(frame, slots);
        }
        let words = [frame.f.of(), frame.r.of()];
        let key = u64::from(words[0]) << 32 | u64::from(words[1]);
        let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS_LOG2);
        let slot = &mut self.slots[hash as usize];
        if slot.cost > 0 && slot.words == words {
            slot.wanted = 0;
            return slot.pair;
        }
        let pair = Pair::new(frame, slots);
        slot.wanted += 1;
        let cost = cost.min(u32::MAX as usize) as u32;
        if slot.cost >> slot.wanted.min(31) <= cost {
            *slot = Slot { words, cost, wanted: 0, pair };
        }
        pair
    }
}

impl Pair {
    fn new(frame: &Frame<'_>, [slots, b_slots]: &mut [Slots; 2]) -> Self {
        let shorter = frame.f.len().min(frame.r.len());
        let mut pair = Pair::default();
        FactorsOfB::with(frame, b_slots, shorter, |of_b| {
            for_both(frame, slots, |position, word, f, r| {
                let (weight, length) = frame.weight(word);
                let b = of_b.factor(position as u32);
                let product = f * r * b;
                pair.offer(weight * product, word);
                let more =
                    f64::from(weight) * (f64::from(product) - f64::from(f) - f64::from(r) + 1.0);
                pair.sums[0] += more;
                pair.sums[1] += more * f64::from(length);
            });
        });
        pair
    }

    #[inline]
    fn offer(&mut self, weight: f32, word: u32) {
        if weight > self.best[BEST - 1].0 && word != UNK {
            let place = self.best.partition_point(|best| best.0 >= weight);
            self.best.copy_within(place..BEST - 1, place + 1);
            self.best[place] = (weight, word);
        }
    }
}

/// Visits the words of both F and R in rising order: position in F, id, and the two factors.
#[inline]
pub(in crate::solve) fn for_both(
    frame: &Frame<'_>,
    slots: &mut Slots,
    mut visit: impl FnMut(usize, u32, f32, f32),
) {
    let (f, r) = (&frame.f, &frame.r);
    if f.len() <= r.len() {
        visit_held(
            r,
            slots,
            f.len(),
            |i| (f.id(i), 0),
            |i, (word, _), at| {
                visit(i, word, f.factor(i), r.factor(at));
            },
        );
    } else {
        visit_held(
            f,
            slots,
            r.len(),
            |i| (r.id(i), 0),
            |i, (word, _), at| {
                visit(at, word, f.factor(at), r.factor(i));
            },
        );
    }
}
