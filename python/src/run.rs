//! Runs work on the threads of a pool, without the interpreter's lock, while the thread that asked for it tells how
//! far it is and listens for Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use impute::Result;
use impute::progress::{Progress, Unit};
use pyo3::prelude::*;
use rayon::ThreadPool;

use crate::error::Raise;

/// How often the caller looks up from waiting.
const TICK: Duration = Duration::from_millis(100);

/// Whom to tell how far the work is.
pub enum Tell {
    Nobody,
    /// How many more are done.
    More(Py<PyAny>),
    /// The stage, its unit, how many there are, and how many are done.
    Stages(Py<PyAny>),
}

impl Tell {
    pub fn more(callback: Option<Py<PyAny>>) -> Self {
        callback.map_or(Tell::Nobody, Tell::More)
    }

    pub fn stages(callback: Option<Py<PyAny>>) -> Self {
        callback.map_or(Tell::Nobody, Tell::Stages)
    }
}

/// What the work tells, until the caller looks.
#[derive(Default)]
pub struct Told {
    stop: AtomicBool,
    done: AtomicU64,
    stage: Mutex<Option<Stage>>,
    notes: Mutex<Vec<String>>,
}

#[derive(Clone)]
struct Stage {
    name: String,
    unit: Unit,
    total: Option<u64>,
}

impl Told {
    /// The lines to be read.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.notes))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress for Told {
    fn stage(&self, name: &str, unit: Unit, total: Option<u64>) {
        *locked(&self.stage) = Some(Stage { name: name.to_owned(), unit, total });
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, n: u64) {
        self.done.fetch_add(n, Ordering::Relaxed);
    }

    fn note(&self, line: &str) {
        locked(&self.notes).push(line.to_owned());
    }

    fn stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Runs `work` to its end, or until Ctrl-C or an exception of the callback stops it.
///
/// # Errors
/// What the work reports, or what stopped it.
pub fn run<T: Send>(
    py: Python<'_>,
    pool: &ThreadPool,
    tell: &Tell,
    work: impl FnOnce(&Told) -> Result<T> + Send,
) -> PyResult<T> {
    let told = Told::default();
    let (mut result, mut interrupted, mut last) = (None, None, 0);
    py.detach(|| {
        pool.in_place_scope(|scope| {
            let (done, ended) = sync_channel::<()>(1);
            let (told, result) = (&told, &mut result);
            scope.spawn(move |_| {
                *result = Some(work(told));
                drop(done);
            });
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if interrupted.is_some() {
                    continue;
                }
                let looked = Python::attach(|py| {
                    py.check_signals()?;
                    look(py, tell, told, &mut last)
                });
                if let Err(error) = looked {
                    told.stop.store(true, Ordering::Relaxed);
                    interrupted = Some(error);
                }
            }
        });
    });
    if let Some(error) = interrupted {
        return Err(error);
    }
    look(py, tell, &told, &mut last)?;
    match result {
        Some(result) => result.raise(py),
        // It panicked, which the end of the scope has passed on.
        None => Err(pyo3::exceptions::PyRuntimeError::new_err("no result")),
    }
}

fn look(py: Python<'_>, tell: &Tell, told: &Told, last: &mut u64) -> PyResult<()> {
    let done = told.done.load(Ordering::Relaxed);
    match tell {
        Tell::Nobody => {}
        Tell::More(callback) => {
            let more = done.saturating_sub(*last);
            if more > 0 {
                callback.call1(py, (more,))?;
            }
            *last = done;
        }
        Tell::Stages(callback) => {
            let stage = locked(&told.stage).clone();
            if let Some(Stage { name, unit, total }) = stage {
                callback.call1(py, (name, named(unit), total, done))?;
            }
        }
    }
    Ok(())
}

fn named(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "bytes",
        Unit::Sentences => "sentences",
        Unit::Tokens => "tokens",
        _ => "pieces",
    }
}
