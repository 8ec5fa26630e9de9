//! The evidence of every gap of a sentence, and the candidates of the likeliest gaps.

use crate::model::core::State;
use crate::model::words::{BOS, EOS};
use crate::net::scorer::Said;
use crate::softmax::softmax;
use crate::solve::gap::evidence::gap_score;
use crate::solve::gap::frame::{Frame, Standing};
use crate::solve::gap::rescore::behind;
use crate::solve::gap::score::{Candidate, GapScore};
use crate::solve::word::head::{Expected, PROPOSED};
use crate::solve::word::sources::{self, Context};
use crate::solve::{Effort, Solver, Worker};
use crate::text::tokens;

/// How many gaps of a sentence keep their candidates.
pub const GAPS: usize = 8;
/// How many words each of them keeps.
pub const WORDS: usize = 64;

/// So many words of every gap are scored by orders 4 and 5 for its evidence, without [`Effort::Exact`].
const FAVOURED: usize = 8;
/// The words of a gap of less probability are not looked for, without [`Effort::Exact`].
const LIKELY: f64 = 0.1;

/// What the model says of a sentence.
#[derive(Debug, Default, Clone)]
pub struct Analysis {
    /// (gaps) the i-th gap is the one behind the i-th token, counted from 0.
    pub gaps: Vec<GapScore>,
    /// (gaps) what the net says of each, up to a constant, in nats; empty without a net.
    pub logits: Vec<f32>,
    /// (gaps) log of the posterior of each, up to a constant, in nats: see [`crate::solve::word::posterior`].
    pub scores: Vec<f64>,
    /// The gaps with the highest posterior whose words were looked for, best first, at most [`GAPS`].
    pub best: Vec<BestGap>,
    /// The gap that was asked for, if one was.
    pub asked: Option<BestGap>,
}

/// A gap and its words.
#[derive(Debug, Clone)]
pub struct BestGap {
    /// Index of the gap.
    pub gap: usize,
    /// What the n-grams say of it.
    pub score: GapScore,
    /// The [`WORDS`] best words by the n-grams and the [`PROPOSED`] best by the net, best first by the
    /// n-grams.
    pub words: Vec<Candidate>,
    /// (words) what the other sources say of each: see [`crate::solve::word::sources`].
    pub sources: Vec<[f64; sources::COUNT]>,
    /// The same of all other words together.
    pub rest: [f64; sources::COUNT],
}

/// A sentence whose gaps are known, before its words are looked for.
struct Standings {
    ids: Vec<u32>,
    /// Every word as it stands.
    standing: Vec<Standing>,
    /// The history that each word is the end of.
    histories: Vec<State>,
    /// What the net says.
    states: Vec<u16>,
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
    /// Scores every gap between two words of every sentence, and the words of the likely gaps, with the
    /// solver's [`Effort`]; `asked` may name one gap of each sentence whose words are wanted anyway. A
    /// sentence of fewer than three words is not analysed: there is no knowing that anything is missing.
    /// Gives the ids of the words as well.
    ///
    /// # Complexity
    /// [`Worker::score`] for every gap, without words or, where they are wanted, with [`WORDS`] words, and
    /// one pass of the net; memory grows by a few hundred bytes a gap.
    pub fn analyse_asked<S: AsRef<[u8]>>(
        &mut self,
        sentences: &[S],
        asked: &[Option<usize>],
    ) -> Vec<(Vec<u32>, Analysis)> {
        let said = self.said(sentences);
        let mut all: Vec<(Standings, Analysis)> = Vec::with_capacity(sentences.len());
        // Gaps whose words are wanted: sentence, gap, whether likely and whether asked for.
        let mut wanted: Vec<(usize, usize, bool, bool)> = Vec::new();
        for (i, (sentence, said)) in sentences.iter().zip(said).enumerate() {
            let (standings, analysis) = self.gaps(self.solver.ids(sentence.as_ref()), said);
            let asked = asked.get(i).copied().flatten().filter(|gap| *gap < analysis.gaps.len());
            let likely = self.likely(&analysis);
            wanted.extend(likely.iter().map(|&gap| (i, gap, true, asked == Some(gap))));
            if let Some(gap) = asked.filter(|gap| !likely.contains(gap)) {
                wanted.push((i, gap, false, true));
            }
            all.push((standings, analysis));
        }
        let width = self.solver.net.as_ref().map_or(0, |net| net.shape.width);
        let mut states = Vec::with_capacity(wanted.len() * width);
        for &(i, gap, ..) in &wanted {
            states.extend_from_slice(&all[i].0.states[gap * width..(gap + 1) * width]);
        }
        self.solver.expect(wanted.len(), &states, |at, expected| {
            let (i, gap, likely, asked) = wanted[at];
            let (standings, analysis) = &mut all[i];
            let found = self.words(standings, gap, expected);
            if asked {
                analysis.asked = Some(found.clone());
            }
            if likely {
                analysis.gaps[gap] = found.score;
                analysis.best.push(found);
            }
        });
        all.into_iter().map(|(standings, analysis)| (standings.ids, analysis)).collect()
    }

