//! Orders 4 and 5: the best candidates of a gap scored again with all that the model knows.
//!
//! The posting lists score every word by n-grams of up to three words, the lower orders of a longer
//! model. The few best words are scored again, exactly, with n = order:
//!
//! ```text
//! S_n(x) = ln P(x|… a1 a0) + ln P(b0|… a0 x) + … + ln P(b(n-2)|x b0 … b(n-3))
//! ```
//!
//! Every other word is taken for one that no longer n-gram holds. Then all of them differ from their
//! S by the same constant, the weights of the longer contexts in front of the gap, and what follows
//! the words that S looks at:
//!
//! ```text
//! S_n(x) = S(x) + sum of ln bow(… a1 a0) over contexts of 3 to n - 1 words
//!               + ln P(b2|b0 b1) + … + ln P(b(n-2)|b0 … b(n-3))
//! ```
//!
//! which is exact for words that no n-gram of four words or more holds in this place. The evidence is
//! the sum of exp S_n over all words, less the log-probability of the same words b as they stand.

use super::gap::{Candidate, GapScore};
use super::{Gap, Worker};
use crate::model::core::{Core, State};
use crate::model::words::{BOS, EOS};
use crate::text::tokens::chars;

impl Worker<'_, '_> {
    /// Scores every word in the gap behind the `left`-th word of a sentence, counted from 0, and puts
    /// the best `k`, best first, into `best`. `None` if there is no such gap.
    ///
    /// # Complexity
    /// One [`Worker::score`]; beyond order 3 also k times n - 1 look-ups for order n.
    pub fn score_in(
        &mut self,
        sentence: &[u32],
        left: usize,
        k: usize,
        best: &mut Vec<Candidate>,
    ) -> Option<GapScore> {
        let gap = Gap::of(sentence, left)?;
        let score = self.score(gap, k, best);
        let core = &self.solver.view.core;
        if core.order <= 3 {
            return Some(score);
        }
        let (before, after) = sentence.split_at(left + 1);
        let state =
            before.iter().fold(core.state(&[BOS]), |state, &word| core.advance(&state, word));
        let after: Vec<u32> = after.iter().chain([&EOS]).copied().take(core.order - 1).collect();
        Some(self.rescore(&score, &state, &after, best))
    }

    fn rescore(
        &self,
        score: &GapScore,
        before: &State,
        after: &[u32],
        best: &mut [Candidate],
    ) -> GapScore {
        let view = &self.solver.view;
        let core = &view.core;
        let ln_others = score.ln_sum + longer_weights(core, before) + beyond(core, after);
        let (mut others, mut others_chars) = (1.0, score.mean_chars);
        let (mut sum, mut sum_chars) = (0.0, 0.0);
        for candidate in best.iter_mut() {
            let length = chars(view.vocabulary.word(candidate.word)) as f64;
            others -= candidate.probability;
            others_chars -= candidate.probability * length;
            let first = core.step(before, candidate.word);
            let ln = first.ln_p + ln_probability(core, first.state, after);
            // Over exp(ln_others), so that nothing underflows.
            candidate.probability = libm::exp((ln - ln_others).min(600.0));
            sum += candidate.probability;
            sum_chars += candidate.probability * length;
        }
        let others = others.max(0.0);
        sum += others;
        sum_chars += others_chars.clamp(others, 40.0 * others);
        let sum = sum.max(f64::MIN_POSITIVE);
        best.iter_mut().for_each(|candidate| candidate.probability /= sum);
        best.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.word.cmp(&b.word)));
        let ln_sum = ln_others + libm::log(sum);
        let ln_next = after.first().map_or(0.0, |&word| core.step(before, word).ln_p);
        GapScore {
            ln_evidence: ln_sum - ln_probability(core, *before, after),
            ln_sum,
            ln_next,
            mean_chars: sum_chars / sum,
        }
    }
}

/// ln P of words behind a history.
fn ln_probability(core: &Core<'_>, mut state: State, words: &[u32]) -> f64 {
    let mut ln = 0.0;
    for &word in words {
        let step = core.step(&state, word);
        ln += step.ln_p;
        state = step.state;
    }
    ln
}

/// ln of the weights of the contexts in front of a gap that are longer than the lists know.
fn longer_weights(core: &Core<'_>, before: &State) -> f64 {
    (3..=before.len()).map(|length| core.ln_backoff_of(&before.truncated(length))).sum()
}

/// ln P of the words that the lists do not look at, as far as they can know of the gap.
fn beyond(core: &Core<'_>, after: &[u32]) -> f64 {
    let Some((near, far)) = after.split_at_checked(2) else {
        return 0.0;
    };
    ln_probability(core, core.state(near), far)
}
