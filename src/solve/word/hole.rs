//! The word in a hole that is known, by all that the model knows.

use crate::model::words::{BOS, EOS, UNK};
use crate::solve::gap::rescore::behind;
use crate::solve::gap::score::GapScore;
use crate::solve::word::head::PROPOSED;
use crate::solve::word::posterior::GapPosterior;
use crate::solve::word::sentence::BestGap;
use crate::solve::word::sources::{self, Context};
use crate::solve::{Solver, Worker};

impl Worker<'_, '_> {
    /// The words that may be missing between the first words of a sentence and its last ones: the `k` best
    /// by the n-grams and the [`PROPOSED`] best by the net, with what each source says of them. Either side
    /// may be empty.
    ///
    /// ```
    /// use impute::{model::Model, solve::Solver};
    ///
    /// let model = Model::shipped()?;
    /// let solver = Solver::new(&model)?;
    /// let found = solver.worker().hole(&[b"He", b"went", b"to"], &[b"house", b"."], 64);
    /// let posterior = solver.words(&found);
    /// let (word, probability, _) = posterior.words[0];
    /// assert_eq!(solver.word(word), b"the");
    /// assert!(probability > 0.1);
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A pass of the net over the words near the hole, one of its output over its vocabulary, and
    /// [`Worker::score`].
    pub fn hole(&mut self, left: &[&[u8]], right: &[&[u8]], k: usize) -> BestGap {
        let solver = self.solver;
        let (core, vocabulary) = (&solver.view.core, &solver.view.vocabulary);
        let id = |word: &&[u8]| match vocabulary.id(word) {
            BOS | EOS => UNK,
            id => id,
        };
        let before: Vec<u32> = left.iter().map(id).collect();
        let after: Vec<u32> = right.iter().map(id).collect();
        let state = match &solver.net {
            Some(net) => {
                let tokens = self.embeddings(left.iter().chain(right).copied());
                self.scorer.hole(net, &tokens, left.len())
            }
            None => Vec::new(),
        };
        let history = [BOS].iter().chain(&before).fold(None, |state, &word| {
            Some(match state {
                None => core.state(&[word]),
                Some(state) => core.advance(&state, word),
            })
        });
        let history = history.unwrap_or_default();
        let behind = behind(&after, core.order);
        let mut found = BestGap {
            gap: left.len().saturating_sub(1),
            score: GapScore::default(),
            words: Vec::new(),
            sources: Vec::new(),
            rest: [0.0; sources::COUNT],
        };
        solver.expect(1, &state, |_, expected| {
            let also = expected.map_or(Vec::new(), |expected| expected.best(PROPOSED.max(k)));
            found.score = self.score_behind(&history, &behind, (k, &also), &mut found.words);
            let classes = solver.classes.as_ref();
            let context =
                Context { expected, classes, ..Context::new(solver.view, &before, &after) };
            (found.sources, found.rest) = sources::features(&context, &found.words);
        });
        found
    }
}

impl Solver<'_> {
    /// The posterior of the words of a gap, by the calibration in use.
    pub fn words(&self, found: &BestGap) -> GapPosterior {
        GapPosterior::new(found, &self.calibration, &self.view)
    }
}
