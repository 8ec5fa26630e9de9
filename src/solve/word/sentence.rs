//! The evidence of every gap of a sentence, and the candidates of the likeliest gaps.

use super::candidates::{Candidates, candidates};
use super::head::{Expected, PROPOSED, embeddings, expect};
use crate::model::core::State;
use crate::model::words::{BOS, EOS};
use crate::net::scorer::Said;
use crate::softmax::softmax;
use crate::solve::effort::Effort;
use crate::solve::gap::evidence::gap_score;
use crate::solve::gap::frame::{Frame, Standing};
use crate::solve::gap::query::{Candidate, GapScore, Query, in_sight};
use crate::solve::solver::Solver;
use crate::solve::worker::Worker;
use crate::text::tokens;

/// How many gaps of a sentence keep their candidates.
pub const GAPS: usize = 8;
/// How many words each of them keeps.
pub const WORDS: usize = 64;

/// How many words of every gap orders 4 and 5 score for its evidence, without [`Effort::Exact`].
const FAVOURED: usize = 8;
/// Words are looked up in gaps of this probability or more, without [`Effort::Exact`].
const WORDS_FROM: f64 = 0.1;

/// What the model says of a sentence.
#[derive(Debug, Default, Clone)]
pub struct Analysis {
    /// The ids of its words.
    pub ids: Vec<u32>,
    /// (gaps) the i-th gap is the one after the i-th token, counted from 0.
    pub gaps: Vec<GapScore>,
    /// (gaps) what the net says of each, up to a constant, in nats; empty without a net.
    pub logits: Vec<f32>,
    /// (gaps) log of the posterior of each, up to a constant, in nats: see [`crate::solve::word::posterior`].
    pub scores: Vec<f64>,
    /// The gaps with the highest posterior whose words were looked up, best first, at most [`GAPS`].
    pub best: Vec<Candidates>,
    /// The gap that was asked for, if one was.
    pub asked: Option<Candidates>,
}

/// A sentence whose gaps are known, before its words are looked up.
struct Standings {
    /// Every word as it stands.
    standing: Vec<Standing>,
    /// The history that ends with each word.
    histories: Vec<State>,
    /// What the net says.
    said: Said,
}

impl Analysis {
    /// What the posterior of a gap is made of.
    pub fn features(&self, gap: usize) -> [f64; 2] {
        let logit = self.logits.get(gap).copied().unwrap_or(0.0);
        [self.gaps[gap].ln_evidence, logit.into()]
    }

    /// The indices of all gaps, likeliest first.
    pub fn ranking(&self) -> Vec<usize> {
        let mut ranking: Vec<usize> = (0..self.gaps.len()).collect();
        let scores = &self.scores;
        ranking.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        ranking
    }
}

