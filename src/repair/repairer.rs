//! Inserts words into sentences: the surest first, then again with it in the sentence, until nothing is sure.

use std::cmp::Reverse;

use ordered_float::OrderedFloat;

use super::odds::{PRIOR, SURE, features, ln_odds, ln_ratio, probability};
use crate::error::{Error, Result};
use crate::model::words::SPECIAL;
use crate::solve::word::posterior::{GapPosterior, Posterior, PosteriorWord};
use crate::solve::word::sentence::Analysis;
use crate::solve::{Solver, Worker};
use crate::text::ordinary::Sentence;
use crate::text::ordinary::spacing::Place;

/// How many alternatives are listed.
const ALTERNATIVES: usize = 5;
/// A sentence gets at most one word for every this many, and one more.
const DENSITY: usize = 8;

/// What to insert.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Log of the prior odds that a word is missing in a gap, in nats.
    pub ln_prior: f64,
    /// Insert words of this probability or more.
    pub at_least: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { ln_prior: ln_odds(PRIOR), at_least: SURE }
    }
}

/// A word that is most likely missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Insertion {
    /// The token of the sentence after which it goes, counted from 0.
    pub gap: usize,
    /// The word as the training text spells it.
    pub word: Vec<u8>,
    /// What to write, and where.
    pub place: Place,
    /// Probability that this word is missing here.
    pub probability: f64,
    /// Probability that any word is missing here.
    pub gap_probability: f64,
    /// The likeliest words and their probabilities, likeliest first; the one inserted is among them.
    pub alternatives: Vec<(Vec<u8>, f64)>,
}

impl Insertion {
    /// The same in a text that begins `by` bytes later.
    pub fn moved_back(&self, by: usize) -> Self {
        let place = Place { at: self.place.at.saturating_sub(by), ..self.place.clone() };
        Insertion { place, ..self.clone() }
    }
}

/// Repairs sentences.
#[derive(Debug, Clone)]
pub struct Repairer {
    solver: Solver,
    weights: [f64; 3],
    settings: Settings,
}

/// A sentence being repaired.
struct Work<'a> {
    sentence: &'a Sentence,
    /// Its index among the sentences.
    at: usize,
    /// Its tokens, including inserted ones.
    texts: Vec<Vec<u8>>,
    /// The index of each in the sentence; `None` for inserted ones.
    own: Vec<Option<usize>>,
}

impl Repairer {
    /// Repairs with the weights of [`crate::model::header::Repair`].
    ///
    /// # Errors
    /// Probabilities out of range.
    pub fn new(solver: &Solver, weights: [f64; 3], settings: Settings) -> Result<Self> {
        if !(settings.at_least > 0.0 && settings.at_least < 1.0 && settings.ln_prior.is_finite()) {
            let what = format!("insertions of probability {} or more", settings.at_least);
            return Err(Error::value(what, "give a number between 0 and 1"));
        }
        Ok(Repairer { solver: solver.clone(), weights, settings })
    }

    /// The solver in use.
    pub fn solver(&self) -> &Solver {
        &self.solver
    }

    /// The insertions into each sentence, in the order of their gaps. No two are next to each other.
    ///
    /// # Complexity
    /// [`Worker::analyse_all`] for all sentences, and again for every insertion.
    pub fn repair(&self, worker: &mut Worker<'_>, sentences: &[&Sentence]) -> Vec<Vec<Insertion>> {
        let mut all: Vec<Vec<Insertion>> = vec![Vec::new(); sentences.len()];
        let mut active: Vec<Work<'_>> = Vec::with_capacity(sentences.len());
        active.extend(sentences.iter().enumerate().map(|(at, sentence)| Work::new(sentence, at)));
        while !active.is_empty() {
            let lines: Vec<Vec<u8>> = active.iter().map(|work| work.texts.join(&b' ')).collect();
            let analysed = worker.analyse_all(&lines);
            let again = active.into_iter().zip(analysed).filter_map(|(mut work, analysis)| {
                let (gap, insertion) = self.surest(&work, &analysis)?;
                work.insert(gap, &insertion.word);
                let insertions = &mut all[work.at];
                insertions.push(insertion);
                (insertions.len() <= work.sentence.tokens.len() / DENSITY).then_some(work)
            });
            active = again.collect();
        }
        all.iter_mut().for_each(|insertions| insertions.sort_by_key(|insertion| insertion.gap));
        all
    }

    /// The insertion with the highest probability, if that is enough, and its gap in the sentence as it is now.
    fn surest(&self, work: &Work<'_>, analysis: &Analysis) -> Option<(usize, Insertion)> {
        // In a damaged model, a word may be no token, or several.
        if analysis.gaps.len() + 1 != work.own.len() {
            return None;
        }
        let ratios: Vec<f64> = (0..analysis.gaps.len())
            .map(|gap| ln_ratio(&self.weights, &features(analysis, gap)))
            .collect();
        let posterior = Posterior::new(analysis, self.solver.calibration(), self.solver.view());
        let sure = |best: &GapPosterior| {
            let gap = work.own_gap(best.gap)?;
            let gap_probability = probability(&ratios, best.gap, self.settings.ln_prior);
            let (likeliest, place) = best_word(&self.solver, work.sentence, gap, best)?;
            let probability = gap_probability * likeliest.probability;
            // Wildly wrong weights give NaN, which is not sure either.
            let is_sure = probability >= self.settings.at_least;
            if !is_sure {
                return None;
            }
            let words = best.words.iter().filter(|word| word.word as usize >= SPECIAL);
            let named = words.take(ALTERNATIVES);
            let alternatives = named.map(|named| {
                (self.solver.word(named.word).to_vec(), named.probability * gap_probability)
            });
            let insertion = Insertion {
                gap,
                word: self.solver.word(likeliest.word).to_vec(),
                place,
                probability,
                gap_probability,
                alternatives: alternatives.collect(),
            };
            Some((best.gap, insertion))
        };
        let all = posterior.best.iter().filter_map(sure);
        all.max_by_key(|(at, found)| (OrderedFloat(found.probability), Reverse(*at)))
    }
}

/// The likeliest word of a gap that can be written there, and its place.
pub fn best_word(
    solver: &Solver,
    sentence: &Sentence,
    gap: usize,
    posterior: &GapPosterior,
) -> Option<(PosteriorWord, Place)> {
    let words = posterior.words.iter().filter(|word| word.word as usize >= SPECIAL);
    let place = |&word: &PosteriorWord| Some((word, sentence.place(gap, solver.word(word.word))?));
    words.filter_map(place).next()
}

impl<'a> Work<'a> {
    fn new(sentence: &'a Sentence, at: usize) -> Self {
        let texts = sentence.tokens.iter().map(|token| token.text.clone()).collect();
        Work { sentence, at, texts, own: (0..sentence.tokens.len()).map(Some).collect() }
    }

    /// The gap of the sentence that a gap of the repaired one was; `None` next to an insertion.
    fn own_gap(&self, gap: usize) -> Option<usize> {
        let left = self.own[gap]?;
        self.own[gap + 1].map(|_| left)
    }

    fn insert(&mut self, gap: usize, word: &[u8]) {
        self.texts.insert(gap + 1, word.to_vec());
        self.own.insert(gap + 1, None);
    }
}
