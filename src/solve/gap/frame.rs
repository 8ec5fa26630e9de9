//! What the model holds of one gap: its constants, and the five posting lists.

use super::rows::Row;
use super::tables::Ngrams;
use crate::model::core::walk::Expansion;
use crate::model::core::{Core, State, Step};
use crate::model::lists::codebook::LEVELS;
use crate::model::lists::grouped::PositionList;
use crate::model::lists::view::{Lists, Neighbours, SummedPositions};
use crate::model::words::EOS;

type Factors = [f32; LEVELS];

#[derive(Clone, Copy)]
pub(in crate::solve) struct Frame<'s> {
    lists: &'s Lists<'s>,
    /// K and the words as they stand.
    pub constant: Constant,
    /// The words after a0.
    pub f: Side<'s>,
    /// The words before b0.
    pub r: Side<'s>,
    /// The words after a1 a0, as positions in F.
    pub a: Option<ListA<'s>>,
    /// The words between a0 and b0, as positions in F.
    pub b: ListB<'s>,
    /// The words before b0 b1, as positions in R.
    pub c: ListC<'s>,
}

/// F or R.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Side<'s> {
    list: Neighbours<'s>,
    row: Row<'s>,
    factors: &'s Factors,
}

impl<'s> Side<'s> {
    /// The neighbour.
    pub fn of(&self) -> u32 {
        self.list.of
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[inline]
    pub fn id(&self, i: usize) -> u32 {
        self.list.words.id(i)
    }

    #[inline]
    pub fn factor(&self, i: usize) -> f32 {
        self.factors[usize::from(self.list.impact(i))]
    }

    pub fn has_row(&self) -> bool {
        self.row.exists()
    }

    /// Whether the row holds a word.
    #[inline]
    pub fn holds(&self, word: u32) -> bool {
        self.row.holds(word)
    }

    /// Where a word stands, if it is there.
    #[inline]
    pub fn find(&self, word: u32) -> Option<usize> {
        if self.row.exists() { self.row.find(word) } else { self.list.words.find(word) }
    }

    /// Sums and head of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'s [u32])> {
        self.list.summary
    }
}

/// A: the words after a1 a0, as positions in F.
#[derive(Clone, Copy)]
pub(in crate::solve) struct ListA<'s> {
    children: Expansion<'s, 's>,
    row: Row<'s>,
    /// Sums, head and impacts of a long list.
    long: Option<([f64; 2], &'s [u32], &'s [u8])>,
    factors: &'s Factors,
}

impl<'s> ListA<'s> {
    /// Sums and head of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'s [u32])> {
        self.long.map(|(sums, head, _)| (sums, head))
    }

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

    /// The factor of the `i`-th word, exact in a short list, given its position in F and its id.
    #[inline]
    pub fn factor(&self, i: usize, position: usize, word: u32) -> f32 {
        match self.long {
            Some((_, _, impacts)) => {
                self.factors[usize::from(impacts.get(i).copied().unwrap_or_default())]
            }
            None => self.children.lift(i, position, word) as f32,
        }
    }
}

/// B: the words between a0 and b0, as positions in F.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct ListB<'s> {
    list: PositionList<'s>,
    factors: &'s Factors,
}

impl ListB<'_> {
    pub fn len(&self) -> usize {
        self.list.count
    }

    /// The position in F of the `i`-th word.
    #[inline]
    pub fn position(&self, i: usize) -> usize {
        self.list.position(i)
    }

    /// Which word stands at this position in F.
    #[inline]
    pub fn find(&self, position: usize) -> Option<usize> {
        self.list.find(position)
    }

    #[inline]
    pub fn factor(&self, i: usize) -> f32 {
        self.factors[usize::from(self.list.impact(i))]
    }
}

/// C: the words before b0 b1, as positions in R.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct ListC<'s> {
    list: SummedPositions<'s>,
    row: Row<'s>,
    factors: &'s Factors,
}

