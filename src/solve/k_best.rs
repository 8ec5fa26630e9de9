//! An answer with its alternatives: the k likeliest pairs of a gap and a word.
//!
//! ```text
//! P(gap i, word v | s) = P(i | s) P(v | i, s)
//! ```
//!
//! Ranked are the candidates of the gaps whose words were looked for ([`crate::solve::word::sentence`]): with
//! [`Effort::Fast`] the gaps of a probability of a tenth or more, with [`Effort::Exact`] the eight
//! likeliest. Each pair has the gain that is expected of inserting just this word there, which orders them
//! differently: what is likeliest may lose, and the answer may be a string that is no word.

use crate::solve::answer::{Answer, Method};
use crate::solve::decide::gains::Gains;
use crate::solve::word::posterior::Posterior;
use crate::solve::word::sentence::Analysis;
#[cfg(doc)]
use crate::solve::{Effort, word::sentence::WORDS};
use crate::solve::{Solver, Worker};

/// A sentence's answer, what is known of it, and the alternatives.
#[derive(Debug, Clone, PartialEq)]
pub struct KBest {
    /// What [`Worker::answer`] gives.
    pub answer: Answer,
    /// Probability of the gap that something went into; `None` where nothing did, or the method has no
    /// opinion.
    pub gap_probability: Option<f64>,
    /// Probability of the word that went in, given the gap; `None` where it is no word.
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
    /// Index of the gap: it is behind the token with this index.
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

impl Worker<'_, '_> {
    /// Answers sentences as [`Worker::answer_all`] does, with the `k` likeliest pairs of each.
    ///
    /// [`Method::MinLikelihood`] ranks the words of its one gap by the n-grams, at most [`WORDS`] of them. A
    /// sentence of fewer than three words has no pairs.
    ///
    /// ```
    /// use impute::{model::Model, solve::{Method, Solver}};
    ///
    /// let model = Model::shipped()?;
    /// let solver = Solver::new(&model)?;
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
        let analysed = self.analyse_all(sentences);
        let all = sentences.iter().zip(analysed);
        all.map(|(sentence, (ids, analysis))| {
            let sentence = sentence.as_ref();
            if analysis.gaps.is_empty() {
                return KBest::unjudged(Answer::unjudged(sentence, None), Vec::new());
            }
            match method {
                Method::Posterior => self.solver.k_best_of(sentence, &analysis, k),
                Method::MinLikelihood => self.classic(sentence, &ids, &analysis, k),
            }
        })
        .collect()
    }

    fn classic(&mut self, sentence: &[u8], ids: &[u32], analysis: &Analysis, k: usize) -> KBest {
        let found = self.min_likelihood(ids, analysis);
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

impl Solver<'_> {
    fn k_best_of(&self, sentence: &[u8], analysis: &Analysis, k: usize) -> KBest {
        let posterior = Posterior::new(analysis, &self.calibration, &self.view);
        let answer = self.judge(sentence, &posterior);
        let insert = answer.insert.as_ref();
        let gap_probability = insert.map(|(gap, _)| posterior.gaps[*gap]);
        KBest {
            gap_probability,
            word_probability: self.probability_of_word(&posterior, &answer),
            unchanged: Some(posterior.unchanged),
            covered: Some(posterior.best.iter().map(|gap| gap.probability).sum()),
            top: self.pairs(&posterior, sentence, k),
            answer,
        }
    }

    /// Probability of the word that went in, given the gap; `None` where it is no candidate of the gap.
    pub(in crate::solve) fn probability_of_word(
        &self,
        posterior: &Posterior,
        answer: &Answer,
    ) -> Option<f64> {
        let (gap, text) = answer.insert.as_ref()?;
        let gap = posterior.best.iter().find(|best| best.gap == *gap)?;
        let same = |word: u32| String::from_utf8_lossy(self.word(word)) == **text;
        gap.words.iter().find(|word| same(word.0)).map(|word| word.1)
    }

    /// The `k` likeliest pairs with their gains.
    fn pairs(&self, posterior: &Posterior, sentence: &[u8], k: usize) -> Vec<Pair> {
        let mut gains = Gains::new(posterior, sentence);
        let mut places = Vec::new(); // of each pair: its gap and its word among those of the gap
        for (rank, gap) in posterior.best.iter().enumerate() {
            let joint = |&(_, p, _): &(u32, f64, usize)| gap.probability * p;
            places.extend(gap.words.iter().take(k).enumerate().map(|(at, w)| (joint(w), rank, at)));
        }
        // Equal ones stay in the order of their gaps, and of their words in it.
        places.sort_by(|a, b| b.0.total_cmp(&a.0));
        places.truncate(k);
        for &(_, rank, _) in &places {
            gains.prepare(posterior.best[rank].gap, &self.view.vocabulary);
        }
        let pair = |&(_, rank, at): &(f64, usize, usize)| {
            let found = &posterior.best[rank];
            let (word, word_probability, _) = found.words[at];
            let mut place = gains.place(found.gap);
            let text = place.words()[at].text.clone();
            Pair {
                gap: found.gap,
                word,
                gap_probability: Some(found.probability),
                word_probability,
                gain: Some(self.calibration.gain_scale * place.of(&text)),
            }
        };
        places.iter().map(pair).collect()
    }
}