impl Worker<'_> {
    /// Scores every gap between two words of every sentence, and the words of the likely gaps, with the
    /// solver's [`Effort`]; `asked` may name one gap of each sentence whose words are wanted anyway. A
    /// sentence of fewer than three words is not analysed: nothing shows that anything is missing.
    ///
    /// # Complexity
    /// [`Worker::score`] for every gap, without words or, where they are wanted, with [`WORDS`] words, and
    /// one pass of the net; memory grows by a few hundred bytes a gap, with a net by as many more as it has numbers of
    /// eight bytes in a state, in sentences of at most 257 tokens.
    pub fn analyse_asked<S: AsRef<[u8]>>(
        &mut self,
        sentences: &[S],
        asked: &[Option<usize>],
    ) -> Vec<Analysis> {
        let solver = self.solver;
        let mut all: Vec<(Standings, Analysis)> = Vec::with_capacity(sentences.len());
        let mut wanted: Vec<Wanted> = Vec::new();
        for (at, said) in self.said(sentences).into_iter().enumerate() {
            let (standings, analysis) = self.gaps(solver.ids(sentences[at].as_ref()), said);
            let asked = asked.get(at).copied().flatten().filter(|gap| *gap < analysis.gaps.len());
            let likely = likely(solver.effort(), &analysis);
            let one = |&gap: &usize| Wanted { at, gap, likely: true, asked: asked == Some(gap) };
            wanted.extend(likely.iter().map(one));
            if let Some(gap) = asked.filter(|gap| !likely.contains(gap)) {
                wanted.push(Wanted { at, gap, likely: false, asked: true });
            }
            all.push((standings, analysis));
        }
        let gaps = wanted.iter().map(|&Wanted { at, gap, .. }| (&all[at].0.said, gap));
        let states = match &solver.view().net {
            Some(net) => self.scratch.net.states(net, &gaps.collect::<Vec<_>>()),
            None => Vec::new(),
        };
        expect(solver.view(), solver.head(), wanted.len(), &states, |i, expected| {
            let Wanted { at, gap, likely, asked } = wanted[i];
            let (standings, analysis) = &mut all[at];
            let found = self.words(standings, &analysis.ids, gap, expected);
            if asked {
                analysis.asked = Some(found.clone());
            }
            if likely {
                analysis.gaps[gap] = found.score;
                analysis.best.push(found);
            }
        });
        all.into_iter().map(|(_, analysis)| analysis).collect()
    }

    /// [`Worker::analyse_asked`] where no gap is asked for.
    pub fn analyse_all<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<Analysis> {
        self.analyse_asked(sentences, &[])
    }

    /// [`Worker::analyse_all`] for a single sentence.
    pub fn analyse(&mut self, sentence: &[u8]) -> Analysis {
        self.analyse_all(&[sentence]).pop().unwrap_or_default()
    }

    /// What the net says of some sentences; empty without a net.
    fn said<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<Said> {
        let view = self.solver.view();
        let Some(net) = &view.net else {
            return vec![Said::default(); sentences.len()];
        };
        let tokens = sentences.iter().map(|s| embeddings(view, tokens::split(s.as_ref())));
        self.scratch.net.said(net, tokens.collect())
    }

    /// Scores all gaps of a sentence.
    fn gaps(&mut self, ids: Vec<u32>, said: Said) -> (Standings, Analysis) {
        let core = &self.solver.view().core;
        let mut standings = Standings { standing: Vec::new(), histories: Vec::new(), said };
        let mut analysis = Analysis { ids, ..Analysis::default() };
        let ids = &analysis.ids;
        if ids.len() < 3 {
            return (standings, analysis);
        }
        let mut history = core.state(&[BOS]);
        for i in 0..=ids.len() {
            let word = |i: usize| ids.get(i).copied().unwrap_or(EOS);
            let standing = Standing::new(core, &history, word(i), word(i + 1));
            history = match core.order {
                ..=3 => standing.step.state,
                _ => core.advance(&history, word(i)),
            };
            standings.standing.push(standing);
            standings.histories.push(history);
        }
        // Longer n-grams are in no list: only the words that they favour make a difference.
        let k = match self.solver.effort() {
            Effort::Exact => WORDS,
            Effort::Fast if core.order > 3 => FAVOURED,
            Effort::Fast => 0,
        };
        let mut spare = Vec::new();
        analysis.gaps = (0..ids.len() - 1)
            .map(|gap| self.score_gap(&standings, ids, gap, k, &[], &mut spare))
            .collect();
        analysis.logits = std::mem::take(&mut standings.said.logits);
        let score = |gap| gap_score(self.solver.calibration(), &analysis.features(gap));
        analysis.scores = (0..analysis.gaps.len()).map(score).collect();
        (standings, analysis)
    }

    fn score_gap(
        &mut self,
        Standings { standing, histories, .. }: &Standings,
        ids: &[u32],
        gap: usize,
        k: usize,
        also: &[u32],
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        let ngrams = self.solver.ngrams();
        let (first, second) = (&standing[gap + 1], &standing[gap + 2].step);
        let history = &histories[gap];
        let frame = Frame::between(ngrams, history, first, second.ln_p);
        let right = &in_sight(&ids[gap + 1..], ngrams.view.order);
        let query = Query { history, right, k, also };
        self.scratch.gaps.score_frame(ngrams, &frame, &query, best)
    }

    /// The words of one gap.
    fn words(
        &mut self,
        standings: &Standings,
        ids: &[u32],
        gap: usize,
        expected: Option<&Expected<'_>>,
    ) -> Candidates {
        let proposed = expected.map_or(Vec::new(), |expected| expected.best(PROPOSED));
        let mut words = Vec::new();
        let score = self.score_gap(standings, ids, gap, WORDS, &proposed, &mut words);
        let (left, right) = ids.split_at(gap + 1);
        candidates(self.solver.view(), expected, left, right, score, words)
    }
}

/// A gap whose words are wanted.
#[derive(Clone, Copy)]
struct Wanted {
    /// Which of the sentences it is in.
    at: usize,
    gap: usize,
    likely: bool,
    asked: bool,
}

/// The gaps whose words may matter, likeliest first.
fn likely(effort: Effort, analysis: &Analysis) -> Vec<usize> {
    let mut gaps = analysis.ranking();
    gaps.truncate(GAPS);
    if effort == Effort::Fast {
        let probabilities = softmax(analysis.scores.iter().copied());
        gaps.retain(|&gap| probabilities[gap] >= WORDS_FROM);
    }
    gaps
}

impl Solver {
    /// [`Worker::analyse`] with a worker of its own.
    pub fn analyse(&self, sentence: &[u8]) -> Analysis {
        self.worker().analyse(sentence)
    }
}
