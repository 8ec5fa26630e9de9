//! Fits the parameters of the posterior to sentences that the n-grams have not counted.
//!
//! They minimise the mean negative log-likelihood, in nats, of the truth: the gap among all gaps of its
//! sentence, and the word among the candidates of its gap and the rest. Both are log-linear models
//! ([`super::log_linear`]); the features are those of [`crate::solve::word::posterior`].

pub use super::held_out::FEWEST;
use super::held_out::{pairs, round};
use super::log_linear::{self, Example, mean_nats};
use crate::error::Result;
use crate::model::header::Calibration;
use crate::progress::{Progress, Unit};
use crate::solve::gap::evidence::gap_weights;
use crate::solve::word::posterior::{FEATURES, Features, word_weights};
use crate::solve::word::sentence::Analysis;
use crate::solve::word::sources;
use crate::solve::{Solver, Workers};
use crate::task::truth::Truth;

/// What the calibration is fitted to, and measured on.
pub struct Examples {
    gaps: Vec<Example<2>>,
    words: Vec<Example<FEATURES>>,
    /// Where the fit begins.
    start: Calibration,
}

impl Examples {
    /// Of whole sentences, each with one word removed at random, with the calibration of the solver. `release`
    /// is called for every sentence.
    pub(super) fn of<S: AsRef<[u8]> + Sync>(
        solver: &Solver,
        sentences: &[S],
        release: &(dyn Fn() + Sync),
        progress: &dyn Progress,
    ) -> Result<Self> {
        let (gaps, words) = examples(solver, sentences, release, progress)?.into_iter().unzip();
        Ok(Examples { gaps, words, start: *solver.calibration() })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.gaps.len()
    }

    /// Their calibration; `None` if there are fewer than [`FEWEST`].
    pub(super) fn fit(&self) -> Option<Calibration> {
        let Examples { gaps, words, .. } = self;
        if gaps.len() < FEWEST {
            return None;
        }
        let [gap_temperature, net_weight] = fit_weights(gaps, gap_weights(&self.start));
        let [word_temperature, frequency_weight, rest_bias, length_weight, sources @ ..] =
            fit_weights(words, word_weights(&self.start));
        Some(Calibration {
            gap_temperature,
            net_weight: net_weight.max(0.0), // a net worse than nothing is not inverted
            word_temperature,
            frequency_weight,
            rest_bias,
            length_weight,
            chars_scale: 1.0,
            gain_scale: 1.0,
            sentences: gaps.len() as u64,
            ..sources::weighted(Calibration::default(), &sources)
        })
    }

    /// The mean negative log-likelihood of the gap and of the word with this calibration, in nats.
    pub fn nats(&self, calibration: &Calibration) -> [f64; 2] {
        [
            mean_nats(&self.gaps, &gap_weights(calibration)),
            mean_nats(&self.words, &word_weights(calibration)),
        ]
    }
}

/// The choice of the gap of a sentence, and of the word in it.
type Choices = (Example<2>, Example<FEATURES>);

fn examples<S: AsRef<[u8]> + Sync>(
    solver: &Solver,
    sentences: &[S],
    release: &(dyn Fn() + Sync),
    progress: &dyn Progress,
) -> Result<Vec<Choices>> {
    progress.stage("calibrate", Unit::Sentences, Some(sentences.len() as u64));
    Workers::new(solver).map(&pairs(sentences), progress, |worker, pairs| {
        let tests: Vec<&[u8]> = pairs.iter().map(|(test, _)| &test[..]).collect();
        let truths = pairs.iter().map(|(test, solution)| Truth::find(test, solution));
        let truths: Vec<Option<Truth>> = truths.collect();
        let asked = truths.iter().map(|truth| Some(*truth.as_ref()?.gaps.start()));
        let analysed = worker.analyse_asked(&tests, &asked.collect::<Vec<_>>());
        let one = |(truth, analysis): (Option<Truth>, &Analysis)| {
            release();
            example(solver, &truth?, analysis)
        };
        truths.into_iter().zip(&analysed).filter_map(one).collect()
    })
}

fn fit_weights<const D: usize>(examples: &[Example<D>], start: [f64; D]) -> [f64; D] {
    log_linear::fit(examples, start).map(round)
}

fn example(solver: &Solver, truth: &Truth, analysis: &Analysis) -> Option<Choices> {
    let found = analysis.asked.as_ref()?;
    let gap = Example {
        features: (0..analysis.gaps.len()).map(|gap| analysis.features(gap)).collect(),
        offsets: vec![0.0; analysis.gaps.len()],
        truth: truth.gaps.clone(),
    };
    let view = solver.view();
    let (id, words) = (view.vocabulary.id(&truth.word), &found.words);
    let place = words.iter().position(|candidate| candidate.word == id).unwrap_or(words.len());
    let features = Features::new(found, view);
    let word =
        Example { features: features.weighted, offsets: features.offsets, truth: place..=place };
    Some((gap, word))
}
