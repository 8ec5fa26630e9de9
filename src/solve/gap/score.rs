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
//! The first three are in the file for long lists; the fourth is kept while it is useful (the private
//! module `pairs`); so only the words of the last line are visited one by one (`met`). See
//! benches/RESULTS.md, "Filling gaps", for how many these are.
//!
//! The evidence of a gap is how much likelier the sentence is with a word in it, summed over all words, than
//! as it stands:
//!
//! ```text
//! ln evidence = ln sum_x exp S(x) - [ln P(b0|a1 a0) + ln P(b1|a0 b0)]
//! ```
//!
//! The sum runs over all words and `<unk>`, not over `<s>` and `</s>`. The factors of F, R, B, C and long
//! lists A have eight bits. [`Solver::tolerance`] bounds the resulting error of S, and so of the evidence.
//! The best words are then scored from the n-grams ([`crate::solve::gap::rescore`]).

#[cfg(doc)]
use crate::solve::Solver;

use super::best::Top;
use super::finder::Slots;
use super::frame::{Frame, Side};
use super::met::Meeting;
use super::pairs::Pairs;
use super::query::{Candidate, GapScore, Query};
use super::rescore::rescore;
use super::tables::Ngrams;

/// Scratch memory for scoring gaps, and what is remembered of pairs of words.
#[derive(Debug)]
pub(in crate::solve) struct GapScorer {
    meeting: Meeting,
    pairs: Pairs,
    slots: [Slots; 2],
    top: Top,
}

impl GapScorer {
    /// For a vocabulary of `words` words: 5 MB for what it remembers, and 4 bytes a word.
    pub fn new(words: usize) -> Self {
        GapScorer {
            meeting: Meeting::default(),
            pairs: Pairs::default(),
            slots: [0, 1].map(|_| Slots::new(words)),
            top: Top::default(),
        }
    }

    /// Scores every word in a gap and puts the best, best first, into `best`.
    pub fn score(
        &mut self,
        ngrams: Ngrams<'_>,
        query: &Query<'_>,
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        let frame = Frame::new(ngrams, query.history, query.right);
        self.score_frame(ngrams, &frame, query, best)
    }

    /// The same for a gap that has been looked up.
    pub fn score_frame(
        &mut self,
        ngrams: Ngrams<'_>,
        frame: &Frame<'_>,
        query: &Query<'_>,
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        best.clear();
        let mass = self.mass(frame, ngrams.tables.totals);
        let GapScorer { meeting, pairs, slots, top } = self;
        top.gather(ngrams, frame, query.k, meeting, &pairs.last, slots);
        if query.k > 0 || ngrams.view.order > 3 {
            return rescore(ngrams, &frame.constant, mass, query, &top.found, best);
        }
        let [mass, chars] = mass;
        let ln_sum = frame.constant.ln + libm::log(mass);
        GapScore {
            ln_evidence: ln_sum - frame.constant.ln_joined,
            ln_sum,
            ln_next: frame.constant.ln_next,
            mean_chars: chars / mass,
        }
    }

    /// Sums exp (S - K), plain and times the length in characters, over all words.
    fn mass(&mut self, frame: &Frame<'_>, totals: [f64; 2]) -> [f64; 2] {
        let met = self.meeting.gather(frame, &mut self.slots);
        let (f, r) = (sums_of(frame, &frame.f), sums_of(frame, &frame.r));
        let pairs = self.pairs.sums(frame, &mut self.slots);
        let sum = |i: usize| totals[i] + f[i] + r[i] + met[i] + pairs[i];
        // A damaged file may hold any numbers.
        [0, 1].map(|i| if sum(i) > 0.0 { sum(i).min(f64::MAX) } else { f64::MIN_POSITIVE })
    }
}

/// Sum of w (factor - 1) over F or R, plain and times the length in characters.
fn sums_of(frame: &Frame<'_>, list: &Side<'_>) -> [f64; 2] {
    if let Some((sums, _)) = list.summary() {
        return sums;
    }
    let (mut sum, mut chars) = (0.0, 0.0);
    for i in 0..list.len() {
        let (weight, length) = frame.weight(list.id(i));
        let more = f64::from(weight) * (f64::from(list.factor(i)) - 1.0);
        sum += more;
        chars += more * f64::from(length);
    }
    [sum, chars]
}
