//! What the model holds of one gap: its constants, and the five posting lists.

use crate::model::core::walk::Expansion;
use crate::model::core::{Core, State, Step};
use crate::model::lists::grouped::PositionList;
use crate::model::lists::view::{Left, Neighbours};
use crate::model::words::EOS;
use crate::solve::Solver;
use crate::solve::gap::rows::Row;

/// One gap.
#[derive(Clone, Copy)]
pub(in crate::solve) struct Frame<'s, 'm> {
    solver: &'s Solver<'m>,
    /// K and the words as they stand.
    pub constant: Constant,
    /// F: the words after a0.
    pub after: Side<'s, 'm>,
    /// R: the words before b0.
    pub before: Side<'s, 'm>,
    /// A: the words after a1 a0.
    pub right: Option<Right<'s, 'm>>,
    /// B: the words between a0 and b0, as positions in F.
    pub middle: PositionList<'m>,
    /// C: the words before b0 b1, as positions in R.
    pub left: Before<'s, 'm>,
}

/// F or R.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Side<'s, 'm> {
    list: Neighbours<'m>,
    row: Row<'s>,
}

impl<'m> Side<'_, 'm> {
    /// The neighbour.
    pub fn of(&self) -> u32 {
        self.list.of
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The `i`-th word.
    #[inline]
    pub fn id(&self, i: usize) -> u32 {
        self.list.words.id(i)
    }

    /// Whether it has a row.
    pub fn has_row(&self) -> bool {
        self.row.exists()
    }

    /// Whether the row holds a word.
    #[inline]
    pub fn holds(&self, word: u32) -> bool {
        self.row.holds(word)
    }

    /// Where a word stands, if it does.
    #[inline]
    pub fn find(&self, word: u32) -> Option<usize> {
        if self.row.exists() { self.row.find(word) } else { self.list.words.find(word) }
    }

    /// Sums and head, of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'m [u32])> {
        self.list.summary
    }
}

/// What all words of a gap share, in nats.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Constant {
    /// K.
    pub ln: f64,
    /// The log-probability of what stands behind the gap, without a word in it.
    pub ln_joined: f64,
    /// Its first factor, ln P(b0 | a1 a0).
    pub ln_next: f64,
}

/// C: the words before b0 b1, as positions in R.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::solve) struct Before<'s, 'm> {
    list: Left<'m>,
    row: Row<'s>,
}

impl<'m> Before<'_, 'm> {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.list.postings.count
    }

    /// The position in R of the `i`-th word.
    #[inline]
    pub fn position(&self, i: usize) -> usize {
        self.list.postings.position(i)
    }

    /// Which word stands at this position in R.
    #[inline]
    pub fn find(&self, position: usize) -> Option<usize> {
        match self.row.exists() {
            true => self.row.find(position as u32),
            false => self.list.postings.find(position),
        }
    }

    /// Sums and head, of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'m [u32])> {
        self.list.summary
    }
}

/// A: the words after a1 a0, as positions in F.
#[derive(Clone, Copy)]
pub(in crate::solve) struct Right<'s, 'm> {
    solver: &'s Solver<'m>,
    children: Expansion<'s, 'm>,
    row: Row<'s>,
    /// Sums, head and impacts, of a long list.
    long: Option<([f64; 2], &'m [u32], &'m [u8])>,
}

impl<'m> Right<'_, 'm> {
    /// Sums and head, of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'m [u32])> {
        self.long.map(|(sums, head, _)| (sums, head))
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.children.len()
    }

    /// The position in F of the `i`-th word.
    #[inline]
    pub fn position(&self, i: usize) -> usize {
        self.children.position(i)
    }

    /// Which word stands at this position in F.
    #[inline]
    pub fn find(&self, position: usize) -> Option<usize> {
        match self.row.exists() {
            true => self.row.find(position as u32),
            false => self.children.find(position),
        }
    }

    /// The factor of the `i`-th word, exactly in a short list; its position in F and its id are known.
    #[inline]
    pub fn factor(&self, i: usize, position: usize, word: u32) -> f32 {
        match self.long {
            Some((_, _, impacts)) => {
                let impact = impacts.get(i).copied().unwrap_or_default();
                self.solver.trigram_factors[usize::from(impact)]
            }
            None => self.children.lift(i, position, word) as f32,
        }
    }
}

