//! The exchange: every word moves to where the text becomes likeliest, again and again.
//!
//! With n(c, d) for the counts of class bigrams and f(n) = n ln n, the log-likelihood of the text under
//! P(w|v) = P(w|c(w)) P(c(w)|c(v)) is, up to a constant,
//!
//! ```text
//! F = sum over c, d of f(n(c, d)) - sum over c of f(n(c, .)) - sum over d of f(n(., d))
//! ```
//!
//! (Martin, Liermann & Ney, *Algorithms for bigram and trigram word clustering*, 1998). Moving a word
//! changes the rows and columns of two classes, in as many places as its neighbours have classes.
//!
//! Words come in batches of a few hundred. The best class of each is found in parallel from the same
//! counts; then the moves are made one by one, each only if it is still a gain given the moves before it.
//! So F never falls, and nothing depends on the number of threads.

use rayon::prelude::*;

use super::bigrams::Bigrams;
use super::logs::{add, add_without, f};
use super::table::Table;
use crate::progress::Progress;

/// How many words look for a class at the same time.
const BATCH: usize = 256;
/// What a move must gain, in nats of the whole text.
const LEAST: f64 = 1e-4;

/// The outcome of a pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pass {
    /// How many words were moved.
    pub moved: usize,
    /// The objective after it, in nats.
    pub objective: f64,
}

/// A word's neighbours by class, and what every class would gain: one thread's scratch memory.
#[derive(Debug)]
struct Scratch {
    /// Per side, 0 for what follows: (all classes) counts, and the classes with any.
    counts: [Vec<f64>; 2],
    present: [Vec<usize>; 2],
    /// How often the word follows itself.
    same: f64,
    /// How often it was counted, by what follows and by what precedes it.
    sums: [f64; 2],
    gains: Vec<f64>,
}

impl Scratch {
    fn new(table: &Table) -> Self {
        let size = table.sums[0].len();
        Scratch {
            counts: [vec![0.0; size], vec![0.0; size]],
            present: [Vec::new(), Vec::new()],
            same: 0.0,
            sums: [0.0; 2],
            gains: vec![0.0; table.classes],
        }
    }

    /// Gathers the neighbours of a word.
    fn look(&mut self, word: usize, bigrams: &Bigrams, table: &Table) {
        self.same = f64::from(bigrams.same[word]);
        for (side, sides) in [&bigrams.after, &bigrams.before].into_iter().enumerate() {
            let (counts, present) = (&mut self.counts[side], &mut self.present[side]);
            present.drain(..).for_each(|class| counts[class] = 0.0);
            self.sums[side] = self.same;
            for (unit, n) in sides.of(word) {
                let class = usize::from(table.class[unit]);
                if counts[class] == 0.0 {
                    present.push(class);
                }
                counts[class] += f64::from(n);
                self.sums[side] += f64::from(n);
            }
        }
    }

    /// What the objective gains if the word, taken out of class `from`, is put into `into`.
    fn gain(&self, table: &Table, from: usize, into: usize) -> f64 {
        let back = from == into;
        let mut gain = 0.0;
        for side in 0..2 {
            let rows = [&table.after, &table.before][side];
            let (counts, logs) = rows.row(into);
            for &class in self.present[side].iter().filter(|&&class| class != into) {
                let n = self.counts[side][class];
                gain += match (back, class == from) {
                    (true, _) => logs[class] - f(counts[class] - n),
                    (false, false) => f(counts[class] + n) - logs[class],
                    (false, true) => {
                        let x = counts[class] - self.counts[1 - side][into];
                        f(x + n) - f(x)
                    }
                };
            }
            let (sum, log) = (table.sums[side][into], table.sum_logs[side][into]);
            gain -= match back {
                true => log - f(sum - self.sums[side]),
                false => f(sum + self.sums[side]) - log,
            };
        }
        let own = self.counts[0][into] + self.counts[1][into] + self.same;
        let x = table.after.row(into).0[into];
        gain + if back { f(x) - f(x - own) } else { f(x + own) - f(x) }
    }

