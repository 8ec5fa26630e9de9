//! Logits for sentences of any length, several together, in bounded memory.

use std::ops::Range;

use super::Net;
use super::pass::Pass;
use super::rows::Rows;

/// Rows that go through the net together: their states stay in the cache.
const ROWS: usize = 512;
/// Longer sentences are cut into windows of so many gaps, and what these can see.
const WINDOW: usize = 256;

/// One thread's scratch memory.
#[derive(Debug, Default)]
pub struct Scorer {
    pass: Pass,
    rows: Rows,
    /// Sentence and gaps of every window in `rows`.
    windows: Vec<(usize, Range<usize>)>,
}

impl Scorer {
    /// The logits of the inner gaps of every sentence, given the embeddings of its tokens: one fewer
    /// than tokens.
    ///
    /// # Complexity
    /// Linear in the tokens; scratch memory for at most 800 of them, about 4 kB each.
    pub fn logits(&mut self, net: &Net<'_>, sentences: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut all: Vec<Vec<f32>> =
            sentences.iter().map(|tokens| vec![0.0; tokens.len().saturating_sub(1)]).collect();
        self.rows = Rows::new(&net.shape);
        for (i, tokens) in sentences.iter().enumerate() {
            let gaps = tokens.len().saturating_sub(1);
            for first in (0..gaps).step_by(WINDOW) {
                let window = first..(first + WINDOW).min(gaps);
                self.rows.push_window(tokens, window.clone(), &net.shape);
                self.windows.push((i, window));
                if self.rows.len() >= ROWS {
                    self.run(net, &mut all);
                }
            }
        }
        self.run(net, &mut all);
        all
    }

    fn run(&mut self, net: &Net<'_>, all: &mut [Vec<f32>]) {
        self.rows.finish();
        let logits = self.pass.run(net, &self.rows, false);
        for ((sentence, window), gaps) in self.windows.drain(..).zip(&self.rows.gaps) {
            all[sentence][window].copy_from_slice(&logits[gaps.clone()]);
        }
        self.rows.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::shape::Shape;
    use crate::random::Random;
    use crate::train::net::Trainer;

    #[test]
    fn windows_say_what_the_whole_sentence_says() {
        let shape =
            Shape { words: 90, buckets: 9, width: 32, dilations: vec![1, 4, 2], hidden: 32 };
        let trainer = Trainer::new(&shape, 1);
        let net = trainer.net();
        let mut random = Random::new(2);
        let lengths = [0, 1, 2, 3, 256, 257, 258, 700, 30, 30, 30, 1100];
        let sentences: Vec<Vec<u32>> = lengths
            .iter()
            .map(|&length| (0..length).map(|_| random.below(99) as u32).collect())
            .collect();
        let found = Scorer::default().logits(&net, &sentences);
        for (tokens, found) in sentences.iter().zip(found) {
            let mut rows = Rows::new(&shape);
            rows.push(tokens, &shape);
            rows.finish();
            let mut pass = Pass::default();
            let whole = &pass.run(&net, &rows, false)[rows.gaps[0].clone()];
            assert_eq!(found, whole);
            assert!(tokens.len() < 3 || found.iter().any(|&logit| logit != found[0]));
        }
    }
}
