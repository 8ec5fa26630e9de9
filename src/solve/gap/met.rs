//! The words of a gap that the list of one neighbour and a list of trigrams of the other side hold.
//!
//! A word of A follows a0 and stands in F; only if R holds it too, its score is no product of factors
//! of one side. The same for C and F. So the words to look at one by one are those of A and R, and
//! those of C and F. Every other word is accounted for by sums: of F and A, of R and C, and of pairs
//! ([`crate::solve::gap::pairs`]).

use crate::solve::gap::finder::{Slots, visit_held};
use crate::solve::gap::frame::Frame;

/// Rather visit the other list if it is so many times shorter.
const SHORTER: usize = 3;

/// A word of F, R and a list of trigrams.
#[derive(Debug, Clone, Copy)]
struct Hit {
    word: u32,
    /// Position in F.
    position: u32,
    /// The factors of F and R.
    f: f32,
    r: f32,
    /// The factor of the trigrams.
    factor: f32,
}

/// A word in F and R, and in A or C or both, with the product of its factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::solve) struct Met {
    pub word: u32,
    pub product: f32,
}

/// Room for the words that are met.
#[derive(Debug, Default)]
pub(in crate::solve) struct Meeting {
    /// Those of A, and those of C; sorted.
    right: Vec<Hit>,
    left: Vec<Hit>,
    /// The words, sorted.
    all: Vec<Met>,
}

impl Meeting {
    /// Gathers the words; returns what they and the lists A and C add to the sums of F, of R and of
    /// pairs.
    ///
    /// A word of A alone adds w F (A - 1) to the sum of F. In F, R and B it adds, with a = A - 1 and
    /// c = C - 1,
    ///
    /// ```text
    /// w (F R B (a + c + a c) - F a - R c)  =  w F a (R B - 1) + w R c (F B - 1) + w F R B a c
    /// ```
    pub fn gather(&mut self, frame: &Frame<'_, '_>, slots: &mut [Slots; 2]) -> [f64; 2] {
        self.right.clear();
        self.left.clear();
        let mut sums = [0.0; 2];
        self.right(frame, &mut slots[0], &mut sums);
        self.left(frame, &mut slots[1], &mut sums);
        let lookups = self.right.len() + self.left.len();
        let filled = slots[0].fill_middle(frame, lookups);
        let middle = Middle::new(frame, filled.then_some(&slots[0]));
        for hit in &self.right {
            let b = middle.factor(hit.position);
            add(&mut sums, frame, hit.word, hit.f * (hit.factor - 1.0), hit.r * b);
        }
        for hit in &self.left {
            let b = middle.factor(hit.position);
            add(&mut sums, frame, hit.word, hit.r * (hit.factor - 1.0), hit.f * b);
        }
        in_both(&self.right, &self.left, |right, left| {
            let b = middle.factor(right.position);
            let more = (right.factor - 1.0) * (left.factor - 1.0);
            add(&mut sums, frame, right.word, right.f * right.r * b, 1.0 + more);
        });
        if filled {
            slots[0].clear_middle(frame);
        }
        sums
    }

    /// The words, sorted, with the products of their factors; [`Meeting::gather`] done.
    pub fn words(&mut self, frame: &Frame<'_, '_>, slots: &mut Slots) -> &[Met] {
        self.all.clear();
        let filled = slots.fill_middle(frame, self.right.len() + self.left.len());
        let middle = Middle::new(frame, filled.then_some(&*slots));
        let mut push = |hit: &Hit, factor: f32| {
            let b = middle.factor(hit.position);
            self.all.push(Met { word: hit.word, product: hit.f * hit.r * b * factor });
        };
        let (mut right, mut left) = (self.right.iter().peekable(), self.left.iter().peekable());
        loop {
            match (right.peek(), left.peek()) {
                (Some(a), Some(c)) if a.word == c.word => {
                    push(a, a.factor * c.factor);
                    right.next();
                    left.next();
                }
                (Some(a), Some(c)) if a.word > c.word => {
                    push(c, c.factor);
                    left.next();
                }
                (Some(a), _) => {
                    push(a, a.factor);
                    right.next();
                }
                (None, Some(c)) => {
                    push(c, c.factor);
                    left.next();
                }
                (None, None) => break,
            }
        }
        if filled {
            slots.clear_middle(frame);
        }
        &self.all
    }

