//! P(w | h), word by word.
//!
//! For counts (interpolated modified Kneser-Ney, Chen & Goodman 1998), with h' the history without
//! its first word and p(w) the probability of a single word:
//!
//! ```text
//! P(w|h) = (a(hw) - D(a(hw))) / total(h) + gamma(h) P(w|h')
//! ```
//!
//! For logarithms: the stored p(hw), or bow(h) P(w|h') where it is not stored.
//!
//! A [`State`] records where the suffixes of a history are stored, so that the next word costs one search
//! an order.

use super::level::Values;
use super::ngrams::{Core, LOG10_ZERO, MAX_ORDER};

/// The end of a history, as far as it is stored: for every length from 1 the index of the n-gram that the
/// last words make.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    nodes: [u32; MAX_ORDER - 1],
    length: u8,
}

impl State {
    /// The state whose suffixes have these indices, the shortest one first; at most 4 are kept.
    pub fn of(nodes: &[u32]) -> Self {
        let mut state = State::default();
        for (to, &node) in state.nodes.iter_mut().zip(nodes) {
            *to = node;
            state.length += 1;
        }
        state
    }

    /// How many of the last words are stored as an n-gram.
    pub fn len(&self) -> usize {
        self.length.into()
    }

    /// Whether nothing is known of the history.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The indices of the suffixes of the history, the shortest one first.
    pub fn nodes(&self) -> &[u32] {
        &self.nodes[..self.len()]
    }

    /// The state with at most `length` words.
    pub fn truncated(mut self, length: usize) -> Self {
        self.length = self.length.min(length.min(MAX_ORDER) as u8);
        self
    }
}

/// What [`Core::step`] says of a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The natural log of P(w | h).
    pub ln_p: f64,
    /// Order of the longest stored n-gram that ends with the word.
    pub matched: usize,
    /// The history extended by the word.
    pub state: State,
}

impl Core<'_> {
    /// The probability of a word after a history.
    ///
    /// # Complexity
    /// One binary search an order.
    #[inline]
    pub fn step(&self, history: &State, word: u32) -> Step {
        if self.tabled {
            return self.step_by_tables(history, word);
        }
        let first = self.unigrams.get(word as usize).copied().unwrap_or_default();
        let mut at = Path::new(self, word);
        let mut p = f64::from(first);
        for (level, &context) in self.levels.iter().zip(history.nodes()) {
            let children = level.children(context as usize, at.universe);
            let found = at.follow(level, context, &children);
            p = level.take_further(p, context as usize, &children, found);
        }
        let matched = at.matched;
        let ln_p = self.ln(p);
        Step { ln_p, matched, state: at.state(self.order) }
    }

    /// The natural log of what the orders add up to.
    #[inline]
    pub(super) fn ln(&self, p: f64) -> f64 {
        match self.logs {
            true => p * std::f64::consts::LN_10,
            false if p > 0.0 => libm::log(p),
            false => f64::from(LOG10_ZERO) * std::f64::consts::LN_10,
        }
    }

    /// A history extended by a word.
    #[inline]
    pub fn advance(&self, history: &State, word: u32) -> State {
        let mut at = Path::new(self, word);
        for (level, &context) in self.levels.iter().zip(history.nodes()) {
            let children = level.children(context as usize, at.universe);
            if at.follow(level, context, &children).is_none() {
                break;
            }
        }
        at.state(self.order)
    }

    /// The state after a history: its last words, as many as the model can use.
    pub fn state(&self, history: &[u32]) -> State {
        let last = &history[history.len().saturating_sub(self.order.saturating_sub(1))..];
        last.iter().fold(State::default(), |state, &word| self.advance(&state, word))
    }

    /// The index of an n-gram among those of its order, if it is stored.
    ///
    /// # Complexity
    /// O(n^2) searches for n words.
    pub fn find(&self, ngram: &[u32]) -> Option<usize> {
        let (&word, history) = ngram.split_last()?;
        if ngram.len() > self.order || word as usize >= self.words {
            return None;
        }
        let state = self.state(history);
        if state.len() < history.len() {
            return None;
        }
        let mut at = Path::new(self, word);
        let mut index = Some(word as usize);
        for (level, &context) in self.levels.iter().zip(state.nodes()) {
            let children = level.children(context as usize, at.universe);
            index = Some(at.follow(level, context, &children)?);
        }
        index
    }

    /// The natural log of the backoff weight of a context, 0 where it is not stored.
    pub fn ln_backoff(&self, context: &[u32]) -> f64 {
        let state = self.state(context);
        if state.len() < context.len() { 0.0 } else { self.ln_backoff_of(&state) }
    }

    /// The natural log of the backoff weight of the longest suffix of a history that is stored.
    pub fn ln_backoff_of(&self, context: &State) -> f64 {
        if let Some(log10) = self.stored_backoff(context) {
            return f64::from(log10) * std::f64::consts::LN_10;
        }
        let Some((&node, level)) =
            context.nodes().last().zip(self.levels.get(context.len().wrapping_sub(1)))
        else {
            return 0.0;
        };
        // The constants need no positions, and so no universe.
        libm::log(level.constants(node as usize, &level.children(node as usize, 1))[1])
    }

    /// The stored log10 backoff weight of a context, in a model from an ARPA file.
    pub(super) fn stored_backoff(&self, context: &State) -> Option<f32> {
        let (&node, level) =
            context.nodes().last().zip(self.levels.get(context.len().wrapping_sub(1)))?;
        match level.values {
            Values::Logs { log10_backoff, .. } => log10_backoff.get(node as usize).copied(),
            Values::Counts { .. } => None,
        }
    }
}

/// A word on its way through the orders.
struct Path {
    /// Its position among the children of the current suffix.
    position: u32,
    /// How many children the suffix has.
    universe: usize,
    matched: usize,
    nodes: [u32; MAX_ORDER],
}

impl Path {
    fn new(core: &Core<'_>, word: u32) -> Self {
        let mut nodes = [0; MAX_ORDER];
        nodes[0] = word;
        Path { position: word, universe: core.words, matched: 1, nodes }
    }

    /// The index of the n-gram one order higher, if the word has been found so far and is found
    /// among these children.
    #[inline]
    fn follow(
        &mut self,
        level: &super::Level<'_>,
        context: u32,
        children: &super::level::Children,
    ) -> Option<usize> {
        if self.universe == 0 {
            return None;
        }
        let found = level.search(context as usize, children, self.position);
        match found {
            Some(i) => {
                self.position = i as u32;
                self.universe = children.count;
                self.nodes[self.matched] = (children.start + i) as u32;
                self.matched += 1;
                Some(children.start + i)
            }
            None => {
                self.universe = 0;
                None
            }
        }
    }

    fn state(&self, order: usize) -> State {
        State::of(&self.nodes[..self.matched.min(order.saturating_sub(1))])
    }
}
