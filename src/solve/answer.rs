//! The two ways to answer a sentence, behind one call.

use super::decide::decision::{Insert, decide};
use super::gap::query::Candidate;
use super::solver::Solver;
use super::word::posterior::Posterior;
use super::word::sentence::{Analysis, WORDS};
use super::worker::Worker;
use crate::text::tokens;

/// How a sentence is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The calibrated posterior of gap and word, and the string with the least expected distance of those that
    /// [may go in](super::Inserts).
    Posterior,
    /// The classic baseline: the gap with the lowest n-gram likelihood of the word after it, and the word
    /// that maximises the likelihood there; always inserted.
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
    /// What went in, if anything.
    pub insert: Option<Insert>,
    /// Whether that is a word of the vocabulary, rather than a space or a stand-in.
    pub is_word: bool,
    /// The distance that the solver expects of its answer, in characters; `None` where the method has no
    /// opinion.
    pub expected: Option<f64>,
    /// How much less that is than for the sentence as it stands, in characters: 0 where nothing is
    /// inserted.
    pub gain: Option<f64>,
}

impl Worker<'_> {
    /// Answers a sentence. One of fewer than three words is returned as it is: nothing shows that anything
    /// is missing.
    pub fn answer(&mut self, sentence: &[u8], method: Method) -> Answer {
        let analysis = self.analyse(sentence);
        self.answer_analysed(sentence, &analysis, method)
    }

    /// [`Worker::answer`] for several sentences: with a net, faster than one by one.
    pub fn answer_all<S: AsRef<[u8]>>(&mut self, sentences: &[S], method: Method) -> Vec<Answer> {
        let analysed = self.analyse_all(sentences);
        let all = sentences.iter().zip(analysed);
        all.map(|(sentence, analysis)| self.answer_analysed(sentence.as_ref(), &analysis, method))
            .collect()
    }

    /// [`Worker::answer`] for a sentence that has been analysed already.
    pub fn answer_analysed(
        &mut self,
        sentence: &[u8],
        analysis: &Analysis,
        method: Method,
    ) -> Answer {
        let solver = self.solver;
        if analysis.gaps.is_empty() {
            return Answer::unjudged(sentence, None);
        }
        match method {
            Method::MinLikelihood => {
                let found = self.min_likelihood(analysis);
                Answer::unjudged(sentence, solver.likeliest(found.as_ref()))
            }
            Method::Posterior => {
                let posterior = Posterior::new(analysis, solver.calibration(), solver.view());
                solver.judge(sentence, &posterior)
            }
        }
    }

    /// The gap with the lowest likelihood, and the likeliest words there.
    pub(super) fn min_likelihood(
        &mut self,
        analysis: &Analysis,
    ) -> Option<(usize, Vec<Candidate>)> {
        let gap = min_likelihood_ranking(analysis).first().copied()?;
        let mut best: Vec<Candidate> = Vec::new();
        self.score_in(&analysis.ids, gap, WORDS, &mut best)?;
        Some((gap, best))
    }
}

impl Answer {
    /// A word in a gap, or the sentence as it is, without an expected distance.
    pub(super) fn unjudged(sentence: &[u8], insert: Option<Insert>) -> Self {
        let is_word = insert.is_some();
        let sentence = with_insertion(sentence, insert.as_ref());
        Answer { sentence, insert, is_word, expected: None, gain: None }
    }
}

impl Solver {
    /// [`Worker::answer`] for a single sentence.
    pub fn answer(&self, sentence: &[u8], method: Method) -> Answer {
        self.worker().answer(sentence, method)
    }

    /// The answer with the least expected distance.
    pub(crate) fn judge(&self, sentence: &[u8], posterior: &Posterior) -> Answer {
        let decision = decide(posterior, &self.view().vocabulary, sentence, self.inserts());
        let gain = self.calibration().gain_scale * decision.gain;
        Answer {
            sentence: with_insertion(sentence, decision.insert.as_ref()),
            insert: decision.insert,
            is_word: decision.is_word,
            expected: Some(posterior.unchanged - gain),
            gain: Some(gain),
        }
    }

    /// The first of the words that were found for a gap.
    pub(super) fn likeliest(&self, found: Option<&(usize, Vec<Candidate>)>) -> Option<Insert> {
        let (gap, words) = found?;
        let word = self.word(words.first()?.word);
        Some(Insert { gap: *gap, text: String::from_utf8_lossy(word).into_owned() })
    }
}

fn with_insertion(sentence: &[u8], insert: Option<&Insert>) -> Vec<u8> {
    match insert {
        Some(Insert { gap, text }) => tokens::insert(sentence, *gap, text.as_bytes()),
        None => sentence.to_vec(),
    }
}

/// The indices of all gaps, the one before the least likely word first.
pub fn min_likelihood_ranking(analysis: &Analysis) -> Vec<usize> {
    let mut ranking: Vec<usize> = (0..analysis.gaps.len()).collect();
    let ln_next = |gap: usize| analysis.gaps[gap].ln_next;
    ranking.sort_by(|&a, &b| ln_next(a).total_cmp(&ln_next(b)).then(a.cmp(&b)));
    ranking
}
