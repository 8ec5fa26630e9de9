//! All that the answer to one sentence rests on: the gaps, the words of the likely ones, and what speaks
//! for each of them.
//!
//! The log of a word's probability in its gap is, up to a constant of the gap,
//!
//! ```text
//! t (K + g[x] + F + R + A + B + C + L) + what each other source adds
//! ```
//! with the terms of [`crate::solve::gap::terms`], the weight t that the n-grams have in the mixture, and
//! the sources of [`crate::solve::word::posterior`]. All candidates of the gap are scored exactly for this;
//! an answer scores the last of them to within [`Solver::tolerance`].

use super::answer::Answer;
use super::decide::decision::{self, Change};
use super::decide::stand_in::shared_by;
use super::gap::query::Candidate;
use super::gap::terms::Terms;
use super::inserts::Inserts;
use super::solver::Solver;
use super::word::candidates::Candidates;
use super::word::fill::{FilledWord, filled};
use super::word::posterior::{GapPosterior, Posterior};
use super::word::sentence::Analysis;
use super::worker::Worker;
use crate::softmax::softmax;

/// What an answer rests on.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// (gaps) the i-th is the gap after the i-th token, counted from 0.
    pub gaps: Vec<GapShares>,
    /// The likely gaps with their words, likeliest first.
    pub likely: Vec<LikelyGap>,
    /// The answer.
    pub answer: Answer,
    /// Probability of the word that went in, given the gap, as the answer has it; `None` if it is not a
    /// word. The word need not be among those of [`LikelyGap::words`].
    pub word_probability: Option<f64>,
    /// Expected distance in characters of the sentence as it stands.
    pub unchanged: f64,
    /// The best change that was found, whether it gains or loses; `None` where no gap is likely enough
    /// to put anything into ([`decision::INSERT_FROM`]).
    pub change: Option<Change>,
    /// Where only words may go in, what would go in if anything might ([`Inserts::Any`]) and is no word;
    /// `None` if there is no such thing.
    pub cheaper: Option<Change>,
    /// The words for which the letters of `cheaper`, or else of `change`, pay if it is no word, those that
    /// they save most of first; none for a space.
    pub shared_by: Vec<u32>,
    /// The exponents of the n-grams and of the net in the posterior of the gaps.
    pub gap_exponents: [f64; 2],
    /// The weight t of the n-grams in the mixture.
    pub ngram_weight: f64,
}

/// How probable it is that the missing word is in one gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapShares {
    /// By everything.
    pub probability: f64,
    /// By the n-grams alone, with their exponent in the mixture.
    pub ngrams: f64,
    /// By the net alone, likewise; `None` without a net.
    pub net: Option<f64>,
}

/// A gap and its best words.
#[derive(Debug, Clone)]
pub struct LikelyGap {
    /// Index of the gap.
    pub gap: usize,
    /// Its probability.
    pub probability: f64,
    /// The best words, best first.
    pub words: Vec<ExplainedWord>,
    /// Probability of all words that are not among these, given the gap.
    pub others: f64,
}

/// A word in a gap and what speaks for it.
#[derive(Debug, Clone, Copy)]
pub struct ExplainedWord {
    /// What is known of it: probabilities are given the gap.
    pub known: FilledWord,
    /// The score by the n-grams.
    pub terms: Terms,
}

impl Worker<'_> {
    /// Explains the answer to a sentence, with the `k` best words of each likely gap; `None` for one of
    /// fewer than three words: it is never changed.
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let explained = solver.worker().explain(b"He said that it a mistake .", 5);
    /// let explained = explained.expect("it has three words");
    /// assert_eq!(explained.gaps.len(), 6);
    /// let likely = &explained.likely[0];
    /// assert_eq!((likely.gap, solver.word(likely.words[0].known.word)), (3, &b"was"[..]));
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn explain(&mut self, sentence: &[u8], k: usize) -> Option<Explanation> {
        let solver = self.solver;
        let analysis = self.analyse(sentence);
        if analysis.gaps.is_empty() {
            return None;
        }
        let posterior = Posterior::new(&analysis, solver.calibration(), solver.view());
        let likely = analysis.best.iter().map(|found| LikelyGap {
            probability: posterior.gaps[found.gap],
            ..solver.explain_gap(&analysis.ids, found, k)
        });
        let answer = solver.judge(sentence, &posterior);
        let change = solver.best_change(&posterior, sentence, solver.inserts());
        let cheaper = match solver.inserts() {
            Inserts::Any => None,
            Inserts::Words => solver.best_change(&posterior, sentence, Inserts::Any),
        };
        let cheaper = cheaper.filter(|any| any.gain > 0.0 && Some(any) != change.as_ref());
        let calibration = solver.calibration();
        Some(Explanation {
            gaps: solver.shares(&analysis, &posterior),
            likely: likely.collect(),
            word_probability: solver.probability_of_word(&posterior, &answer),
            answer,
            unchanged: posterior.unchanged,
            shared_by: solver.shared_by(&posterior, cheaper.as_ref().or(change.as_ref())),
            change,
            cheaper,
            gap_exponents: [calibration.gap_temperature, calibration.net_weight],
            ngram_weight: calibration.word_temperature,
        })
    }
}

