//! The scratch memory of one thread, and workers for any number of threads.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

#[cfg(doc)]
use super::effort::Effort;
use super::gap::query::{Candidate, Gap, GapScore, Query, in_sight};
use super::gap::score::GapScorer;
use super::solver::Solver;
use crate::error::Result;
use crate::model::words::BOS;
use crate::net::scorer::Scorer;
use crate::progress::Progress;

/// How many sentences are one piece of parallel work.
pub const PIECE: usize = 16;

/// One thread's scratch memory, and what it remembers of pairs of words.
#[derive(Debug)]
pub struct Worker<'s> {
    pub(super) solver: &'s Solver,
    pub(super) scratch: Scratch,
}

/// The memory of a worker, which outlives it in [`Workers`].
#[derive(Debug)]
pub(super) struct Scratch {
    pub gaps: GapScorer,
    pub net: Scorer,
}

impl Solver {
    /// A worker with scratch memory of its own: 5 MB for what it remembers, and 4 bytes a word. Keep it:
    /// what costs most recurs.
    pub fn worker(&self) -> Worker<'_> {
        let gaps = GapScorer::new(self.view().vocabulary.len());
        Worker { solver: self, scratch: Scratch { gaps, net: Scorer::default() } }
    }
}

impl<'s> Worker<'s> {
    /// The solver that this worker belongs to.
    pub fn solver(&self) -> &'s Solver {
        self.solver
    }

    /// Scores every word in `gap` and puts the best `k`, best first, into `best`. With more than three
    /// words of context in the model, use [`Worker::score_in`].
    ///
    /// With [`Effort::Exact`] the best words, their scores and their part of the sum over all words are
    /// exact; the rest of the sum is known to within [`Solver::tolerance`]. With [`Effort::Fast`] that
    /// holds for the first sixteen; words and sum are known to within it.
    ///
    /// # Complexity
    /// Independent of the vocabulary. The evidence alone (k = 0) visits the words of A or R, and of C or F,
    /// whichever are fewer: a few hundred. Best words take a walk over the shorter of F and R, and one
    /// look-up an order for each.
    pub fn score(&mut self, gap: Gap, k: usize, best: &mut Vec<Candidate>) -> GapScore {
        let core = &self.solver.view().core;
        let right = &gap.right[..gap.right.len().min(core.order - 1)];
        let history = &core.state(&gap.left);
        self.scratch.gaps.score(self.solver.ngrams(), &Query { history, right, k, also: &[] }, best)
    }

    /// Scores every word in the gap after the `left`-th word of a sentence, counted from 0, and puts the
    /// best `k`, best first, into `best`. `None` if there is no such gap.
    ///
    /// # Complexity
    /// One [`Worker::score`], and n - 1 look-ups of order n a candidate.
    pub fn score_in(
        &mut self,
        sentence: &[u32],
        left: usize,
        k: usize,
        best: &mut Vec<Candidate>,
    ) -> Option<GapScore> {
        Gap::of(sentence, left)?;
        let core = &self.solver.view().core;
        let (before, after) = sentence.split_at(left + 1);
        let history = &core.state(&[&[BOS], before].concat());
        let right = &in_sight(after, core.order);
        let query = Query { history, right, k, also: &[] };
        Some(self.scratch.gaps.score(self.solver.ngrams(), &query, best))
    }
}

/// Workers of one solver, each lent to one thread at a time, so that what they remember is not lost.
#[derive(Debug)]
pub struct Workers {
    solver: Solver,
    idle: Mutex<Vec<Scratch>>,
}

impl Workers {
    /// None yet; there will be as many as threads that work at the same time.
    pub fn new(solver: &Solver) -> Self {
        Workers { solver: solver.clone(), idle: Mutex::default() }
    }

    /// The solver that they belong to.
    pub fn solver(&self) -> &Solver {
        &self.solver
    }

    /// Lends a worker.
    pub fn with<T>(&self, work: impl FnOnce(&mut Worker<'_>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let solver = &self.solver;
        let mut worker = match taken {
            Some(scratch) => Worker { solver, scratch },
            None => solver.worker(),
        };
        let result = work(&mut worker);
        idle().push(worker.scratch);
        result
    }

    /// Runs `work` on pieces of [`PIECE`] items on all threads and returns its results in order; `progress`
    /// advances with every piece.
    ///
    /// # Errors
    /// `progress` says to stop.
    pub fn map<I: Sync, O: Send>(
        &self,
        items: &[I],
        progress: &dyn Progress,
        work: impl Fn(&mut Worker<'_>, &[I]) -> Vec<O> + Sync,
    ) -> Result<Vec<O>> {
        let pieces = items.par_chunks(PIECE).flat_map_iter(|piece| {
            if progress.stop() {
                return Vec::new();
            }
            let done = self.with(|worker| work(worker, piece));
            progress.advance(piece.len() as u64);
            done
        });
        let all = pieces.collect();
        progress.go_on()?;
        Ok(all)
    }
}
