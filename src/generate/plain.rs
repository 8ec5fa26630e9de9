//! The fast sampler: P(w|h) as a mixture, without computing it.
//!
//! Since `P(w|h) = share(w|h) + gamma(h) P(w|h')`, a word is drawn from P(.|h) like this: with probability
//! gamma(h) from P(.|h'), otherwise one of the context's own words, by its share. Single words come last.
//! Only the context at which the draw stops is read.
//!
//! # Complexity
//! O(m) for a context of m words whose sums are not kept; O(1) expected if they are, and for single words.

use super::cache::Cache;
use super::contexts::{Contexts, key};
use super::cumulative::Cumulative;
use super::stream::Stream;
use crate::model::core::State;
use crate::model::core::walk::Chain;

/// Contexts with fewer words are read anew each time.
const KEPT_FROM: usize = 24;

/// What all threads share.
#[derive(Debug)]
pub struct Tables {
    /// Running sums of the shares of contexts.
    kept: Cache<Cumulative>,
    unigrams: Cumulative,
}

impl Tables {
    /// The single words' table; the others are made when they are needed.
    pub fn new(contexts: &Contexts<'_>) -> Self {
        let unigrams = Cumulative::guided(contexts.unigrams().iter().copied());
        Tables { kept: Cache::default(), unigrams }
    }

    /// A word from P(.|history), possibly `<unk>` or `</s>`, and the history extended by it.
    pub fn draw(
        &self,
        contexts: &Contexts<'_>,
        state: &State,
        random: &mut Stream,
    ) -> (u32, State) {
        let core = contexts.core();
        let chain = core.chain(state);
        for length in (1..=chain.len()).rev() {
            let count = chain.children(length).count;
            if count == 0 {
                continue;
            }
            let [total, gamma] = chain.constants(length);
            if random.uniform() < gamma {
                continue;
            }
            let i = match count {
                1 => 0,
                _ => self.own(&chain, length, total, random),
            };
            let nodes = chain.spell(length, i);
            let next = match length == chain.len() {
                true => State::of(&nodes[..(length + 1).min(core.order - 1)]),
                false => core.advance(state, nodes[0]),
            };
            return (nodes[0], next);
        }
        let word = self.unigrams.find(random.uniform() * self.unigrams.total()) as u32;
        (word, core.advance(state, word))
    }

    /// Draws a child of the suffix of `length` words.
    fn own(&self, chain: &Chain<'_, '_>, length: usize, total: f64, random: &mut Stream) -> usize {
        let count = chain.children(length).count;
        let draw =
            |sums: &Cumulative, random: &mut Stream| sums.find(random.uniform() * sums.total());
        let shares = || (0..count).map(|i| chain.share(length, i, total));
        if count < KEPT_FROM {
            let target = random.uniform() * shares().sum::<f64>();
            let mut sum = 0.0;
            let mut passed = |share: f64| {
                sum += share;
                sum <= target
            };
            return shares().take_while(|&share| passed(share)).count().min(count - 1);
        }
        if let Some(sums) = self.kept.get(key(chain, length)) {
            return draw(sums, random).min(count - 1);
        }
        let sums = Cumulative::guided(shares());
        let i = draw(&sums, random).min(count - 1);
        self.kept.keep(key(chain, length), sums.size(), || sums);
        i
    }
}
