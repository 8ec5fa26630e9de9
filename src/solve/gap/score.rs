//! The score of every word of the vocabulary in one gap: S(x), whose terms K, g, F, R, A, B and C
//! [`crate::model::lists`] defines.
//!
//! The lists keep the exponentials of the terms, so that exp S is a product. No list is visited whole: a word
//! of A is in F too, one of C in R, and one of B in both. With w = exp g and the letters for the factors, the
//! sum of exp (S - K) over all words is therefore
//!
//! ```text
//!   sum of w                                  all words: a constant of the model
//! + sum over F of w (F - 1)                   a constant of a0, the same for R and b0
//! + sum over A of w F (A - 1)                 a constant of a1 a0, the same for R, C and b0 b1
//! + sum over F and R of w (F R B - F - R + 1) a constant of a0 and b0
//! + what remains for words of A and R, or C and F
//! ```
//!
//! The first three are in the file for long lists; the fourth is kept while it is useful (the private module
//! `pairs`); so only the words of the last line are visited one by one (`met`). How many these are:
//! benches/RESULTS.md, "Filling gaps".
//!
//! The evidence of a gap is how much likelier the sentence is with a word in it, summed over all words, than
//! as it stands:
//!
//! ```text
//! ln evidence = ln sum_x exp S(x) - [ln P(b0|a1 a0) + ln P(b1|a0 b0)]
//! ```
//!
//! The sum runs over all words and `<unk>`, not over `<s>` and `</s>`. The factors of F, R, B, C and long
//! lists A have eight bits. [`Solver::tolerance`] bounds what that makes of S, and so of the evidence. The
//! best words are then scored from the n-grams ([`crate::solve::gap::rescore`]).

use crate::model::core::State;
use crate::model::words::{BOS, EOS};
use crate::solve::Worker;
use crate::solve::gap::frame::Frame;
#[cfg(doc)]
use crate::solve::{Effort, Solver};

/// The words around a gap, as ids; `<s>` and `</s>` beyond the ends of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// a1 a0, the last one next to the gap.
    pub left: [u32; 2],
    /// b0 b1, the first one next to the gap.
    pub right: [u32; 2],
}

impl Gap {
    /// The gap behind the `left`-th word of a sentence (counted from 0); `None` if there is no word
    /// on both sides of it.
    pub fn of(sentence: &[u32], left: usize) -> Option<Self> {
        let (before, after) = sentence.split_at_checked(left + 1)?;
        Some(Gap {
            left: match *before {
                [.., a1, a0] => [a1, a0],
                [a0] => [BOS, a0],
                [] => return None,
            },
            right: match *after {
                [b0, b1, ..] => [b0, b1],
                [b0] => [b0, EOS],
                [] => return None,
            },
        })
    }
}

/// A word for a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub word: u32,
    /// Its probability among all words, given the gap.
    pub probability: f64,
}

/// What the model says of one gap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GapScore {
    /// Natural log of the evidence.
    pub ln_evidence: f64,
    /// Natural log of the sum of exp S over all words.
    pub ln_sum: f64,
    /// Natural log of P(b0 | a1 a0): how likely the sentence's own next word is.
    pub ln_next: f64,
    /// Expected length of the missing word in characters, given the gap.
    pub mean_chars: f64,
}

impl Worker<'_, '_> {
    /// Scores every word in `gap` and puts the best `k`, best first, into `best`. With more than three
    /// words of context in the model, use [`Worker::score_in`].
    ///
    /// With [`Effort::Exact`] the best words and their scores are exact, and so is the sum over all
    /// words as far as they make it up; the rest of it is known to within [`Solver::tolerance`]. With
    /// [`Effort::Fast`] that holds for the first sixteen; words and sum are known to within it.
    ///
    /// # Complexity
    /// Independent of the vocabulary. The evidence alone (k = 0) visits the words of A or R, and of C
    /// or F, whichever are fewer: a few hundred. Best words take a walk over the shorter of F and R,
    /// and one look-up an order for each.
    pub fn score(&mut self, gap: Gap, k: usize, best: &mut Vec<Candidate>) -> GapScore {
        let core = &self.solver.view.core;
        let behind = &gap.right[..gap.right.len().min(core.order - 1)];
        self.score_behind(&core.state(&gap.left), behind, (k, &[]), best)
    }

    /// Scores every word behind a history, in front of these words; the words `also` join the best.
    pub(in crate::solve) fn score_behind(
        &mut self,
        history: &State,
        behind: &[u32],
        words: (usize, &[u32]),
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        let frame = Frame::new(self.solver, history, behind);
        self.score_frame(&frame, history, behind, words, best)
    }

    /// The same for a gap that has been looked up, with these words among the best as well.
    pub(in crate::solve) fn score_frame(
        &mut self,
        frame: &Frame<'_, '_>,
        history: &State,
        behind: &[u32],
        (k, also): (usize, &[u32]),
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        best.clear();
        let [mass, chars] = self.mass(frame);
        self.candidates(frame, k);
        if k > 0 || self.solver.view.order > 3 {
            return self.rescore(&frame.constant, [mass, chars], history, behind, (k, also), best);
        }
        let ln_sum = frame.constant.ln + libm::log(mass);
        GapScore {
            ln_evidence: ln_sum - frame.constant.ln_joined,
            ln_sum,
            ln_next: frame.constant.ln_next,
            mean_chars: chars / mass,
        }
    }

    /// Sums exp (S - K), plain and times the length in characters, over all words.
    fn mass(&mut self, frame: &Frame<'_, '_>) -> [f64; 2] {
        let lists = self.meeting.gather(frame, &mut self.slots);
        let after = sums_of(frame, true);
        let before = sums_of(frame, false);
        let pairs = self.pairs.sums(frame, &mut self.slots);
        let totals = self.solver.totals;
        let sum = |i: usize| totals[i] + after[i] + before[i] + lists[i] + pairs[i];
        // A damaged file may hold any numbers.
        [0, 1].map(|i| if sum(i) > 0.0 { sum(i).min(f64::MAX) } else { f64::MIN_POSITIVE })
    }
}

/// Sum of w (factor - 1) over the list of a neighbour, plain and times the length in characters.
fn sums_of(frame: &Frame<'_, '_>, after: bool) -> [f64; 2] {
    let list = if after { &frame.after } else { &frame.before };
    if let Some((sums, _)) = list.summary() {
        return sums;
    }
    let (mut sum, mut chars) = (0.0, 0.0);
    for i in 0..list.len() {
        let factor = if after { frame.f(i) } else { frame.r(i) };
        let (weight, length) = frame.weight(list.id(i));
        let more = f64::from(weight) * (f64::from(factor) - 1.0);
        sum += more;
        chars += more * f64::from(length);
    }
    [sum, chars]
}