/// A word of a sentence as it stands, in front of another one.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Standing {
    word: u32,
    /// ln of its probability without a history.
    ln_alone: f64,
    /// The word behind it, with this one for a history.
    next: Step,
    /// It itself with up to two words of history.
    pub step: Step,
}

impl Standing {
    /// A word behind a history and in front of another one.
    pub fn new(core: &Core<'_>, history: &State, word: u32, next: u32) -> Self {
        Standing {
            word,
            ln_alone: core.step(&State::default(), word).ln_p,
            next: core.step(&State::of(&[word]), next),
            step: core.step(&history.truncated(2), word),
        }
    }
}

impl<'s, 'm> Frame<'s, 'm> {
    /// The gap between a history and the words behind it, the nearest two.
    pub fn new(solver: &'s Solver<'m>, history: &State, behind: &[u32]) -> Self {
        let core = &solver.view.core;
        let [b0, b1] = [0, 1].map(|i| behind.get(i).copied().unwrap_or(EOS));
        let mut first = Standing::new(core, history, b0, b1);
        let second = core.step(&first.step.state.truncated(2), b1);
        if behind.len() > 1 {
            return Self::between(solver, history, &first, second.ln_p);
        }
        // Nothing comes behind the end.
        first.next.ln_p = 0.0;
        Self::between(solver, history, &first, 0.0)
    }

    /// The same, where what stands behind the gap is known: its first word, and ln P of its second
    /// one.
    pub fn between(
        solver: &'s Solver<'m>,
        history: &State,
        first: &Standing,
        ln_second: f64,
    ) -> Self {
        let (view, core) = (&solver.view, &solver.view.core);
        let history = history.truncated(2);
        let constant = Constant::of(core, &history, first, ln_second);
        let a0 = history.nodes().first().copied().unwrap_or_default();
        let b0 = first.word;
        let after = Side { list: view.lists.successors(a0), row: solver.rows.after.get(a0) };
        let before = Side { list: view.lists.predecessors(b0), row: solver.rows.before.get(b0) };
        if view.order < 3 {
            let (middle, left) = Default::default();
            return Frame { solver, constant, after, before, right: None, middle, left };
        }
        let right = history.nodes().get(1).map(|&bigram| {
            let children = core.expand(&history);
            let long = view.lists.right.get(bigram as usize, children.len());
            let row = solver.rows.right.get(bigram);
            Right { solver, children, row, long }
        });
        let bigram = first.next.state.nodes().get(1).copied();
        let left = Before {
            list: view.lists.left(&before.list, bigram.map(|bigram| bigram as usize)),
            row: bigram.map_or(Row::default(), |bigram| solver.rows.left.get(bigram)),
        };
        let middle = view.lists.middle(&after.list, b0);
        Frame { solver, constant, after, before, right, middle, left }
    }

    /// The factor of the word at this position of F.
    #[inline]
    pub fn f(&self, position: usize) -> f32 {
        self.solver.bigram_factors[usize::from(self.after.list.impact(position))]
    }

    /// The factor of the word at this position of R.
    #[inline]
    pub fn r(&self, position: usize) -> f32 {
        self.solver.bigram_factors[usize::from(self.before.list.impact(position))]
    }

    /// The factor of the `i`-th word of B.
    #[inline]
    pub fn b(&self, i: usize) -> f32 {
        self.solver.trigram_factors[usize::from(self.middle.impact(i))]
    }

    /// The factor of the `i`-th word of C.
    #[inline]
    pub fn c(&self, i: usize) -> f32 {
        self.solver.trigram_factors[usize::from(self.left.list.postings.impact(i))]
    }

    /// exp g of a word, and its length in characters.
    #[inline]
    pub fn weight(&self, word: u32) -> (f32, u8) {
        let lists = &self.solver.view.lists;
        let weight = lists.weights.get(word as usize).copied().unwrap_or_default();
        (weight, lists.chars.get(word as usize).copied().unwrap_or_default())
    }
}

impl Constant {
    fn of(core: &Core<'_>, history: &State, first: &Standing, ln_second: f64) -> Self {
        let ln_next = first.step.ln_p;
        let near = core.ln_backoff_of(&history.truncated(1)) + first.ln_alone;
        if core.order < 3 {
            return Constant { ln: near, ln_joined: ln_next, ln_next };
        }
        let far = if history.len() > 1 { core.ln_backoff_of(history) } else { 0.0 };
        Constant { ln: far + near + first.next.ln_p, ln_joined: ln_next + ln_second, ln_next }
    }
}
