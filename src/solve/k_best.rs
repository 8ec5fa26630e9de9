//! An answer with its alternatives: the k likeliest pairs of a gap and a word.
//!
//! ```text
//! P(gap i, word v | s) = P(i | s) P(v | i, s)
//! ```
//!
//! The candidates of the gaps whose words were looked up ([`crate::solve::word::sentence`]) are ranked:
//! with [`Effort::Fast`] the gaps with a probability of a tenth or more, with [`Effort::Exact`] the eight
//! likeliest. Each pair has the expected gain of inserting just this word there, which orders them
//! differently: the likeliest may lose, and the answer may be a string that is not a word.

use super::answer::{Answer, Method};
use super::decide::gains::Gains;
#[cfg(doc)]
use super::effort::Effort;
use super::solver::Solver;
use super::word::posterior::Posterior;
use super::word::sentence::Analysis;
#[cfg(doc)]
use super::word::sentence::WORDS;
use super::worker::Worker;

/// A sentence's answer, what is known of it, and the alternatives.
#[derive(Debug, Clone, PartialEq)]
pub struct KBest {
    /// What [`Worker::answer`] gives.
    pub answer: Answer,
    /// Probability of the gap that something went into; `None` where nothing did, or the method has no
    /// opinion.
    pub gap_probability: Option<f64>,
    /// Probability of the word that went in, given the gap; `None` if it is not a word.
    pub word_probability: Option<f64>,
    /// Expected distance in characters of the sentence as it stands; `None` where the method has no
    /// opinion.
    pub unchanged: Option<f64>,
    /// Probability that a word is missing in one of the gaps whose words are ranked.
    pub covered: Option<f64>,
    /// The likeliest pairs, likeliest first.
    pub top: Vec<Pair>,
}

/// A word in a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Index of the gap: it is after the token with this index.
    pub gap: usize,
    /// The word's id.
    pub word: u32,
    /// Probability of the gap; `None` where the method has no opinion.
    pub gap_probability: Option<f64>,
    /// Probability of the word, given the gap.
    pub word_probability: f64,
    /// By how many characters the expected distance falls if this word goes in here; below 0 where it
    /// rises. `None` where the method has no opinion.
    pub gain: Option<f64>,
}

impl Worker<'_> {
    /// Answers sentences as [`Worker::answer_all`] does, with the `k` likeliest pairs of each.
    ///
    /// [`Method::MinLikelihood`] ranks the words of its one gap by the n-grams, at most [`WORDS`] of them. A
    /// sentence of fewer than three words has no pairs.
    ///
    /// ```
    /// use impute::{Method, Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let sentence = "He said that it a mistake .";
    /// let best = solver.worker().k_best(&[sentence], Method::Posterior, 3).remove(0);
    /// assert_eq!(best.answer.sentence, b"He said that it was a mistake .");
    /// assert_eq!((best.top[0].gap, solver.word(best.top[0].word)), (3, &b"was"[..]));
    /// assert_eq!(best.top[0].gain, best.answer.gain);
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn k_best<S: AsRef<[u8]>>(
        &mut self,
        sentences: &[S],
        method: Method,
        k: usize,
    ) -> Vec<KBest> {
        let all = sentences.iter().zip(self.analyse_all(sentences));
        all.map(|(sentence, analysis)| {
            let sentence = sentence.as_ref();
            if analysis.gaps.is_empty() {
                return KBest::unjudged(Answer::unjudged(sentence, None), Vec::new());
            }
            match method {
                Method::Posterior => self.solver.k_best_of(sentence, &analysis, k),
                Method::MinLikelihood => self.classic(sentence, &analysis, k),
            }
        })
        .collect()
    }

    fn classic(&mut self, sentence: &[u8], analysis: &Analysis, k: usize) -> KBest {
        let found = self.min_likelihood(analysis);
        let answer = Answer::unjudged(sentence, self.solver.likeliest(found.as_ref()));
        let mut top = Vec::new();
        if let Some((gap, words)) = found {
            top.extend(words.iter().take(k).map(|candidate| Pair {
                gap,
                word: candidate.word,
                gap_probability: None,
                word_probability: candidate.probability,
                gain: None,
            }));
        }
        let word_probability = top.first().map(|pair: &Pair| pair.word_probability);
        KBest { word_probability, ..KBest::unjudged(answer, top) }
    }
}

/// A pair by its joint probability: the rank of its gap, and of its word in the gap.
struct Ranked {
    probability: f64,
    rank: usize,
    at: usize,
}

impl KBest {
    fn unjudged(answer: Answer, top: Vec<Pair>) -> Self {
        KBest {
            answer,
            gap_probability: None,
            word_probability: None,
            unchanged: None,
            covered: None,
            top,
        }
    }
}

impl Solver {
    fn k_best_of(&self, sentence: &[u8], analysis: &Analysis, k: usize) -> KBest {
        let posterior = Posterior::new(analysis, self.calibration(), self.view());
        let answer = self.judge(sentence, &posterior);
        let insert = answer.insert.as_ref();
        let gap_probability = insert.map(|insert| posterior.gaps[insert.gap]);
        KBest {
            gap_probability,
            word_probability: self.probability_of_word(&posterior, &answer),
            unchanged: Some(posterior.unchanged),
            covered: Some(posterior.best.iter().map(|gap| gap.probability).sum()),
            top: self.pairs(&posterior, sentence, k),
            answer,
        }
    }

    /// Probability of the word that went in, given the gap; `None` if it is not a candidate of the gap.
    pub(super) fn probability_of_word(
        &self,
        posterior: &Posterior,
        answer: &Answer,
    ) -> Option<f64> {
        let insert = answer.insert.as_ref()?;
        let gap = posterior.best.iter().find(|best| best.gap == insert.gap)?;
        let same = |word: u32| String::from_utf8_lossy(self.word(word)) == *insert.text;
        gap.words.iter().find(|word| same(word.word)).map(|word| word.probability)
    }

    /// The `k` likeliest pairs with their gains.
    fn pairs(&self, posterior: &Posterior, sentence: &[u8], k: usize) -> Vec<Pair> {
        let mut gains = Gains::new(posterior, sentence);
        let mut places = Vec::new();
        for (rank, gap) in posterior.best.iter().enumerate() {
            places.extend(gap.words.iter().take(k).enumerate().map(|(at, word)| Ranked {
                probability: gap.probability * word.probability,
                rank,
                at,
            }));
        }
        // Equal ones stay in the order of their gaps, and of their words in it.
        places.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        places.truncate(k);
        for place in &places {
            gains.prepare(posterior.best[place.rank].gap, &self.view().vocabulary);
        }
        let pair = |&Ranked { rank, at, .. }: &Ranked| {
            let found = &posterior.best[rank];
            let mut place = gains.place(found.gap);
            let text = place.words()[at].text.clone();
            Pair {
                gap: found.gap,
                word: found.words[at].word,
                gap_probability: Some(found.probability),
                word_probability: found.words[at].probability,
                gain: Some(self.calibration().gain_scale * place.of(&text)),
            }
        };
        places.iter().map(pair).collect()
    }
}
