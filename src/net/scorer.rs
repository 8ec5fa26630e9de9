//! What the net says of sentences of any length, several together, in bounded memory.

use std::ops::Range;

use super::holes::{Hole, Holes};
use super::pass::Pass;
use super::product::BLOCK;
use super::rows::Rows;
use super::trained::Net;

/// Rows that go through the net together: their states stay in the cache.
const ROWS: usize = 512;
/// Longer sentences are cut into windows of this many gaps, plus what these can see, and their towers are not kept.
const WINDOW: usize = 256;

/// What the net says of the inner gaps of a sentence, one fewer than its tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// (gaps) log of the probability that a word is missing there, up to a constant, in nats.
    pub logits: Vec<f32>,
    /// The embeddings of the tokens.
    tokens: Vec<u32>,
    /// (gaps, width) of the left tower, the state of the token before; of the right one, that of the token after. Empty
    /// for a long sentence.
    towers: [Vec<f32>; 2],
}

impl Said {
    fn is_kept(&self) -> bool {
        !self.towers[0].is_empty()
    }
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
    /// Linear in the tokens; scratch memory for at most 800 of them, about 8 kB each. What is returned takes 8 bytes a
    /// gap, and in a sentence of at most 257 tokens 8 bytes for each number of a state.
    pub fn said(&mut self, net: &Net<'_>, sentences: Vec<Vec<u32>>) -> Vec<Said> {
        let width = net.shape.width;
        let empty = |tokens: Vec<u32>| {
            let gaps = tokens.len().saturating_sub(1);
            let kept = if gaps > WINDOW { 0 } else { gaps * width };
            let towers = [(); 2].map(|()| vec![0.0; kept]);
            Said { logits: vec![0.0; gaps], tokens, towers }
        };
        let mut all: Vec<Said> = sentences.into_iter().map(empty).collect();
        self.rows = Rows::new(&net.shape);
        for i in 0..all.len() {
            let gaps = all[i].logits.len();
            for first in (0..gaps).step_by(WINDOW) {
                let window = first..(first + WINDOW).min(gaps);
                self.rows.push_window(&all[i].tokens, window.clone(), &net.shape);
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
            // All of the sentence, or nothing.
            let starts = [gaps.start, gaps.start + 1];
            for ((own, all), row) in said.towers.iter_mut().zip(self.pass.towers()).zip(starts) {
                let length = own.len();
                own.copy_from_slice(&all[row * width..][..length]);
            }
        }
        self.rows.clear();
    }

    /// The states (gaps, width) of the words missing in some gaps of what this net has said: see [`super::choice`].
    ///
    /// # Panics
    /// There is no such gap.
    ///
    /// # Complexity
    /// 4 width² steps a gap, hence for those alone that matter; in a long sentence one pass over what the gap sees.
    pub fn states(&mut self, net: &Net<'_>, gaps: &[(&Said, usize)]) -> Vec<u16> {
        let width = net.shape.width;
        let mut states = Vec::with_capacity(gaps.len() * width);
        let mut towers: [Vec<f32>; 2] = Default::default();
        for gaps in gaps.chunks(BLOCK) {
            towers.iter_mut().for_each(Vec::clear);
            for (said, gap) in gaps.iter().filter(|(said, _)| said.is_kept()) {
                for (all, own) in towers.iter_mut().zip(&said.towers) {
                    all.extend_from_slice(&own[gap * width..(gap + 1) * width]);
                }
            }
            let count = towers[0].len() / width;
            let holes: Vec<Hole> = (0..count).map(|i| Hole { left: i, right: i }).collect();
            self.holes.run(net, towers.each_ref().map(|tower| &tower[..]), &holes);
            let kept = self.holes.states[..count * width].to_vec();
            let mut kept = kept.chunks_exact(width);
            for &(said, gap) in gaps {
                match said.is_kept() {
                    true => states.extend_from_slice(kept.next().unwrap_or_default()),
                    false => states.extend(self.hole(net, &said.tokens, gap + 1)),
                }
            }
        }
        states
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
        let found = scorer.said(&net, sentences.clone());
        let mut expected: Vec<Vec<u16>> = Vec::new();
        for (tokens, found) in sentences.iter().zip(&found) {
            let mut rows = Rows::new(&shape);
            rows.push(tokens, &shape);
            rows.finish();
            let mut pass = Pass::default();
            pass.run(&net, &rows, true);
            let gaps = rows.gaps[0].clone();
            assert_eq!(found.logits, pass.logits[gaps.clone()]);
            let mut holes = Holes::default();
            let all: Vec<Hole> = gaps.map(Hole::after).collect();
            holes.run(&net, pass.towers(), &all);
            let states = &holes.states[..all.len() * 32];
            expected.push(states.to_vec());
            let differ = |values: &[f32]| values.iter().any(|x| *x != values[0]);
            assert!(tokens.len() < 3 || differ(&found.logits));
            let near = tokens.len() < 50;
            for hole in (1..tokens.len()).filter(|hole| near || hole % 50 == 0) {
                let state = &states[(hole - 1) * 32..hole * 32];
                assert_eq!(scorer.hole(&net, tokens, hole), state, "{hole}");
            }
        }
        // Some gaps of all sentences, from the last to the first.
        let count = |sentence: usize| sentences[sentence].len().saturating_sub(1);
        let gaps = (0..sentences.len()).flat_map(|at| (0..count(at)).map(move |gap| (at, gap)));
        let mut gaps: Vec<(usize, usize)> = gaps.filter(|(at, gap)| (at + gap) % 7 == 0).collect();
        gaps.reverse();
        let asked: Vec<(&Said, usize)> = gaps.iter().map(|&(at, gap)| (&found[at], gap)).collect();
        let states = scorer.states(&net, &asked);
        assert_eq!(states.len(), gaps.len() * 32);
        for (state, (at, gap)) in states.chunks_exact(32).zip(gaps) {
            assert_eq!(*state, expected[at][gap * 32..(gap + 1) * 32], "{at} {gap}");
        }
    }
}
