//! Runs the methods over sentences whose missing word is known.

use ordered_float::OrderedFloat;

use super::experts::{Opinion, opinions};
use crate::error::Result;
use crate::progress::{Progress, Unit};
use crate::solve::answer::min_likelihood_ranking;
use crate::solve::word::posterior::{GapPosterior, Posterior, PosteriorWord};
use crate::solve::word::sentence::Analysis;
use crate::solve::{Answer, Method, Solver, Worker, Workers};
use crate::task::distance::levenshtein;
use crate::task::pair::Pair;
use crate::task::truth::Truth;
use crate::text::tokens::chars;

/// The results for one sentence.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Distance of the sentence as it stands, in characters.
    pub unchanged: usize,
    /// The missing word, where test and solution differ by exactly one inner word.
    pub truth: Option<Truth>,
    /// Whether the missing word was among the candidates of the likeliest gaps.
    pub considered: bool,
    /// The distance that the posterior expects of the sentence as it stands, in characters.
    pub expected_unchanged: f64,
    /// The likeliest gap by the posterior, where there is a truth.
    pub gap_claim: Option<Claim>,
    /// The likeliest word by the posterior in the true gap.
    pub word_claim: Option<Claim>,
    /// What the n-grams and the net say about the true gap, each alone.
    pub opinions: Option<[Opinion; 2]>,
    /// One outcome per method.
    pub outcomes: Vec<Outcome>,
}

/// Something that the posterior says, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// The probability that it is true, by the posterior.
    pub confidence: f64,
    /// Whether it is true.
    pub right: bool,
}

/// What one method made of one sentence.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// Its distance from the solution, in characters.
    pub distance: usize,
    /// Place of the true gap in the method's ranking of the gaps, from 0.
    pub gap_rank: Option<usize>,
    /// Place of the missing word in the method's ranking of the words of its own gap, from 0, if it
    /// is among the candidates.
    pub word_rank: Option<usize>,
    /// Negative log of the probability that the method gave the true gap, in nats.
    pub gap_nats: Option<f64>,
}

impl Measured {
    /// Length of the missing word in characters.
    pub fn word_chars(&self) -> Option<usize> {
        self.truth.as_ref().map(|truth| chars(&truth.word))
    }
}

/// Measures all sentences, in order.
///
/// # Errors
/// `progress` says to stop.
pub fn measure(
    solver: &Solver,
    pairs: &[Pair],
    methods: &[Method],
    progress: &dyn Progress,
) -> Result<Vec<Measured>> {
    progress.stage("evaluate", Unit::Sentences, Some(pairs.len() as u64));
    Workers::new(solver).map(pairs, progress, |worker, pairs| {
        let tests: Vec<&[u8]> = pairs.iter().map(|pair| &pair.test[..]).collect();
        let truths = pairs.iter().map(|pair| Truth::find(&pair.test, &pair.solution));
        let truths: Vec<Option<Truth>> = truths.collect();
        let asked = truths.iter().map(|truth| Some(*truth.as_ref()?.gaps.start()));
        let analysed = worker.analyse_asked(&tests, &asked.collect::<Vec<_>>());
        let all = pairs.iter().zip(truths).zip(analysed);
        all.map(|((pair, truth), analysis)| measure_one(worker, pair, truth, &analysis, methods))
            .collect()
    })
}

fn measure_one(
    worker: &mut Worker<'_>,
    pair: &Pair,
    truth: Option<Truth>,
    analysis: &Analysis,
    methods: &[Method],
) -> Measured {
    let solver = worker.solver();
    let truth = truth.filter(|_| !analysis.gaps.is_empty());
    let posterior = Posterior::new(analysis, solver.calibration(), solver.view());
    let (mut own, mut gap_claim, mut considered) = (OwnGap::default(), None, false);
    if let Some(truth) = &truth {
        let id = solver.view().vocabulary.id(&truth.word);
        let gaps = posterior.gaps.iter().enumerate();
        let likeliest = gaps.max_by_key(|&(_, &probability)| OrderedFloat(probability));
        gap_claim = likeliest
            .map(|(gap, &confidence)| Claim { confidence, right: truth.gaps.contains(&gap) });
        own = OwnGap::of(solver, analysis, id);
        considered = posterior.best.iter().any(|gap| {
            truth.gaps.contains(&gap.gap) && gap.words.iter().any(|word| word.word == id)
        });
    }
    let outcomes = methods.iter().map(|&method| {
        let answer = worker.answer_analysed(&pair.test, analysis, method);
        let ranking = match method {
            Method::Posterior => analysis.ranking(),
            Method::MinLikelihood => min_likelihood_ranking(analysis),
        };
        let probability =
            |truth: &Truth| posterior.gaps[truth.gaps.clone()].iter().sum::<f64>().max(1e-300);
        Outcome {
            distance: levenshtein(&answer.sentence, &pair.solution),
            gap_rank: truth.as_ref().and_then(|truth| truth.rank(&ranking)),
            gap_nats: match method {
                Method::Posterior => truth.as_ref().map(|truth| -probability(truth).ln()),
                Method::MinLikelihood => None,
            },
            word_rank: match method {
                Method::Posterior => own.by_posterior,
                Method::MinLikelihood => own.by_ngrams,
            },
            answer,
        }
    });
    Measured {
        unchanged: levenshtein(&pair.test, &pair.solution),
        outcomes: outcomes.collect(),
        expected_unchanged: posterior.unchanged,
        opinions: truth.as_ref().and_then(|truth| opinions(analysis, truth)),
        gap_claim,
        word_claim: own.claim,
        truth,
        considered,
    }
}

/// How the missing word fares in its own gap.
#[derive(Default)]
struct OwnGap {
    /// Its place among the words by the posterior.
    by_posterior: Option<usize>,
    /// Its place by the n-grams alone.
    by_ngrams: Option<usize>,
    /// The likeliest word.
    claim: Option<Claim>,
}

impl OwnGap {
    fn of(solver: &Solver, analysis: &Analysis, id: u32) -> Self {
        let Some(found) = &analysis.asked else {
            return OwnGap::default();
        };
        let posterior = GapPosterior::new(found, solver.calibration(), solver.view());
        let claim =
            |word: &PosteriorWord| Claim { confidence: word.probability, right: word.word == id };
        OwnGap {
            by_posterior: posterior.words.iter().position(|word| word.word == id),
            by_ngrams: found.words.iter().position(|candidate| candidate.word == id),
            claim: posterior.words.first().map(claim),
        }
    }
}
