//! The words of a gap in both the list of one neighbour and a list of trigrams of the other side.
//!
//! A word of A follows a0 and stands in F; its score is a product of factors of one side unless R holds it
//! too. The same goes for C and F. So only the words of A and R, and those of C and F, are visited one by
//! one. Every other word is accounted for by sums: of F and A, of R and C, and of pairs
//! ([`crate::solve::gap::pairs`]).

use crate::solve::gap::finder::{Slots, visit_held};
use crate::solve::gap::frame::Frame;

/// The other list is visited instead if it is this many times shorter.
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
    a: Vec<Hit>,
    c: Vec<Hit>,
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
    pub fn gather(&mut self, frame: &Frame<'_>, slots: &mut [Slots; 2]) -> [f64; 2] {
        self.a.clear();
        self.c.clear();
        let mut sums = [0.0; 2];
        self.gather_a(frame, &mut slots[0], &mut sums);
        self.gather_c(frame, &mut slots[1], &mut sums);
        let lookups = self.a.len() + self.c.len();
        FactorsOfB::with(frame, &mut slots[0], lookups, |of_b| {
            for hit in &self.a {
                let b = of_b.factor(hit.position);
                add(&mut sums, frame, hit.word, hit.f * (hit.factor - 1.0), hit.r * b);
            }
            for hit in &self.c {
                let b = of_b.factor(hit.position);
                add(&mut sums, frame, hit.word, hit.r * (hit.factor - 1.0), hit.f * b);
            }
            in_both(&self.a, &self.c, |a, c| {
                let b = of_b.factor(a.position);
                let more = (a.factor - 1.0) * (c.factor - 1.0);
                add(&mut sums, frame, a.word, a.f * a.r * b, 1.0 + more);
            });
        });
        sums
    }

    /// The words, sorted, with the products of their factors; after [`Meeting::gather`].
    pub fn words(&mut self, frame: &Frame<'_>, slots: &mut Slots) -> &[Met] {
        self.all.clear();
        FactorsOfB::with(frame, slots, self.a.len() + self.c.len(), |of_b| {
            let mut push = |hit: &Hit, factor: f32| {
                let b = of_b.factor(hit.position);
                self.all.push(Met { word: hit.word, product: hit.f * hit.r * b * factor });
            };
            let (mut of_a, mut of_c) = (self.a.iter().peekable(), self.c.iter().peekable());
            loop {
                match (of_a.peek(), of_c.peek()) {
                    (Some(a), Some(c)) if a.word == c.word => {
                        push(a, a.factor * c.factor);
                        of_a.next();
                        of_c.next();
                    }
                    (Some(a), c) if c.is_none_or(|c| a.word < c.word) => {
                        push(a, a.factor);
                        of_a.next();
                    }
                    (_, Some(c)) => {
                        push(c, c.factor);
                        of_c.next();
                    }
                    (_, None) => break,
                }
            }
        });
        &self.all
    }

    fn gather_a(&mut self, frame: &Frame<'_>, slots: &mut Slots, sums: &mut [f64; 2]) {
        let Some(a) = &frame.a else {
            return;
        };
        let (f, r) = (&frame.f, &frame.r);
        let hit = |word, position: usize, at, factor| Hit {
            word,
            position: position as u32,
            f: f.factor(position),
            r: r.factor(at),
            factor,
        };
        match a.summary() {
            Some((of_list, _)) => *sums = [sums[0] + of_list[0], sums[1] + of_list[1]],
            None => {
                for i in 0..a.len() {
                    let position = a.position(i);
                    let word = f.id(position);
                    add(sums, frame, word, f.factor(position), a.factor(i, position, word));
                }
            }
        }
        if r.len() < a.len() / SHORTER {
            let find = |at: usize| {
                let word = r.id(at);
                let position = f.find(word)?;
                Some(hit(word, position, at, a.factor(a.find(position)?, position, word)))
            };
            self.a.extend((0..r.len()).filter_map(find));
            return;
        }
        let word = |i| {
            let position = a.position(i);
            (f.id(position), position as u32)
        };
        visit_held(r, slots, a.len(), word, |i, (word, position), at| {
            let position = position as usize;
            self.a.push(hit(word, position, at, a.factor(i, position, word)));
        });
    }

    fn gather_c(&mut self, frame: &Frame<'_>, slots: &mut Slots, sums: &mut [f64; 2]) {
        let (f, r, c) = (&frame.f, &frame.r, &frame.c);
        let hit = |word, position: usize, at, i| {
            let (position, factor) = (position as u32, c.factor(i));
            Hit { word, position, f: f.factor(position as usize), r: r.factor(at), factor }
        };
        match c.summary() {
            Some((of_list, _)) => *sums = [sums[0] + of_list[0], sums[1] + of_list[1]],
            None => {
                for i in 0..c.len() {
                    let at = c.position(i);
                    add(sums, frame, r.id(at), r.factor(at), c.factor(i));
                }
            }
        }
        if f.len() < c.len() / SHORTER {
            let find = |position: usize| {
                let word = f.id(position);
                let at = r.find(word)?;
                Some(hit(word, position, at, c.find(at)?))
            };
            self.c.extend((0..f.len()).filter_map(find));
            return;
        }
        let word = |i| {
            let at = c.position(i);
            (r.id(at), at as u32)
        };
        visit_held(f, slots, c.len(), word, |i, (word, at), position| {
            self.c.push(hit(word, position, at as usize, i));
        });
    }
}

pub(in crate::solve) fn holds(met: &[Met], word: u32) -> bool {
    met.binary_search_by_key(&word, |met| met.word).is_ok()
}

pub(in crate::solve) struct FactorsOfB<'x, 's> {
    frame: &'x Frame<'s>,
    slots: Option<&'x Slots>,
}

impl<'x, 's> FactorsOfB<'x, 's> {
    /// Does some work that looks up about this many factors: if that pays, the positions of list B are written
    /// down for it in `slots`, and cleared again.
    #[inline]
    pub fn with<T>(
        frame: &'x Frame<'s>,
        slots: &mut Slots,
        lookups: usize,
        work: impl FnOnce(&FactorsOfB<'_, 's>) -> T,
    ) -> T {
        let filled = slots.fill_b(frame, lookups);
        let done = work(&FactorsOfB { frame, slots: filled.then_some(&*slots) });
        if filled {
            slots.clear_b(frame);
        }
        done
    }

    /// The factor of the word at a position of F; 1 where B does not hold it.
    #[inline]
    pub fn factor(&self, position: u32) -> f32 {
        if self.frame.b.len() == 0 {
            return 1.0;
        }
        let found = match self.slots {
            Some(slots) => slots.get(position as usize),
            None => self.frame.b.find(position as usize),
        };
        found.map_or(1.0, |i| self.frame.b.factor(i))
    }
}

/// Visits the words of both.
fn in_both(a: &[Hit], c: &[Hit], mut visit: impl FnMut(&Hit, &Hit)) {
    let mut at = 0;
    for hit in a {
        while at < c.len() && c[at].word < hit.word {
            at += 1;
        }
        if at < c.len() && c[at].word == hit.word {
            visit(hit, &c[at]);
        }
    }
}

/// Adds what a factor of trigrams adds to a word of one side.
fn add(sums: &mut [f64; 2], frame: &Frame<'_>, word: u32, alone: f32, factor: f32) {
    let (weight, length) = frame.weight(word);
    let more = f64::from(weight * alone) * (f64::from(factor) - 1.0);
    sums[0] += more;
    sums[1] += more * f64::from(length);
}
