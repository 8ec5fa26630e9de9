//! The evidence of every gap of a sentence, and the candidates of the likeliest gaps.

use super::frame::{Frame, Standing};
use super::gap::{Candidate, GapScore};
use super::posterior::gap_score;
use super::{Effort, Solver, Worker};
use crate::model::words::{BOS, EOS, SPECIAL};
use crate::net::words::embedding;
use crate::softmax::softmax;
use crate::text::tokens;

/// How many gaps of a sentence keep their candidates.
pub const GAPS: usize = 8;
/// How many words each of them keeps.
pub const WORDS: usize = 64;

/// The words of a gap of less probability are not looked for, without [`Effort::Exact`].
const LIKELY: f64 = 0.1;

/// What the model says of a sentence.
#[derive(Debug, Default, Clone)]
pub struct Analysis {
    /// (gaps) the i-th gap is the one behind the i-th token, counted from 0.
    pub gaps: Vec<GapScore>,
    /// (gaps) what the net says of each, up to a constant, in nats; empty without a net.
    pub logits: Vec<f32>,
    /// (gaps) log of the posterior of each, up to a constant, in nats: see [`super::posterior`].
    pub scores: Vec<f64>,
    /// The gaps with the highest posterior whose words were looked for, best first, at most [`GAPS`].
    pub best: Vec<BestGap>,
}

/// A likely gap and its words.
#[derive(Debug, Default, Clone)]
pub struct BestGap {
    /// Index of the gap.
    pub gap: usize,
    /// The best words, best first, at most [`WORDS`].
    pub words: Vec<Candidate>,
}

impl Analysis {
    /// The indices of all gaps, likeliest first.
    pub fn ranking(&self) -> Vec<usize> {
        let mut ranking: Vec<usize> = (0..self.gaps.len()).collect();
        let scores = &self.scores;
        ranking.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        ranking
    }
}

impl Worker<'_, '_> {
    /// Scores every word of the vocabulary in every gap between two words of a sentence, with the
    /// solver's [`Effort`].
    ///
    /// # Complexity
    /// [`Worker::score`] for every gap, without words or, where they are wanted, with [`WORDS`] words;
    /// memory grows by a few numbers a gap.
    ///
    /// `logits` is what the net says of the gaps, nothing without one: see [`Worker::logits`].
    pub fn analyse(&mut self, sentence: &[u32], logits: Vec<f32>) -> Analysis {
        let solver = self.solver;
        let core = &solver.view.core;
        let all: Vec<u32> = sentence.iter().chain([&EOS]).copied().collect();
        // Every word as it stands, and the history that it is the end of.
        let (mut standing, mut histories) = (Vec::new(), Vec::new());
        let mut history = core.state(&[BOS]);
        for (i, &word) in all.iter().enumerate() {
            let next = all.get(i + 1).copied().unwrap_or(EOS);
            standing.push(Standing::new(core, &history, word, next));
            history = match core.order {
                ..=3 => standing[i].step.state,
                _ => core.advance(&history, word),
            };
            histories.push(history);
        }
        let behind = |gap: usize| &all[gap + 1..all.len().min(gap + core.order)];
        let frame = |gap: usize| {
            let (first, second) = (&standing[gap + 1], &standing[gap + 2].step);
            Frame::between(solver, &histories[gap], first, second.ln_p)
        };
        let gaps = 0..sentence.len().saturating_sub(1);
        // Longer n-grams are in no list: only the words that they favour make a difference.
        let words = self.solver.effort == Effort::Exact || core.order > 3;
        let mut analysis = Analysis { logits, ..Analysis::default() };
        let mut spare = Vec::new();
        for gap in gaps {
            let k = if words { WORDS } else { 0 };
            let frame = frame(gap);
            let score = self.score_frame(&frame, &histories[gap], behind(gap), k, &mut spare);
            analysis.gaps.push(score);
            analysis.scores.push(gap_score(&solver.calibration, &analysis.features(gap)));
            if words {
                analysis.keep(gap, &mut spare);
            }
        }
        if !words {
            for gap in self.likely(&analysis) {
                let frame = frame(gap);
                analysis.gaps[gap] =
                    self.score_frame(&frame, &histories[gap], behind(gap), WORDS, &mut spare);
                analysis.keep(gap, &mut spare);
            }
        }
        analysis
    }

    /// The gaps whose words may matter.
    fn likely(&self, analysis: &Analysis) -> Vec<usize> {
        let probabilities = softmax(analysis.scores.iter().copied());
        let mut gaps = analysis.ranking();
        gaps.truncate(GAPS);
        gaps.retain(|&gap| probabilities[gap] >= LIKELY);
        gaps
    }
}

impl Analysis {
    /// What the posterior of a gap is made of.
    pub fn features(&self, gap: usize) -> [f64; 2] {
        let logit = self.logits.get(gap).copied().unwrap_or(0.0);
        [self.gaps[gap].ln_evidence, logit.into()]
    }

    /// Puts a gap among the best ones, if it is. Its words become the next scratch otherwise, or those
    /// of the gap that falls out.
    fn keep(&mut self, gap: usize, words: &mut Vec<Candidate>) {
        let (scores, best) = (&self.scores, &mut self.best);
        let place = best.partition_point(|best| scores[best.gap] >= scores[gap]);
        if place >= GAPS {
            return;
        }
        let mut new =
            if best.len() == GAPS { best.pop().unwrap_or_default() } else { BestGap::default() };
        new.gap = gap;
        std::mem::swap(&mut new.words, words);
        best.insert(place, new);
    }
}

impl Worker<'_, '_> {
    /// What the net says of every gap of some sentences; nothing without a net.
    pub fn logits<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<Vec<f32>> {
        let Some(net) = &self.solver.net else {
            return vec![Vec::new(); sentences.len()];
        };
        let vocabulary = self.solver.view.vocabulary;
        let embedding = |word: &[u8]| {
            let rank = (vocabulary.id(word) as usize).checked_sub(SPECIAL);
            embedding(&net.shape, rank, word)
        };
        let tokens = |sentence: &S| tokens::split(sentence.as_ref()).map(embedding).collect();
        self.scorer.logits(net, &sentences.iter().map(tokens).collect::<Vec<_>>())
    }

    /// Ids and analysis of some sentences, one of fewer than three words not analysed: there is no
    /// knowing that anything is missing.
    pub fn analyse_all<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<(Vec<u32>, Analysis)> {
        let logits = self.logits(sentences);
        let all = sentences.iter().zip(logits);
        all.map(|(sentence, logits)| {
            let ids = self.solver.ids(sentence.as_ref());
            let short = ids.len() < 3;
            let analysis = if short { Analysis::default() } else { self.analyse(&ids, logits) };
            (ids, analysis)
        })
        .collect()
    }
}

impl Solver<'_> {
    /// [`Worker::analyse_all`] for a single sentence.
    pub fn analyse(&self, sentence: &[u8]) -> Analysis {
        self.worker()
            .analyse_all(&[sentence])
            .pop()
            .map(|(_, analysis)| analysis)
            .unwrap_or_default()
    }
}
