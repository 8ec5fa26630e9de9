//! The evidence of every gap of a sentence, and the candidates of the likeliest gaps.

use super::gap::{Candidate, GapScore};
use super::{Solver, Worker};

/// How many gaps of a sentence keep their candidates.
pub const GAPS: usize = 8;
/// How many words each of them keeps.
pub const WORDS: usize = 64;

/// What the model says of a sentence.
#[derive(Debug, Default, Clone)]
pub struct Analysis {
    /// (gaps) the i-th gap is the one behind the i-th token, counted from 0.
    pub gaps: Vec<GapScore>,
    /// The gaps with the highest evidence, best first, at most [`GAPS`].
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
        let evidence = |gap: usize| self.gaps[gap].ln_evidence;
        ranking.sort_by(|&a, &b| evidence(b).total_cmp(&evidence(a)).then(a.cmp(&b)));
        ranking
    }
}

impl Worker<'_, '_> {
    /// Scores every word of the vocabulary in every gap between two words of a sentence.
    ///
    /// # Complexity
    /// One [`Worker::score_in`] a gap; memory grows by a few numbers a gap.
    pub fn analyse(&mut self, sentence: &[u32]) -> Analysis {
        let mut analysis = Analysis::default();
        let mut spare = Vec::new();
        for i in 0..sentence.len().saturating_sub(1) {
            let Some(score) = self.score_in(sentence, i, WORDS, &mut spare) else {
                continue;
            };
            analysis.gaps.push(score);
            let gaps = &analysis.gaps;
            let place = analysis
                .best
                .partition_point(|best| gaps[best.gap].ln_evidence >= score.ln_evidence);
            if place >= GAPS {
                continue;
            }
            // The words of the gap that falls out become the next scratch.
            let mut best = match analysis.best.len() {
                GAPS => analysis.best.pop().unwrap_or_default(),
                _ => BestGap::default(),
            };
            best.gap = i;
            std::mem::swap(&mut best.words, &mut spare);
            analysis.best.insert(place, best);
        }
        analysis
    }
}

impl Solver<'_> {
    /// [`Worker::analyse`] for a single sentence.
    pub fn analyse(&self, sentence: &[u8]) -> Analysis {
        self.worker().analyse(&self.ids(sentence))
    }
}
