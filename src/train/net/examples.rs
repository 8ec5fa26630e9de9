//! Which sentences a batch has, and which word of each is removed.

use super::sentences::Sentences;
use crate::random::Random;

/// A sentence and the word removed from it.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    sentence: &'a [u16],
    removed: usize,
}

impl<'a> Example<'a> {
    /// Removes an inner token at random from a sentence of at least three.
    pub fn new(sentence: &'a [u16], random: &mut Random) -> Self {
        Example { sentence, removed: 1 + random.below(sentence.len() - 2) }
    }

    /// Puts the remaining tokens into `tokens`.
    pub fn tokens(&self, tokens: &mut Vec<u32>) {
        tokens.clear();
        let (before, after) = (&self.sentence[..self.removed], &self.sentence[self.removed + 1..]);
        tokens.extend(before.iter().chain(after).map(|&token| u32::from(token)));
    }

    /// The removed word.
    pub fn word(&self) -> u32 {
        self.sentence[self.removed].into()
    }

    /// The place of the true gap among the inner gaps.
    pub fn truth(&self) -> usize {
        self.removed - 1
    }
}

/// All sentences in random order, over and over, each time in a new one.
pub struct Order<'a> {
    sentences: &'a Sentences,
    order: Vec<u32>,
    at: usize,
    random: Random,
}

impl<'a> Order<'a> {
    /// Depends on `seed` alone.
    pub fn new(sentences: &'a Sentences, seed: u64) -> Self {
        let order: Vec<u32> = (0..sentences.len() as u32).collect();
        Order { sentences, at: order.len(), order, random: Random::new(seed) }
    }

    /// The next examples.
    pub fn take(&mut self, count: usize) -> Vec<Example<'a>> {
        (0..count)
            .map(|_| {
                if self.at == self.order.len() {
                    self.shuffle();
                }
                self.at += 1;
                let sentence = self.sentences.get(self.order[self.at - 1] as usize);
                Example::new(sentence, &mut self.random)
            })
            .collect()
    }

    fn shuffle(&mut self) {
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, self.random.below(i + 1));
        }
        self.at = 0;
    }
}
