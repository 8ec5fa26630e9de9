//! The calibrated posterior of gap and word.
//!
//! ```text
//! P(gap i | s)      ∝  evidence_i ^ t_gap  ×  P_net(i | s) ^ n
//! P(word v | gap i) ∝  P_ngrams(v | i) ^ t_word  ×  exp(g[v]) ^ f  ×  exp(l chars(v) + w · sources(v))
//! P(rest | gap i)   ∝  r q ^ (t_word - 1)  ×  exp(b + l m + w · sources(rest))
//! ```
//!
//! A language model is over-confident in its evidence, hence t_gap and t_word; the net ([`crate::net`]) and
//! the other [`crate::solve::word::sources`] see more of the sentence, and all are mixed log-linearly
//! (Klakow 1998); as the n-grams then weigh less, the frequency and the length of the words need terms of
//! their own, hence f and l. The rest are the words that are not among the candidates: their mass is r,
//! their mean length m, and the last candidate's probability q stands for theirs. All numbers are fitted on
//! held-out text ([`crate::fit::calibrate`]).

use super::candidates::Candidates;
use super::sentence::Analysis;
use super::sources;
use crate::model::header::Calibration;
use crate::model::view::View;
use crate::softmax::softmax;
use crate::text::tokens::chars;

/// The posterior of a sentence.
#[derive(Debug, Clone, Default)]
pub struct Posterior {
    /// (gaps) probability of each gap.
    pub gaps: Vec<f64>,
    /// (gaps) expected length of the missing word in characters, given the gap.
    pub chars: Vec<f64>,
    /// The likeliest gaps and their words, likeliest first.
    pub best: Vec<GapPosterior>,
    /// Expected distance in characters if the sentence stays as it is: the missing word and its space.
    pub unchanged: f64,
}

/// The posterior within one gap.
#[derive(Debug, Clone)]
pub struct GapPosterior {
    /// Index of the gap.
    pub gap: usize,
    /// Probability of the gap.
    pub probability: f64,
    /// The likeliest words, likeliest first.
    pub words: Vec<PosteriorWord>,
    /// Probability of all other words, given the gap.
    pub rest: f64,
    /// Mean length in characters of all other words.
    pub rest_chars: f64,
}

/// A word that may be missing in a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PosteriorWord {
    /// Its id.
    pub word: u32,
    /// Its probability, given the gap.
    pub probability: f64,
    /// Its length in characters.
    pub chars: usize,
}

/// Likeliest first; ties keep their order.
fn sort(words: &mut [PosteriorWord]) {
    words.sort_by(|a, b| b.probability.total_cmp(&a.probability));
}

impl Posterior {
    /// The posterior of an analysed sentence.
    pub fn new(analysis: &Analysis, calibration: &Calibration, view: &View<'_>) -> Self {
        let gaps = softmax(analysis.scores.iter().copied());
        let scale = calibration.chars_scale;
        let mut chars: Vec<f64> = analysis.gaps.iter().map(|gap| scale * gap.mean_chars).collect();
        let mut best = Vec::with_capacity(analysis.best.len());
        for found in &analysis.best {
            let mut posterior = GapPosterior::new(found, calibration, view);
            posterior.probability = gaps[found.gap];
            chars[found.gap] = posterior.mean_chars();
            best.push(posterior);
        }
        let unchanged = gaps.iter().zip(&chars).map(|(p, chars)| p * (chars + 1.0)).sum();
        Posterior { gaps, chars, best, unchanged }
    }
}

impl GapPosterior {
    /// The posterior of the words in a gap that is certain.
    pub fn new(found: &Candidates, calibration: &Calibration, view: &View<'_>) -> Self {
        let features = Features::new(found, view);
        let mut probabilities = softmax(features.scores(calibration).into_iter());
        let rest = probabilities.pop().unwrap_or(1.0);
        let with_probability = found.words.iter().zip(probabilities).zip(&features.weighted);
        let mut words: Vec<PosteriorWord> = with_probability
            .map(|((candidate, probability), features)| PosteriorWord {
                word: candidate.word,
                probability,
                chars: features[3] as usize,
            })
            .collect();
        sort(&mut words);
        let rest_chars = features.rest_chars;
        GapPosterior { gap: found.gap, probability: 1.0, words, rest, rest_chars }
    }

    /// Gives the words of the same gap that were not among its candidates their shares of the rest, by the
    /// n-grams: `found` are the candidates, `more` has others too.
    pub fn share_rest(&mut self, found: &Candidates, more: &Candidates, view: &View<'_>) {
        let known: f64 = found.words.iter().map(|candidate| candidate.probability).sum();
        let rest = (1.0 - known).max(1e-9);
        let mut ids: Vec<u32> = found.words.iter().map(|candidate| candidate.word).collect();
        ids.sort_unstable();
        let others = more.words.iter().filter(|other| ids.binary_search(&other.word).is_err());
        let share = |p: f64| self.rest * (p / rest).min(1.0);
        let mut others: Vec<PosteriorWord> = others
            .map(|c| PosteriorWord {
                word: c.word,
                probability: share(c.probability),
                chars: chars(view.vocabulary.word(c.word)),
            })
            .collect();
        let given: f64 = others.iter().map(|other| other.probability).sum();
        if given > self.rest {
            others.iter_mut().for_each(|other| other.probability *= self.rest / given);
        }
        self.rest = (self.rest - given).max(0.0);
        self.words.append(&mut others);
        sort(&mut self.words);
    }