    fn right(&mut self, frame: &Frame<'_, '_>, slots: &mut Slots, sums: &mut [f64; 2]) {
        let Some(right) = &frame.right else {
            return;
        };
        let hit = |word, position: usize, at, a| {
            let (f, r, position) = (frame.f(position), frame.r(at), position as u32);
            Hit { word, position, f, r, factor: a }
        };
        let (after, before) = (&frame.after, &frame.before);
        match right.summary() {
            Some((of_list, _)) => *sums = [sums[0] + of_list[0], sums[1] + of_list[1]],
            None => {
                for i in 0..right.len() {
                    let position = right.position(i);
                    let word = after.id(position);
                    let a = right.factor(i, position, word);
                    add(sums, frame, word, frame.f(position), a);
                }
            }
        }
        if before.len() < right.len() / SHORTER {
            let find = |at: usize| {
                let word = before.id(at);
                let position = after.find(word)?;
                Some(hit(word, position, at, right.factor(right.find(position)?, position, word)))
            };
            self.right.extend((0..before.len()).filter_map(find));
            return;
        }
        let word = |i| {
            let position = right.position(i);
            (after.id(position), position as u32)
        };
        visit_held(before, slots, right.len(), word, |i, (word, position), at| {
            let position = position as usize;
            self.right.push(hit(word, position, at, right.factor(i, position, word)));
        });
    }

    fn left(&mut self, frame: &Frame<'_, '_>, slots: &mut Slots, sums: &mut [f64; 2]) {
        let left = &frame.left;
        let hit = |word, position: usize, at, i| {
            let (f, r, position) = (frame.f(position), frame.r(at), position as u32);
            Hit { word, position, f, r, factor: frame.c(i) }
        };
        let (after, before) = (&frame.after, &frame.before);
        match left.summary() {
            Some((of_list, _)) => *sums = [sums[0] + of_list[0], sums[1] + of_list[1]],
            None => {
                for i in 0..left.len() {
                    let at = left.position(i);
                    add(sums, frame, before.id(at), frame.r(at), frame.c(i));
                }
            }
        }
        if after.len() < left.len() / SHORTER {
            let find = |position: usize| {
                let word = after.id(position);
                let at = before.find(word)?;
                Some(hit(word, position, at, left.find(at)?))
            };
            self.left.extend((0..after.len()).filter_map(find));
            return;
        }
        let word = |i| {
            let at = left.position(i);
            (before.id(at), at as u32)
        };
        visit_held(after, slots, left.len(), word, |i, (word, at), position| {
            self.left.push(hit(word, position, at as usize, i));
        });
    }
}

/// Whether a word is among those that were met.
pub(in crate::solve) fn holds(met: &[Met], word: u32) -> bool {
    met.binary_search_by_key(&word, |met| met.word).is_ok()
}

/// The factors of B.
pub(in crate::solve) struct Middle<'x, 's, 'm> {
    frame: &'x Frame<'s, 'm>,
    slots: Option<&'x Slots>,
}

impl<'x, 's, 'm> Middle<'x, 's, 'm> {
    /// Of a gap, and where its positions are written down, if they are.
    pub fn new(frame: &'x Frame<'s, 'm>, slots: Option<&'x Slots>) -> Self {
        Middle { frame, slots }
    }

    /// The factor of the word at a position of F; 1 where B does not hold it.
    #[inline]
    pub fn factor(&self, position: u32) -> f32 {
        if self.frame.middle.count == 0 {
            return 1.0;
        }
        let found = match self.slots {
            Some(slots) => slots.get(position as usize),
            None => self.frame.middle.find(position as usize),
        };
        found.map_or(1.0, |i| self.frame.b(i))
    }
}

/// Visits the words of both.
fn in_both(right: &[Hit], left: &[Hit], mut visit: impl FnMut(&Hit, &Hit)) {
    let mut c = 0;
    for hit in right {
        while c < left.len() && left[c].word < hit.word {
            c += 1;
        }
        if c < left.len() && left[c].word == hit.word {
            visit(hit, &left[c]);
        }
    }
}

/// Adds what a factor of trigrams adds to a word of one side.
fn add(sums: &mut [f64; 2], frame: &Frame<'_, '_>, word: u32, alone: f32, factor: f32) {
    let (weight, length) = frame.weight(word);
    let more = f64::from(weight * alone) * (f64::from(factor) - 1.0);
    sums[0] += more;
    sums[1] += more * f64::from(length);
}
