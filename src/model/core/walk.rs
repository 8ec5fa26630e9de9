//! The children of a context with their words and probabilities, and all contexts in order.
//!
//! A child of w1 … wn stands at some position among the children of w2 … wn, that one at some position
//! among those of w3 … wn, and so on down to the bigrams, whose positions are words. So the lists of a
//! whole chain of suffixes spell the child, and on the way give the shares of which its probability is the
//! sum.

use std::ops::Range;

use super::level::{Children, Level, Values};
use super::ngrams::{Core, MAX_ORDER, exp10, log10};
use super::state::State;

/// The lists of children of a context and of all its suffixes.
///
/// # Panics
/// Its methods take lengths from 1 to that of the context, and panic on any other.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'c, 'a> {
    core: &'c Core<'a>,
    /// The suffixes, the shortest one first; as many as the context's length.
    lists: [(u32, Children); MAX_ORDER - 1],
    length: usize,
}

/// The children of a context, ready to be read.
#[derive(Debug, Clone, Copy)]
pub struct Expansion<'c, 'a> {
    chain: Chain<'c, 'a>,
    /// (suffixes) as in [`Level::constants`].
    constants: [[f64; 2]; MAX_ORDER - 1],
}

/// One child of a context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Child {
    /// Its last word.
    pub word: u32,
    /// For every order from 1, the index of the n-gram that the last words make.
    pub nodes: [u32; MAX_ORDER],
    /// P(word | context).
    pub p: f64,
    /// P(word | context without its first word).
    pub lower_p: f64,
}

impl<'a> Core<'a> {
    /// The lists of children of a context and of all its suffixes.
    #[inline]
    pub fn chain(&self, context: &State) -> Chain<'_, 'a> {
        let mut lists = [(0, Children::default()); MAX_ORDER - 1];
        let mut universe = self.words;
        for ((list, level), &node) in lists.iter_mut().zip(&self.levels).zip(context.nodes()) {
            *list = (node, level.children(node as usize, universe));
            universe = list.1.count;
        }
        Chain { core: self, lists, length: context.len() }
    }

    /// log10 of the backoff weight of a context: as it is stored, or as it follows from counts.
    pub fn log10_backoff(&self, context: &State) -> f32 {
        self.stored_backoff(context).unwrap_or_else(|| log10(self.expand(context).backoff()))
    }

    /// The children of a context.
    pub fn expand(&self, context: &State) -> Expansion<'_, 'a> {
        let chain = self.chain(context);
        let mut constants = [[1.0, 1.0]; MAX_ORDER - 1];
        for (i, of) in constants[..chain.length].iter_mut().enumerate() {
            *of = chain.constants(i + 1);
        }
        Expansion { chain, constants }
    }

    /// Visits the children of every context of `length` words, at least 1, that begins with one of
    /// the words `first`, sorted by their words.
    pub fn contexts(
        &self,
        length: usize,
        first: Range<u32>,
        visit: &mut impl FnMut(&[u32], &Expansion<'_, 'a>),
    ) {
        let mut words = Vec::with_capacity(length);
        for word in first {
            words.push(word);
            self.descend(&State::of(&[word]), length, &mut words, visit);
            words.clear();
        }
    }

    fn descend(
        &self,
        context: &State,
        length: usize,
        words: &mut Vec<u32>,
        visit: &mut impl FnMut(&[u32], &Expansion<'_, 'a>),
    ) {
        let expansion = self.expand(context);
        if words.len() == length {
            return visit(words, &expansion);
        }
        for i in 0..expansion.len() {
            let child = expansion.child(i);
            words.push(child.word);
            let state = State::of(&child.nodes[..words.len()]);
            self.descend(&state, length, words, visit);
            words.pop();
        }
    }
}

impl Chain<'_, '_> {
    /// Length of the context.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether the context is empty.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The index of the suffix of `length` words, from 1.
    pub fn node(&self, length: usize) -> usize {
        self.lists[length - 1].0 as usize
    }

    /// The children of the suffix of `length` words.
    pub fn children(&self, length: usize) -> &Children {
        &self.lists[length - 1].1
    }