impl<'s> ListC<'s> {
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

    #[inline]
    pub fn factor(&self, i: usize) -> f32 {
        self.factors[usize::from(self.list.postings.impact(i))]
    }

    /// Sums and head of a long list.
    pub fn summary(&self) -> Option<([f64; 2], &'s [u32])> {
        self.list.summary
    }
}

/// What all words of a gap share, in nats.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Constant {
    /// K.
    pub ln: f64,
    /// The log-probability of what stands to the right of the gap, without a word in it.
    pub ln_joined: f64,
    /// Its first factor, ln P(b0 | a1 a0).
    pub ln_next: f64,
}

/// A word of a sentence as it stands, before another one.
#[derive(Debug, Clone, Copy)]
pub(in crate::solve) struct Standing {
    word: u32,
    /// ln of its probability without a history.
    ln_alone: f64,
    /// The word after it, with this one as its history.
    next: Step,
    /// The word itself with up to two words of history.
    pub step: Step,
}

impl Standing {
    /// A word after a history and before another one.
    pub fn new(core: &Core<'_>, history: &State, word: u32, next: u32) -> Self {
        Standing {
            word,
            ln_alone: core.step(&State::default(), word).ln_p,
            next: core.step(&State::of(&[word]), next),
            step: core.step(&history.truncated(2), word),
        }
    }
}

impl<'s> Frame<'s> {
    /// The gap between a history and the nearest two words to its right.
    pub fn new(ngrams: Ngrams<'s>, history: &State, right: &[u32]) -> Self {
        let core = &ngrams.view.core;
        let [b0, b1] = [0, 1].map(|i| right.get(i).copied().unwrap_or(EOS));
        let mut first = Standing::new(core, history, b0, b1);
        let second = core.step(&first.step.state.truncated(2), b1);
        if right.len() > 1 {
            return Self::between(ngrams, history, &first, second.ln_p);
        }
        // Nothing comes after the end.
        first.next.ln_p = 0.0;
        Self::between(ngrams, history, &first, 0.0)
    }

    /// The same where what stands to the right of the gap is known: its first word, and ln P of its second.
    pub fn between(ngrams: Ngrams<'s>, history: &State, first: &Standing, ln_second: f64) -> Self {
        let (core, lists, tables) = (&ngrams.view.core, &ngrams.view.lists, ngrams.tables);
        let history = history.truncated(2);
        let constant = Constant::of(core, &history, first, ln_second);
        let a0 = history.nodes().first().copied().unwrap_or_default();
        let b0 = first.word;
        let factors = &tables.bigram_factors;
        let f = Side { list: lists.f(a0), row: tables.rows.f.get(a0), factors };
        let r = Side { list: lists.r(b0), row: tables.rows.r.get(b0), factors };
        let factors = &tables.trigram_factors;
        let mut frame = Frame {
            lists,
            constant,
            f,
            r,
            a: None,
            b: ListB { list: PositionList::default(), factors },
            c: ListC { list: SummedPositions::default(), row: Row::default(), factors },
        };
        if core.order < 3 {
            return frame;
        }
        frame.a = history.nodes().get(1).map(|&bigram| {
            let children = core.expand(&history);
            let long = lists.a.get(bigram as usize, children.len());
            ListA { children, row: tables.rows.a.get(bigram), long, factors }
        });
        let bigram = first.next.state.nodes().get(1).copied();
        frame.c.list = lists.c(&frame.r.list, bigram.map(|bigram| bigram as usize));
        frame.c.row = bigram.map_or(Row::default(), |bigram| tables.rows.c.get(bigram));
        frame.b.list = lists.b(&frame.f.list, b0);
        frame
    }

    /// exp g of a word, and its length in characters.
    #[inline]
    pub fn weight(&self, word: u32) -> (f32, u8) {
        (self.lists.weight(word), self.lists.length(word))
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
