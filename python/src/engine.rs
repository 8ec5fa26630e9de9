//! What answering needs: posting lists, tables, and the scratch memory of the threads.

use std::sync::{Arc, Mutex, PoisonError};

use impute::progress::Progress;
use impute::repair::{Repairer, Settings};
use impute::solve::{Effort, Inserts, Method};
use impute::{Error, Result, Solver, Workers};
use pyo3::prelude::*;

use crate::error::not_one_of;

/// A solver with workers for every way of asking.
pub struct Engine {
    process: u32,
    solver: Solver,
    /// Fast, and exact: each for any string, and for words only.
    workers: [[Workers; 2]; 2],
}

impl Engine {
    fn new(solver: Solver) -> Self {
        let workers = [Effort::Fast, Effort::Exact].map(|effort| {
            [Inserts::Any, Inserts::Words].map(|inserts| {
                Workers::new(&solver.clone().with_effort(effort).with_inserts(inserts))
            })
        });
        Engine { process: std::process::id(), solver, workers }
    }

    /// A model made ready.
    pub fn of(model: &Arc<impute::Model>, progress: &dyn Progress) -> Result<Self> {
        let made = model.make_lists(progress)?.map_or_else(|| model.clone(), Arc::new);
        progress.go_on()?;
        Ok(Engine::new(Solver::new(made)?))
    }

    pub fn workers(&self, effort: Effort, inserts: Inserts) -> &Workers {
        let [fast, exact] = &self.workers;
        let [any, words] = if effort == Effort::Exact { exact } else { fast };
        if inserts == Inserts::Words { words } else { any }
    }

    /// A repairer with settings that `settings` makes of the model's own prior for a rate of false alarms.
    pub fn repairer(&self, settings: Settings) -> Result<Repairer> {
        Repairer::new(&self.solver, repair_of(self.solver.model())?.weights, settings)
    }
}

/// What repairing needs of a model.
pub fn repair_of(model: &impute::Model) -> Result<&impute::model::header::Repair> {
    model.header().repair.as_ref().ok_or_else(|| {
        Error::file(
            model.name(),
            "a model that does not know when nothing is missing",
            "fit it with `impute tune MODEL --on TEXT`, whole sentences of the kind that it is to repair",
        )
    })
}

/// The engine of a model, once it is made; in a forked process its own, with the parent's tables but not the scratch
/// memory, which the parent's threads may have been using.
#[derive(Default)]
pub struct Slot(Mutex<Option<Arc<Engine>>>);

impl Slot {
    /// The engine, if there is one. For who has the interpreter's lock.
    pub fn get(&self, _: Python<'_>) -> Option<Arc<Engine>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = slot.as_ref()?;
        if engine.process != std::process::id() {
            let own = Arc::new(Engine::new(engine.solver.clone()));
            std::mem::forget(slot.replace(own));
        }
        slot.clone()
    }

    /// Keeps an engine, unless another thread was sooner, and returns the one that is kept.
    pub fn put(&self, py: Python<'_>, made: Engine) -> Arc<Engine> {
        self.get(py).unwrap_or_else(|| {
            let made = Arc::new(made);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
            made
        })
    }
}

/// What may go in, by its name.
pub fn inserts(name: &str) -> PyResult<Inserts> {
    match name {
        "any" => Ok(Inserts::Any),
        "words" => Ok(Inserts::Words),
        other => Err(not_one_of(format!("insert={other:?}"), "give 'any' or 'words'")),
    }
}

/// A method, by its name.
pub fn method(name: &str) -> PyResult<Method> {
    let all = [Method::Posterior, Method::MinLikelihood];
    let found = all.into_iter().find(|method| method.name() == name);
    let remedy = "give 'posterior' or 'min-likelihood'";
    found.ok_or_else(|| not_one_of(format!("method={name:?}"), remedy))
}
