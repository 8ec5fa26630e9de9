//! Workers for as many threads as come.

use std::sync::{Mutex, PoisonError};

use super::{Solver, Worker};

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