    /// The level in which the children of the suffix of `length` words are.
    fn level(&self, length: usize) -> &Level<'_> {
        &self.core.levels[length - 1]
    }

    /// [`Level::constants`] of the suffix of `length` words.
    pub fn constants(&self, length: usize) -> [f64; 2] {
        self.level(length).constants(self.node(length), self.children(length))
    }

    /// For every order from 1, the index of the n-gram that ends with the `i`-th child of the suffix of
    /// `length` words; the first is the word itself.
    #[inline]
    pub fn spell(&self, length: usize, i: usize) -> [u32; MAX_ORDER] {
        let (mut nodes, mut at) = ([0; MAX_ORDER], i as u32);
        for length in (1..=length).rev() {
            let children = self.children(length);
            nodes[length] = (children.start as u32).wrapping_add(at);
            at = self.level(length).position(children, at as usize);
        }
        nodes[0] = at.min(self.core.words.saturating_sub(1) as u32);
        nodes
    }

    /// [`Level::share`] of the `i`-th child of the suffix of `length` words.
    #[inline]
    pub fn share(&self, length: usize, i: usize, total: f64) -> f64 {
        self.level(length).share(self.children(length).start + i, total)
    }
}

impl Expansion<'_, '_> {
    pub fn len(&self) -> usize {
        self.last().map_or(0, |children| children.count)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of the `i`-th child among the children of the context without its first word.
    #[inline]
    pub fn position(&self, i: usize) -> usize {
        let length = self.chain.length;
        self.last().map_or(0, |children| self.chain.level(length).position(children, i) as usize)
    }

    /// Which child has this position.
    ///
    /// # Complexity
    /// O(log n) for n children.
    #[inline]
    pub fn find(&self, position: usize) -> Option<usize> {
        let (length, children) = (self.chain.length, self.last()?);
        self.chain.level(length).search(self.chain.node(length), children, position as u32)
    }

    /// P(x | a1 a0) / (bow(a1 a0) P(x | a0)) for the `i`-th child x of a context a1 a0 of two words,
    /// whose position among the children of a0 and whose word are known.
    #[inline]
    pub fn lift(&self, i: usize, position: usize, word: u32) -> f64 {
        let ([first, second, ..], constants) = (&self.chain.core.levels, &self.constants);
        let [bigram, trigram] = [
            self.chain.lists[0].1.start.wrapping_add(position),
            self.chain.lists[1].1.start.wrapping_add(i),
        ];
        match second.values {
            Values::Counts { .. } => {
                let lower = first.share(bigram, constants[0][0])
                    + constants[0][1] * self.chain.core.unigram(word);
                1.0 + second.share(trigram, constants[1][0]) / (constants[1][1] * lower)
            }
            Values::Logs { log10_p, .. } => {
                let stored = |logs: &[f32], i: usize| logs.get(i).copied().unwrap_or_default();
                let Values::Logs { log10_p: lower, .. } = first.values else {
                    return 1.0;
                };
                exp10(stored(log10_p, trigram) - stored(lower, bigram)) / self.backoff()
            }
        }
    }

    /// The weight of the order below: gamma(h), or bow(h).
    pub fn backoff(&self) -> f64 {
        let length = self.chain.length;
        match length {
            0 => 1.0,
            _ => match self.chain.level(length).values {
                Values::Counts { .. } => self.constants[length - 1][1],
                Values::Logs { log10_backoff, .. } => {
                    let weight = log10_backoff.get(self.chain.node(length)).copied();
                    exp10(weight.unwrap_or_default())
                }
            },
        }
    }

    /// For every child, the index of the n-gram without its first word (of a bigram, its last word),
    /// and its last word.
    pub fn endings(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let length = self.chain.length;
        (0..self.len()).map(move |i| {
            let nodes = self.chain.spell(length, i);
            (nodes[length.saturating_sub(1)], nodes[0])
        })
    }

    /// The stored log10 probability of the `i`-th child, in a model from an ARPA file.
    pub fn log10_p(&self, i: usize) -> Option<f32> {
        match self.chain.level(self.chain.length.max(1)).values {
            Values::Logs { log10_p, .. } => log10_p.get(self.last()?.start + i).copied(),
            Values::Counts { .. } => None,
        }
    }

    /// The `i`-th child.
    pub fn child(&self, i: usize) -> Child {
        let chain = &self.chain;
        let nodes = chain.spell(chain.length, i);
        let mut p = chain.core.unigram(nodes[0]);
        let mut lower_p = p;
        let longer = nodes[1..].iter().zip(&chain.core.levels).zip(&self.constants);
        for ((&ngram, level), &[total, gamma]) in longer.take(chain.length) {
            let ngram = ngram as usize;
            lower_p = p;
            p = match level.values {
                Values::Counts { .. } => level.share(ngram, total) + gamma * p,
                Values::Logs { log10_p, .. } => {
                    exp10(log10_p.get(ngram).copied().unwrap_or_default())
                }
            };
        }
        Child { word: nodes[0], nodes, p, lower_p }
    }

    fn last(&self) -> Option<&Children> {
        (self.chain.length > 0).then(|| self.chain.children(self.chain.length))
    }
}
