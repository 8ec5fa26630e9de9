//! The best candidates of a gap scored again from the n-grams, exactly and with all orders of the model.
//!
//! The posting lists score every word by n-grams of up to three words and with factors of eight bits.
//! The few best words are scored again, with n = order:
//!
//! ```text
//! S_n(x) = ln P(x|… a1 a0) + ln P(b0|… a0 x) + … + ln P(b(n-2)|x b0 … b(n-3))
//! ```
//!
//! Every other word is assumed to be in no n-gram of four words or more. All of these then differ from
//! their S by the same constant: the weights of the longer contexts before the gap, and what follows the
//! words that S uses:
//!
//! ```text
//! S_n(x) = S(x) + sum of ln bow(… a1 a0) over contexts of 3 to n - 1 words
//!               + ln P(b2|b0 b1) + … + ln P(b(n-2)|b0 … b(n-3))
//! ```
//!
//! which is 0 for trigrams, and exact for words that are in no n-gram of four words or more here. The
//! evidence is the sum of exp S_n over all words, less the log-probability of the same words b as they
//! stand.

use super::frame::Constant;
use super::query::{Candidate, GapScore, Query};
use super::tables::Ngrams;
use crate::model::core::{Core, State};
use crate::solve::effort::Effort;

/// How many candidates are scored again without [`Effort::Exact`].
const RESCORED: usize = 16;

/// Scores the candidates `found`, weight and word, and puts the best into `best`; `mass` is the sum of exp
/// (S - K), plain and times the length in characters.
pub(in crate::solve) fn rescore(
    ngrams: Ngrams<'_>,
    constant: &Constant,
    [mass, chars]: [f64; 2],
    query: &Query<'_>,
    found: &[(f32, u32)],
    best: &mut Vec<Candidate>,
) -> GapScore {
    let (lists, core) = (&ngrams.view.lists, &ngrams.view.core);
    let &Query { history, right, k, also } = query;
    let ln_others = constant.ln + longer_weights(core, history) + beyond(core, right);
    let (mut others, mut others_chars) = (mass, chars);
    let (mut sum, mut sum_chars) = (0.0, 0.0);
    let exactly = match ngrams.effort {
        Effort::Fast if core.order <= 3 => RESCORED,
        _ => usize::MAX,
    };
    let exact = |word: u32| {
        let first = core.step(history, word);
        let ln = first.ln_p + ln_probability(core, first.state, right, core.order);
        // Relative to exp(ln_others), so that nothing underflows.
        libm::exp((ln - ln_others).min(600.0))
    };
    let mut add = |word: u32, weight: f64, probability: f64| {
        let length = f64::from(lists.length(word));
        others -= weight;
        others_chars -= weight * length;
        sum += probability;
        sum_chars += probability * length;
        best.push(Candidate { word, probability });
    };
    for (i, &(weight, word)) in found.iter().enumerate() {
        let weight = f64::from(weight);
        add(word, weight, if i < exactly { exact(word) } else { weight });
    }
    let mut words: Vec<u32> = found.iter().map(|&(_, word)| word).collect();
    words.sort_unstable();
    for &word in also.iter().filter(|word| words.binary_search(word).is_err()) {
        let probability = exact(word);
        // What the lists hold of it, by up to three words.
        let weight = match core.order {
            ..=3 => probability,
            _ => {
                let first = core.step(&history.truncated(2), word);
                let near = &right[..right.len().min(2)];
                let ln = first.ln_p + ln_probability(core, first.state, near, 2);
                libm::exp((ln - constant.ln).min(600.0))
            }
        };
        add(word, weight, probability);
    }
    let others = others.max(0.0);
    sum += others;
    sum_chars += others_chars.clamp(others, 40.0 * others);
    let sum = sum.max(f64::MIN_POSITIVE);
    best.iter_mut().for_each(|candidate| candidate.probability /= sum);
    best.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.word.cmp(&b.word)));
    // With those that may have been among the best, but were not.
    let mut wanted: Vec<u32> = also.to_vec();
    wanted.sort_unstable();
    let mut left = k;
    best.retain(|candidate| {
        let among = left > 0;
        left -= usize::from(among);
        among || wanted.binary_search(&candidate.word).is_ok()
    });
    let ln_sum = ln_others + libm::log(sum);
    let joined = match core.order {
        ..=3 => constant.ln_joined,
        _ => ln_probability(core, *history, right, core.order),
    };
    let ln_next = match right.first() {
        Some(&word) if core.order > 3 => core.step(history, word).ln_p,
        _ => constant.ln_next,
    };
    let mean_chars = sum_chars / sum;
    GapScore { ln_evidence: ln_sum - joined, ln_sum, ln_next, mean_chars }
}

/// ln P of words after a history, each in a context of at most `most` words.
pub(in crate::solve) fn ln_probability(
    core: &Core<'_>,
    mut state: State,
    words: &[u32],
    most: usize,
) -> f64 {
    let mut ln = 0.0;
    for &word in words {
        let step = core.step(&state.truncated(most), word);
        ln += step.ln_p;
        state = step.state;
    }
    ln
}

/// ln of the weights of the contexts before a gap that are longer than those of the lists.
pub(in crate::solve) fn longer_weights(core: &Core<'_>, before: &State) -> f64 {
    (3..=before.len()).map(|length| core.ln_backoff_of(&before.truncated(length))).sum()
}

/// ln P of the words in sight of the gap that the lists do not use.
pub(in crate::solve) fn beyond(core: &Core<'_>, right: &[u32]) -> f64 {
    let Some((near, far)) = right.split_at_checked(2) else {
        return 0.0;
    };
    ln_probability(core, core.state(near), far, core.order)
}
