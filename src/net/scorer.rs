//! What the net says of sentences of any length, several together, in bounded memory.

use std::ops::Range;

use super::holes::{Hole, Holes};
use super::pass::Pass;
use super::rows::Rows;
use super::trained::Net;

/// Rows that go through the net together: their states stay in the cache.
const ROWS: usize = 512;
/// Longer sentences are cut into windows of this many gaps, plus what these can see.
const WINDOW: usize = 256;

/// What the net says of the inner gaps of a sentence, one fewer than its tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// (gaps) log of the probability that a word is missing there, up to a constant, in nats.
    pub logits: Vec<f32>,
    /// (gaps, width) of the left tower, the state of the token before; of the right one, that of the token after.
    towers: [Vec<f32>; 2],
}

/// One thread's scratch memory.
#[derive(Debug, Default)]
pub struct Scorer {
    pass: Pass,
    rows: Rows,
    holes: Holes,
    /// Sentence and gaps of every window in `rows`.
    windows: Vec<(usize, Range<usize>)>,
}

impl Scorer {
    /// What the net says of every sentence, given the embeddings of its tokens.
    ///
    /// # Complexity
    /// Linear in the tokens; scratch memory for at most 800 of them, about 8 kB each.
    pub fn said(&mut self, net: &Net<'_>, sentences: &[Vec<u32>]) -> Vec<Said> {
        let width = net.shape.width;
        let empty = |tokens: &Vec<u32>| {
            let gaps = tokens.len().saturating_sub(1);
            Said { logits: vec![0.0; gaps], towers: [(); 2].map(|()| vec![0.0; gaps * width]) }
        };
        let mut all: Vec<Said> = sentences.iter().map(empty).collect();
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

    fn run(&mut self, net: &Net<'_>, all: &mut [Said]) {
        self.rows.finish();
        self.pass.run(net, &self.rows, false);
        let width = net.shape.width;
        for ((sentence, window), gaps) in self.windows.drain(..).zip(&self.rows.gaps) {
            let said = &mut all[sentence];
            said.logits[window.clone()].copy_from_slice(&self.pass.logits[gaps.clone()]);
            let (into, from) = (window.start * width..window.end * width, gaps.start * width);
            let [left, right] = &mut said.towers;
            let [of_left, of_right] = self.pass.towers();
            left[into.clone()].copy_from_slice(&of_left[from..][..into.len()]);
            right[into.clone()].copy_from_slice(&of_right[from + width..][..into.len()]);
        }
        self.rows.clear();
    }

    /// The states (gaps, width) of the words missing in some gaps: see [`super::choice`]. Few gaps are worth it.
    pub fn states<'a>(
        &mut self,
        net: &Net<'_>,
        gaps: impl Iterator<Item = (&'a Said, usize)>,
    ) -> Vec<u16> {
        let width = net.shape.width;
        let mut towers: [Vec<f32>; 2] = Default::default();
        for (said, gap) in gaps {
            for (all, own) in towers.iter_mut().zip(&said.towers) {
                all.extend_from_slice(&own[gap * width..(gap + 1) * width]);
            }
        }
        let count = towers[0].len() / width;
        let holes: Vec<Hole> = (0..count).map(|i| Hole { left: i, right: i }).collect();
        self.holes.run(net, [&towers[0], &towers[1]], &holes);
        self.holes.states[..count * width].to_vec()
    }

    /// The state (width) of the word missing before the `hole`-th token of a sentence, or after its last
    /// one.
    pub fn hole(&mut self, net: &Net<'_>, tokens: &[u32], hole: usize) -> Vec<u16> {
        let reach = net.shape.reach() + 1;
        let first = hole.saturating_sub(reach);
        let near = &tokens[first..tokens.len().min(hole + reach)];
        self.rows = Rows::new(&net.shape);
        self.rows.push(near, &net.shape);
        self.rows.finish();
        self.pass.run(net, &self.rows, false);
        // The first row is that of the mark.
        self.holes.run(net, self.pass.towers(), &[Hole::after(hole - first)]);
        self.holes.states[..net.shape.width].to_vec()
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
        let shape = Shape {
            words: 90,
            buckets: 9,
            width: 32,
            towers: vec![1, 3],
            dilations: vec![1, 4, 2],
            hidden: 32,
        };
        let trainer = Trainer::new(&shape, &[1; 99], 1);
        let net = trainer.net();
        let mut random = Random::new(2);
        let lengths = [0, 1, 2, 3, 256, 257, 258, 700, 30, 30, 30, 1100];
        let sentences: Vec<Vec<u32>> = lengths
            .iter()
            .map(|&length| (0..length).map(|_| random.below(99) as u32).collect())
            .collect();
        let mut scorer = Scorer::default();
        let found = scorer.said(&net, &sentences);
        for (tokens, found) in sentences.iter().zip(found) {
            let mut rows = Rows::new(&shape);
            rows.push(tokens, &shape);
            rows.finish();
            let mut pass = Pass::default();
            pass.run(&net, &rows, false);
            let gaps = rows.gaps[0].clone();
            assert_eq!(found.logits, pass.logits[gaps.clone()]);
            let mut holes = Holes::default();
            let all: Vec<Hole> = gaps.map(Hole::after).collect();
            holes.run(&net, pass.towers(), &all);
            let states = scorer.states(&net, (0..all.len()).map(|gap| (&found, gap)));
            assert_eq!(states, holes.states[..all.len() * 32]);
            let differ = |values: &[f32]| values.iter().any(|x| *x != values[0]);
            assert!(tokens.len() < 3 || differ(&found.logits));
            let near = tokens.len() < 50;
            for hole in (1..tokens.len()).filter(|hole| near || hole % 50 == 0) {
                let state = &states[(hole - 1) * 32..hole * 32];
                assert_eq!(scorer.hole(&net, tokens, hole), state, "{hole}");
            }
        }
    }
}