    /// Expected length of the missing word in characters, given the gap.
    pub fn mean_chars(&self) -> f64 {
        let words = self.words.iter().map(|word| word.probability * word.chars as f64);
        words.sum::<f64>() + self.rest * self.rest_chars
    }
}

/// How many features a word has.
pub const FEATURES: usize = 4 + sources::COUNT;

/// The parts of the posterior of a word: those of the n-grams, and the other sources.
pub const PARTS: [&str; 3 + sources::ALL.len()] = {
    let mut parts = ["n-grams"; 3 + sources::ALL.len()];
    (parts[1], parts[2]) = ("frequency", "length");
    let mut i = 0;
    while i < sources::ALL.len() {
        parts[3 + i] = sources::ALL[i].name;
        i += 1;
    }
    parts
};

/// Which part a feature belongs to.
fn part(feature: usize) -> usize {
    match feature.checked_sub(4) {
        None => [0, 1, 0, 2][feature],
        Some(source) => 3 + sources::of(source),
    }
}

/// What the posterior of the word in a gap is made of. The last alternative is the rest.
pub struct Features {
    /// (candidates + 1) log of the probability by the n-grams, log of the frequency, 1 for the rest, length
    /// in characters, and what the other sources say.
    pub weighted: Vec<[f64; FEATURES]>,
    /// (candidates + 1) what is added to the weighted sum of the features.
    pub offsets: Vec<f64>,
    /// Mean length in characters of the rest, by the model.
    rest_chars: f64,
}

impl Features {
    /// The features of the candidates of a gap and of the rest.
    pub fn new(found: &Candidates, view: &View<'_>) -> Self {
        let ln = |p: f64| libm::log(p.max(1e-30));
        let words = &found.words;
        let mut weighted = Vec::with_capacity(words.len() + 1);
        let (mut rest, mut rest_chars) = (1.0, found.score.mean_chars);
        for (c, sources) in words.iter().zip(&found.sources) {
            let frequency = view.lists.weight(c.word);
            let length = chars(view.vocabulary.word(c.word)) as f64;
            weighted
                .push(join([ln(c.probability), ln(f64::from(frequency)), 0.0, length], sources));
            rest -= c.probability;
            rest_chars -= c.probability * length;
        }
        let rest = rest.max(1e-9);
        let rest_chars = (rest_chars / rest).clamp(1.0, 40.0);
        let ln_last = weighted.last().map_or(0.0, |features| features[0]);
        weighted.push(join([ln_last, 0.0, 1.0, rest_chars], &found.rest));
        let mut offsets = vec![0.0; words.len()];
        offsets.push(libm::log(rest) - ln_last);
        Features { weighted, offsets, rest_chars }
    }

    /// (candidates + 1, parts) what every part of the posterior adds to the log of a word's probability, in
    /// nats and up to a constant of the gap, in the order of [`PARTS`].
    pub fn contributions(&self, calibration: &Calibration) -> Vec<[f64; PARTS.len()]> {
        let weights = word_weights(calibration);
        let one = |features: &[f64; FEATURES]| {
            let mut parts = [0.0; PARTS.len()];
            for (i, (feature, weight)) in features.iter().zip(weights).enumerate() {
                parts[part(i)] += feature * weight;
            }
            parts
        };
        self.weighted.iter().map(one).collect()
    }

    /// (candidates + 1) unnormalised log-probabilities.
    fn scores(&self, calibration: &Calibration) -> Vec<f64> {
        let weights = word_weights(calibration);
        let score = |(features, offset): (&[f64; FEATURES], &f64)| {
            offset + features.iter().zip(weights).map(|(f, w)| f * w).sum::<f64>()
        };
        self.weighted.iter().zip(&self.offsets).map(score).collect()
    }
}

/// The weights of [`Features::weighted`], in its order.
pub fn word_weights(calibration: &Calibration) -> [f64; FEATURES] {
    let c = calibration;
    let own = [c.word_temperature, c.frequency_weight, c.rest_bias, c.length_weight];
    join(own, &sources::weights(calibration))
}

/// The four of the n-grams, and those of the sources.
fn join(own: [f64; 4], sources: &[f64; sources::COUNT]) -> [f64; FEATURES] {
    std::array::from_fn(|i| if i < own.len() { own[i] } else { sources[i - own.len()] })
}
