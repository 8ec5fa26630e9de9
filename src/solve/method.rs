//! The two ways to answer a sentence, behind one call.

use super::gap::Candidate;
use super::posterior::Posterior;
use super::sentence::{Analysis, WORDS};
use super::{Solver, Worker, decide};
use crate::text::tokens;

/// How a sentence is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The calibrated posterior of gap and word, and the string with the least expected distance.
    Posterior,
    /// The classic baseline: the gap with the lowest n-gram likelihood of the word behind it, and
    /// the word that maximises the likelihood there; always inserted.
    MinLikelihood,
}

impl Method {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Method::Posterior => "posterior",
            Method::MinLikelihood => "min-likelihood",
        }
    }
}

/// The answer to a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The sentence, with or without something inserted.
    pub sentence: Vec<u8>,
    /// The gap and what went into it, if anything.
    pub insert: Option<(usize, String)>,
    /// Whether that is a word of the vocabulary, rather than a space or a stand-in.
    pub is_word: bool,
    /// The distance that the solver expects of its answer, in characters; `None` where the method
    /// has no opinion.
    pub expected: Option<f64>,
    /// How much less that is than for the sentence as it stands, in characters: 0 where nothing is
    /// inserted.
    pub gain: Option<f64>,
}

impl Worker<'_, '_> {
    /// Answers a sentence. One of fewer than three words comes back as it is: there is no knowing
    /// that anything is missing.
    pub fn answer(&mut self, sentence: &[u8], method: Method) -> Answer {
        let (ids, analysis) = self.analyse_all(&[sentence]).pop().unwrap_or_default();
        self.answer_analysed(sentence, &ids, &analysis, method)
    }

    /// [`Worker::answer`] for several sentences: with a net, faster than one by one.
    pub fn answer_all<S: AsRef<[u8]>>(&mut self, sentences: &[S], method: Method) -> Vec<Answer> {
        let analysed = self.analyse_all(sentences);
        let all = sentences.iter().zip(analysed);
        all.map(|(sentence, (ids, analysis))| {
            self.answer_analysed(sentence.as_ref(), &ids, &analysis, method)
        })
        .collect()
    }

    /// [`Worker::answer`] for a sentence whose ids are known and analysed already.
    pub fn answer_analysed(
        &mut self,
        sentence: &[u8],
        ids: &[u32],
        analysis: &Analysis,
        method: Method,
    ) -> Answer {
        let words = self.solver.view.vocabulary;
        let (insert, is_word, judged) = if analysis.gaps.is_empty() {
            (None, false, None)
        } else if method == Method::MinLikelihood {
            let insert = self.min_likelihood(ids, analysis);
            let is_word = insert.is_some();
            (insert, is_word, None)
        } else {
            let posterior = Posterior::new(analysis, &self.solver.calibration, &self.solver.view);
            let decision = decide::decide(&posterior, &words, sentence);
            let gain = self.solver.calibration.gain_scale * decision.gain;
            (decision.insert, decision.is_word, Some((posterior.unchanged - gain, gain)))
        };
        let sentence = match &insert {
            Some((gap, text)) => tokens::insert(sentence, *gap, text.as_bytes()),
            None => sentence.to_vec(),
        };
        let (expected, gain) = judged.unzip();
        Answer { sentence, insert, is_word, expected, gain }
    }

    fn min_likelihood(&mut self, ids: &[u32], analysis: &Analysis) -> Option<(usize, String)> {
        let gap = min_likelihood_ranking(analysis).first().copied()?;
        let mut best: Vec<Candidate> = Vec::new();
        self.score_in(ids, gap, WORDS, &mut best)?;
        let word = self.solver.view.vocabulary.word(best.first()?.word);
        Some((gap, String::from_utf8_lossy(word).into_owned()))
    }
}

/// The indices of all gaps, the one before the least likely word first.
pub fn min_likelihood_ranking(analysis: &Analysis) -> Vec<usize> {
    let mut ranking: Vec<usize> = (0..analysis.gaps.len()).collect();
    let ln_next = |gap: usize| analysis.gaps[gap].ln_next;
    ranking.sort_by(|&a, &b| ln_next(a).total_cmp(&ln_next(b)).then(a.cmp(&b)));
    ranking
}

impl Solver<'_> {
    /// [`Worker::answer`] for a single sentence.
    pub fn answer(&self, sentence: &[u8], method: Method) -> Answer {
        self.worker().answer(sentence, method)
    }
}