impl Solver {
    fn shares(&self, analysis: &Analysis, posterior: &Posterior) -> Vec<GapShares> {
        let gaps = 0..analysis.gaps.len();
        let alone = |source: usize, weight: f64| {
            softmax(gaps.clone().map(|gap| analysis.features(gap)[source] * weight))
        };
        let ngrams = alone(0, self.calibration().gap_temperature);
        let net = self.view().net.as_ref().map(|_| alone(1, self.calibration().net_weight));
        let share = |gap: usize| GapShares {
            probability: posterior.gaps[gap],
            ngrams: ngrams[gap],
            net: net.as_ref().map(|net| net[gap]),
        };
        gaps.clone().map(share).collect()
    }

    /// Explains the words of a gap that is certain.
    fn explain_gap(&self, ids: &[u32], found: &Candidates, k: usize) -> LikelyGap {
        let found = self.scored_exactly(ids, found);
        let posterior = GapPosterior::new(&found, self.calibration(), self.view());
        let best = filled(self, &found, &posterior, k);
        let ids_of_best: Vec<u32> = best.iter().map(|known| known.word).collect();
        let terms = self.terms(ids, found.gap, &ids_of_best);
        let explained = best.into_iter().zip(terms);
        let words: Vec<_> =
            explained.map(|(known, terms)| ExplainedWord { known, terms }).collect();
        let others = 1.0 - words.iter().map(|word| word.known.probability).sum::<f64>();
        LikelyGap { gap: found.gap, probability: 1.0, words, others: others.max(0.0) }
    }

    /// The same gap with every candidate scored from the n-grams. The sum over all words stays as it was.
    fn scored_exactly(&self, ids: &[u32], found: &Candidates) -> Candidates {
        let words: Vec<u32> = found.words.iter().map(|candidate| candidate.word).collect();
        let terms = self.terms(ids, found.gap, &words);
        let candidates = found.words.iter().zip(&found.sources).zip(&terms);
        let mut all: Vec<_> = candidates
            .map(|((candidate, sources), terms)| {
                let probability = libm::exp(terms.sum() - found.score.ln_sum).min(1.0);
                (Candidate { probability, ..*candidate }, *sources)
            })
            .collect();
        all.sort_by(|(a, _), (b, _)| {
            b.probability.total_cmp(&a.probability).then(a.word.cmp(&b.word))
        });
        let (words, sources) = all.into_iter().unzip();
        Candidates { words, sources, ..found.clone() }
    }

    /// [`decision::best_change`], with its gain scaled as in an answer.
    fn best_change(
        &self,
        posterior: &Posterior,
        sentence: &[u8],
        inserts: Inserts,
    ) -> Option<Change> {
        let found = decision::best_change(posterior, &self.view().vocabulary, sentence, inserts)?;
        let gain = self.calibration().gain_scale * found.gain;
        Some(Change { gain, ..found })
    }

    /// The words for which a change pays that puts in a string that is none of them.
    fn shared_by(&self, posterior: &Posterior, change: Option<&Change>) -> Vec<u32> {
        let found = change.and_then(|change| {
            let gap = posterior.best.iter().find(|best| best.gap == change.insert.gap)?;
            let text = &change.insert.text;
            let is_word = gap.words.iter().any(|word| self.word(word.word) == text.as_bytes());
            (!is_word).then(|| shared_by(gap, &self.view().vocabulary, text))
        });
        found.unwrap_or_default()
    }
}