    /// The best class for a word of class `from`, if a different one is better.
    fn best(&mut self, table: &Table, from: usize) -> Option<usize> {
        let classes = table.classes;
        let Scratch { counts, present, same, sums, gains } = self;
        gains.fill(0.0);
        for side in 0..2 {
            // What follows the word is looked up by its class: what precedes that class?
            let rows = [&table.before, &table.after][side];
            for &class in &present[side] {
                let (row, logs) = rows.row(class);
                let n = counts[side][class];
                match class == from {
                    false => add(gains, row, logs, n),
                    true => add_without(gains, row, &counts[1 - side][..classes], n),
                }
            }
        }
        for (into, gain) in gains.iter_mut().enumerate() {
            let x = table.after.row(into).0[into];
            let [after, before] = [0, 1].map(|side| counts[side][into]);
            if after + before + *same > 0.0 {
                // The bigrams within the class were counted as two kinds.
                let wrong = f(x + after) + f(x + before) - 2.0 * f(x);
                *gain += f(x + after + before + *same) - f(x) - wrong;
            }
            for ((all, logs), own) in table.sums.iter().zip(&table.sum_logs).zip(*sums) {
                *gain -= f(all[into] + own) - logs[into];
            }
        }
        let stay = self.gain(table, from, from);
        let others = self.gains.iter().copied().enumerate().filter(|&(class, _)| class != from);
        let best = others.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        (best.1 > stay + LEAST).then_some(best.0)
    }
}

impl Table {
    /// Moves a word whose neighbours are in `scratch`.
    fn put(&mut self, word: usize, scratch: &Scratch, into: usize) {
        let from = usize::from(self.class[word]);
        for (class, sign) in [(from, -1.0), (into, 1.0)] {
            for &right in &scratch.present[0] {
                self.add(class, right, sign * scratch.counts[0][right]);
            }
            for &left in &scratch.present[1] {
                self.add(left, class, sign * scratch.counts[1][left]);
            }
            self.add(class, class, sign * scratch.same);
            (0..2).for_each(|side| self.add_sum(side, class, sign * scratch.sums[side]));
        }
        self.class[word] = into as u16;
    }

    /// The best class for a word, if it is not its own.
    #[cfg(test)]
    pub(super) fn best(&self, bigrams: &Bigrams, word: usize) -> Option<usize> {
        let mut scratch = Scratch::new(self);
        scratch.look(word, bigrams, self);
        scratch.best(self, usize::from(self.class[word]))
    }

    /// What the objective gains if a word moves.
    #[cfg(test)]
    pub(super) fn gain(&self, bigrams: &Bigrams, word: usize, into: usize) -> f64 {
        let (mut scratch, from) = (Scratch::new(self), usize::from(self.class[word]));
        scratch.look(word, bigrams, self);
        scratch.gain(self, from, into) - scratch.gain(self, from, from)
    }

    /// One pass over all words.
    pub(super) fn pass(&mut self, bigrams: &Bigrams, progress: &dyn Progress) -> Pass {
        let mut moved = 0;
        let mut scratch = Scratch::new(self);
        let words: Vec<usize> = (0..bigrams.words).collect();
        for batch in words.chunks(BATCH) {
            let table = &*self;
            let wanted: Vec<Option<usize>> = batch
                .par_iter()
                .with_min_len(4)
                .map_init(
                    || Scratch::new(table),
                    |scratch, &word| {
                        scratch.look(word, bigrams, table);
                        scratch.best(table, usize::from(table.class[word]))
                    },
                )
                .collect();
            for (&word, into) in batch.iter().zip(wanted) {
                let Some(into) = into else {
                    continue;
                };
                scratch.look(word, bigrams, self);
                let from = usize::from(self.class[word]);
                let stay = scratch.gain(self, from, from);
                if scratch.gain(self, from, into) > stay + LEAST {
                    self.put(word, &scratch, into);
                    moved += 1;
                }
            }
            progress.advance(batch.len() as u64);
        }
        Pass { moved, objective: self.objective() }
    }
}