    /// [`Worker::analyse_asked`] where no gap is asked for.
    pub fn analyse_all<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<(Vec<u32>, Analysis)> {
        self.analyse_asked(sentences, &[])
    }

    /// What the net says of some sentences; nothing without a net.
    fn said<S: AsRef<[u8]>>(&mut self, sentences: &[S]) -> Vec<Said> {
        let Some(net) = &self.solver.net else {
            return vec![Said::default(); sentences.len()];
        };
        let tokens = sentences.iter().map(|s| self.embeddings(tokens::split(s.as_ref())));
        let tokens: Vec<Vec<u32>> = tokens.collect();
        self.scorer.said(net, &tokens)
    }

    /// Scores all gaps of a sentence.
    fn gaps(&mut self, ids: Vec<u32>, said: Said) -> (Standings, Analysis) {
        let core = &self.solver.view.core;
        let mut standings =
            Standings { ids, standing: Vec::new(), histories: Vec::new(), states: said.states };
        let mut analysis = Analysis::default();
        if standings.ids.len() < 3 {
            return (standings, analysis);
        }
        analysis.logits = said.logits;
        let mut history = core.state(&[BOS]);
        for i in 0..=standings.ids.len() {
            let word = |i: usize| standings.ids.get(i).copied().unwrap_or(EOS);
            let standing = Standing::new(core, &history, word(i), word(i + 1));
            history = match core.order {
                ..=3 => standing.step.state,
                _ => core.advance(&history, word(i)),
            };
            standings.standing.push(standing);
            standings.histories.push(history);
        }
        // Longer n-grams are in no list: only the words that they favour make a difference.
        let k = match self.solver.effort {
            Effort::Exact => WORDS,
            Effort::Fast if core.order > 3 => FAVOURED,
            Effort::Fast => 0,
        };
        let mut spare = Vec::new();
        for gap in 0..standings.ids.len() - 1 {
            let score = self.score_gap(&standings, gap, (k, &[]), &mut spare);
            analysis.gaps.push(score);
            analysis.scores.push(gap_score(&self.solver.calibration, &analysis.features(gap)));
        }
        (standings, analysis)
    }

    fn score_gap(
        &mut self,
        standings: &Standings,
        gap: usize,
        words: (usize, &[u32]),
        best: &mut Vec<Candidate>,
    ) -> GapScore {
        let Standings { ids, standing, histories, .. } = standings;
        let (first, second) = (&standing[gap + 1], &standing[gap + 2].step);
        let frame = Frame::between(self.solver, &histories[gap], first, second.ln_p);
        let behind = behind(&ids[gap + 1..], self.solver.view.core.order);
        self.score_frame(&frame, &histories[gap], &behind, words, best)
    }

    /// The words of one gap.
    fn words(
        &mut self,
        standings: &Standings,
        gap: usize,
        expected: Option<&Expected<'_>>,
    ) -> BestGap {
        let proposed = expected.map_or(Vec::new(), |expected| expected.best(PROPOSED));
        let mut words = Vec::new();
        let score = self.score_gap(standings, gap, (WORDS, &proposed), &mut words);
        let (left, right) = standings.ids.split_at(gap + 1);
        let classes = self.solver.classes.as_ref();
        let context = Context { expected, classes, ..Context::new(self.solver.view, left, right) };
        let (sources, rest) = sources::features(&context, &words);
        BestGap { gap, score, words, sources, rest }
    }

    /// The gaps whose words may matter, likeliest first.
    fn likely(&self, analysis: &Analysis) -> Vec<usize> {
        let mut gaps = analysis.ranking();
        gaps.truncate(GAPS);
        if self.solver.effort == Effort::Fast {
            let probabilities = softmax(analysis.scores.iter().copied());
            gaps.retain(|&gap| probabilities[gap] >= LIKELY);
        }
        gaps
    }
}

impl Analysis {
    /// What the posterior of a gap is made of.
    pub fn features(&self, gap: usize) -> [f64; 2] {
        let logit = self.logits.get(gap).copied().unwrap_or(0.0);
        [self.gaps[gap].ln_evidence, logit.into()]
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
