//! The scratch memory of one thread, and workers for as many threads as come.

use std::sync::{Mutex, PoisonError};

use crate::net::scorer::Scorer;
use crate::solve::Solver;
use crate::solve::gap::best::Top;
use crate::solve::gap::finder::Slots;
use crate::solve::gap::met::Meeting;
use crate::solve::gap::pairs::Pairs;

/// One thread's scratch memory, and what it remembers of pairs of words.
#[derive(Debug)]
pub struct Worker<'s, 'm> {
    pub(in crate::solve) solver: &'s Solver<'m>,
    pub(in crate::solve) meeting: Meeting,
    pub(in crate::solve) pairs: Pairs,
    pub(in crate::solve) slots: [Slots; 2],
    pub(in crate::solve) top: Top,
    pub(in crate::solve) scorer: Scorer,
}

impl<'s, 'm> Worker<'s, 'm> {
    /// The solver that this worker belongs to.
    pub fn solver(&self) -> &'s Solver<'m> {
        self.solver
    }
}

/// Workers of one solver, each lent to one thread at a time, so that what they remember is not lost.
#[derive(Debug)]
pub struct Workers<'s, 'm> {
    solver: &'s Solver<'m>,
    idle: Mutex<Vec<Worker<'s, 'm>>>,
}

impl<'s, 'm> Workers<'s, 'm> {
    /// None yet; there will be as many as threads at the same time.
    pub fn new(solver: &'s Solver<'m>) -> Self {
        Workers { solver, idle: Mutex::default() }
    }

    /// Lends a worker.
    pub fn with<T>(&self, work: impl FnOnce(&mut Worker<'s, 'm>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut worker = taken.unwrap_or_else(|| self.solver.worker());
        let result = work(&mut worker);
        idle().push(worker);
        result
    }
}
