//! Which of many words does a list hold? Many words are looked up in few lists: so without a branch that
//! depends on the answer, where there is a row or the list is short enough to be written down.

use crate::solve::gap::frame::{Frame, Side};

/// Words looked up at a time.
const CHUNK: usize = 64;
/// A list without a row is written down if it is at most this many times longer than the words that are
/// looked up in it.
const LONGER: usize = 3;
/// The same for list B, which has no row, and whose positions are read in order.
const B_LONGER: usize = 16;

/// One more than the position of each word in one list, 0 for words that it does not hold. As long as the
/// vocabulary.
#[derive(Debug, Clone, Default)]
pub(in crate::solve) struct Slots(Vec<u16>);

impl Slots {
    pub fn new(words: usize) -> Self {
        Slots(vec![0; words])
    }

    /// Writes a list down if that pays for this many look-ups, and tells whether it did.
    fn fill(&mut self, side: &Side<'_>, lookups: usize) -> bool {
        let fill =
            side.len() < usize::from(u16::MAX) && side.len() <= LONGER.saturating_mul(lookups);
        if fill {
            self.put(side.len(), |i| side.id(i) as usize, |i| i as u16 + 1);
        }
        fill
    }

    /// The same for the positions of a gap's list B.
    pub fn fill_b(&mut self, frame: &Frame<'_>, lookups: usize) -> bool {
        let count = frame.b.len();
        let most = B_LONGER.saturating_mul(lookups).min(usize::from(u16::MAX) - 1);
        let fill = (1..=most).contains(&count);
        if fill {
            self.put(count, |i| frame.b.position(i), |i| i as u16 + 1);
        }
        fill
    }

    pub fn clear_b(&mut self, frame: &Frame<'_>) {
        self.put(frame.b.len(), |i| frame.b.position(i), |_| 0);
    }

    /// Which item stands in a slot.
    #[inline]
    pub fn get(&self, slot: usize) -> Option<usize> {
        usize::from(self.0.get(slot).copied().unwrap_or(0)).checked_sub(1)
    }

    fn clear(&mut self, side: &Side<'_>) {
        self.put(side.len(), |i| side.id(i) as usize, |_| 0);
    }

    #[inline]
    fn put(&mut self, count: usize, slot: impl Fn(usize) -> usize, value: impl Fn(usize) -> u16) {
        for i in 0..count {
            if let Some(at) = self.0.get_mut(slot(i)) {
                *at = value(i);
            }
        }
    }
}

/// Visits those of `count` words that a list holds: their index, what `word` gives for it (the word
/// first), and their position in the list.
#[inline]
pub(in crate::solve) fn visit_held(
    side: &Side<'_>,
    slots: &mut Slots,
    count: usize,
    word: impl Fn(usize) -> (u32, u32),
    mut hit: impl FnMut(usize, (u32, u32), usize),
) {
    if side.has_row() {
        in_chunks(
            count,
            word,
            |word| side.holds(word),
            |i, item| {
                hit(i, item, side.find(item.0).unwrap_or_default());
            },
        );
    } else if slots.fill(side, count) {
        let slot = |word: u32| slots.get(word as usize);
        in_chunks(
            count,
            word,
            |word| slot(word).is_some(),
            |i, item| {
                hit(i, item, slot(item.0).unwrap_or_default());
            },
        );
        slots.clear(side);
    } else {
        for i in 0..count {
            let item = word(i);
            if let Some(at) = side.find(item.0) {
                hit(i, item, at);
            }
        }
    }
}

#[inline]
fn in_chunks(
    count: usize,
    word: impl Fn(usize) -> (u32, u32),
    holds: impl Fn(u32) -> bool,
    mut hit: impl FnMut(usize, (u32, u32)),
) {
    let mut hits = [(0, (0, 0)); CHUNK];
    for start in (0..count).step_by(CHUNK) {
        let mut found = 0;
        for i in start..count.min(start + CHUNK) {
            let item = word(i);
            hits[found % CHUNK] = (i, item);
            found += usize::from(holds(item.0));
        }
        hits[..found].iter().for_each(|&(i, item)| hit(i, item));
    }
}
