//! The words for a known hole, by everything that is in the model.

use std::collections::HashMap;

use super::candidates::{Candidates, candidates};
use super::head::{PROPOSED, embeddings, expect};
use super::posterior::{Features, GapPosterior, PARTS};
use super::sentence::WORDS;
use super::sources::net_probability;
use crate::model::words::BOS;
use crate::solve::gap::query::{Query, in_sight};
use crate::solve::solver::Solver;
use crate::solve::worker::Worker;

/// What fits a hole.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// The likeliest words, likeliest first.
    pub words: Vec<FilledWord>,
    /// Natural log of how much likelier the sentence is by the n-grams with a word in the hole, summed over
    /// all words, than without.
    pub ln_evidence: f64,
}

/// A word for a hole or a gap, and what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilledWord {
    /// Its id.
    pub word: u32,
    /// Its probability among all words.
    pub probability: f64,
    /// The same by the n-grams alone.
    pub ngrams: f64,
    /// The same by the net alone; `None` without a net.
    pub net: Option<f64>,
    /// What each part of the mixture adds to the log of its probability, in nats, in the order of
    /// [`PARTS`]; up to a constant of the place.
    pub parts: [f64; PARTS.len()],
}

impl Worker<'_> {
    /// The `k` best words for the hole between the first words of a sentence and its last ones, either of
    /// which may be empty, by the n-grams, the net and all other sources. They are best scored with
    /// [`Effort::Exact`](crate::solve::Effort::Exact).
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let found = solver.worker().fill(&[b"He", b"went", b"to"], &[b"house", b"."], 5);
    /// assert_eq!(solver.word(found.words[0].word), b"the");
    /// assert!(found.words[0].probability > 0.1);
    /// assert!(found.ln_evidence > 0.0); // likelier with a word than without
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A pass of the net over the words near the hole, one of its output over its vocabulary, and
    /// [`Worker::score`]; the latter two twice if more words are asked for than the posterior has.
    pub fn fill(&mut self, left: &[&[u8]], right: &[&[u8]], k: usize) -> Filled {
        let view = self.solver.view();
        // The posterior has as many candidates as it was fitted with; if more are asked for, the n-grams
        // share out what is left for all others.
        let mut found = self.hole(left, right, WORDS, &[]);
        let mut posterior = GapPosterior::new(&found, self.solver.calibration(), view);
        if k > posterior.words.len() {
            let more = self.hole(left, right, k, &[]);
            posterior.share_rest(&found, &more, view);
            found = more;
        }
        let words = filled(self.solver, &found, &posterior, k);
        Filled { words, ln_evidence: found.score.ln_evidence }
    }

    /// What [`Worker::fill`] says of these words, whether they are among the best or not; in their order.
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let (mut worker, among) = (solver.worker(), solver.ids(b"zebra the"));
    /// let found = worker.fill_among(&[b"He", b"went", b"to"], &[b"house", b"."], &among);
    /// assert_eq!([found[0].word, found[1].word], among[..]);
    /// assert!(found[0].probability < 0.001 && found[1].probability > 0.1);
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// [`Worker::fill`] with more than one word, and a few look-ups a word.
    pub fn fill_among(
        &mut self,
        left: &[&[u8]],
        right: &[&[u8]],
        words: &[u32],
    ) -> Vec<FilledWord> {
        let view = self.solver.view();
        let found = self.hole(left, right, WORDS, &[]);
        let mut posterior = GapPosterior::new(&found, self.solver.calibration(), view);
        let more = self.hole(left, right, WORDS, words);
        posterior.share_rest(&found, &more, view);
        let all = filled(self.solver, &more, &posterior, usize::MAX);
        let places: HashMap<u32, usize> =
            all.iter().enumerate().map(|(at, found)| (found.word, at)).collect();
        let parts = [0.0; PARTS.len()];
        let nothing = |word| FilledWord { word, probability: 0.0, ngrams: 0.0, net: None, parts };
        words.iter().map(|&word| places.get(&word).map_or(nothing(word), |&at| all[at])).collect()
    }

    /// The `k` best words by the n-grams and the best by the net, and `among` whatever they are, with what each source
    /// says of them.
    fn hole(&mut self, left: &[&[u8]], right: &[&[u8]], k: usize, among: &[u32]) -> Candidates {
        let solver = self.solver;
        let (view, core) = (solver.view(), &solver.view().core);
        let ids = |words: &[&[u8]]| words.iter().map(|word| solver.id(word)).collect::<Vec<u32>>();
        let (before, after) = (ids(left), ids(right));
        let state = match &view.net {
            Some(net) => {
                let tokens = embeddings(view, left.iter().chain(right).copied());
                self.scratch.net.hole(net, &tokens, left.len())
            }
            None => Vec::new(),
        };
        let history = &core.state(&[&[BOS], &before[..]].concat());
        let in_sight = &in_sight(&after, core.order);
        let mut found = None;
        expect(view, solver.head(), 1, &state, |_, expected| {
            let mut also = expected.map_or(Vec::new(), |expected| expected.best(PROPOSED.max(k)));
            for &word in among {
                if !also.contains(&word) {
                    also.push(word); // once: it has a share in the sum over all words
                }
            }
            let query = Query { history, right: in_sight, k, also: &also };
            let mut words = Vec::new();
            let score = self.scratch.gaps.score(solver.ngrams(), &query, &mut words);
            found = Some(candidates(view, expected, &before, &after, score, words));
        });
        found.unwrap_or_else(|| {
            candidates(view, None, &before, &after, Default::default(), Vec::new())
        })
    }
}

/// The `k` best words of a gap, and what speaks for them.
pub(in crate::solve) fn filled(
    solver: &Solver,
    found: &Candidates,
    posterior: &GapPosterior,
    k: usize,
) -> Vec<FilledWord> {
    let parts = Features::new(found, solver.view()).contributions(solver.calibration());
    let places = found.words.iter().enumerate().map(|(at, candidate)| (candidate.word, at));
    let places: HashMap<u32, usize> = places.collect();
    let best = posterior.words.iter().take(k).filter_map(|best| {
        let at = *places.get(&best.word)?;
        Some(FilledWord {
            word: best.word,
            probability: best.probability,
            ngrams: found.words[at].probability,
            net: net_probability(solver.view(), &found.sources[at]),
            parts: parts[at],
        })
    });
    best.collect()
}
