//! What two words next to a gap have to say of it together, whatever stands further away.
//!
//! The words that follow a0 and precede b0 are many where both words are frequent, and just those
//! pairs come again and again. So the sum over them is kept: the costlier it was, the longer.

use super::finder::{Finder, Slots};
use super::frame::Frame;

/// A pair is kept if its shorter list has so many words.
const COSTLY: usize = 48;
/// How many pairs are kept, as a power of two.
const SLOTS_LOG2: u32 = 16;

/// The sums of pairs of words.
#[derive(Debug)]
pub(super) struct Pairs {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    pair: [u32; 2],
    /// How many words were visited; 0 in a free slot.
    cost: u32,
    /// How often something else has wanted the slot.
    wanted: u32,
    sums: [f64; 2],
}

impl Default for Pairs {
    fn default() -> Self {
        Pairs { slots: vec![Slot::default(); 1 << SLOTS_LOG2] }
    }
}

impl Pairs {
    /// Sum over the words of both F and R of
    ///
    /// ```text
    /// w (F R B - F - R + 1)
    /// ```
    ///
    /// with w = exp g, plain and times the word's length in characters. That is what the words add to
    /// the sums of all words, of F and of R.
    pub fn sums(&mut self, frame: &Frame<'_, '_>, slots: &mut Slots) -> [f64; 2] {
        let shorter = frame.after.len().min(frame.before.len());
        let cost = shorter + frame.middle.count;
        if shorter < COSTLY {
            return sums(frame, slots);
        }
        let pair = [frame.after.of(), frame.before.of()];
        let key = u64::from(pair[0]) << 32 | u64::from(pair[1]);
        let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS_LOG2);
        let slot = &mut self.slots[hash as usize];
        if slot.cost > 0 && slot.pair == pair {
            slot.wanted = 0;
            return slot.sums;
        }
        let sums = sums(frame, slots);
        slot.wanted += 1;
        let cost = cost.min(u32::MAX as usize) as u32;
        if slot.cost >> slot.wanted.min(31) <= cost {
            *slot = Slot { pair, cost, wanted: 0, sums };
        }
        sums
    }
}

fn sums(frame: &Frame<'_, '_>, slots: &mut Slots) -> [f64; 2] {
    let (mut sum, mut chars) = (0.0, 0.0);
    for_both(frame, slots, |_, word, f, r| {
        let (weight, length) = frame.weight(word);
        let more = f64::from(weight) * (f64::from(f) - 1.0) * (f64::from(r) - 1.0);
        sum += more;
        chars += more * f64::from(length);
    });
    for i in 0..frame.middle.count {
        let position = frame.middle.position(i);
        let word = frame.after.id(position);
        if let Some(at) = frame.before.find(word) {
            let (weight, length) = frame.weight(word);
            let alone = f64::from(weight * frame.f(position) * frame.r(at));
            let more = alone * (f64::from(frame.b(i)) - 1.0);
            sum += more;
            chars += more * f64::from(length);
        }
    }
    [sum, chars]
}

/// Visits the words of both F and R in rising order: position in F, id, and the two factors.
#[inline]
pub(super) fn for_both(
    frame: &Frame<'_, '_>,
    slots: &mut Slots,
    mut visit: impl FnMut(usize, u32, f32, f32),
) {
    let (after, before) = (&frame.after, &frame.before);
    if after.len() <= before.len() {
        let filled = slots.fill(before, after.len());
        let word = |i| (after.id(i), 0);
        Finder::new(before, slots, filled)
            .visit(after.len(), word, |i, (word, _), at| visit(i, word, frame.f(i), frame.r(at)));
        if filled {
            slots.clear(before);
        }
    } else {
        let filled = slots.fill(after, before.len());
        let word = |i| (before.id(i), 0);
        Finder::new(after, slots, filled)
            .visit(before.len(), word, |i, (word, _), at| visit(at, word, frame.f(at), frame.r(i)));
        if filled {
            slots.clear(after);
        }
    }
}
