//! The threads of a process. A process that was forked has none of its parent's: its own are started when first
//! needed.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::refused;

/// More threads are a slip, as for the command line.
const MOST: usize = 1024;

/// Pools by their numbers of threads, and the process they belong to. Locked for moments, and only by who has the
/// interpreter's lock.
static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

struct Pools {
    process: u32,
    /// By the number of threads that was asked for: the system may give fewer.
    pools: Vec<(usize, Arc<ThreadPool>)>,
}

/// The number of threads that is meant: all processors that this process may use, where none is given.
pub fn threads(py: Python<'_>, given: Option<usize>) -> PyResult<usize> {
    match given {
        Some(threads) if !(1..=MOST).contains(&threads) => {
            Err(refused(py, format!("{threads} threads"), "give 1 to 1024"))
        }
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// The pool of so many threads in this process.
pub fn pool(_: Python<'_>, threads: usize) -> PyResult<Arc<ThreadPool>> {
    let mut known = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if known.as_ref().is_some_and(|known| known.process != process) {
        // Ending them would wake and await threads that this process does not have.
        std::mem::forget(known.take());
    }
    let pools = &mut known.get_or_insert_with(|| Pools { process, pools: Vec::new() }).pools;
    if let Some((_, pool)) = pools.iter().find(|(asked, _)| *asked == threads) {
        return Ok(pool.clone());
    }
    let made = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("impute {i}"))
        .build()
        .map_err(|error| {
            PyRuntimeError::new_err(format!("threads could not be started: {error}"))
        })?;
    let pool = Arc::new(made);
    pools.push((threads, pool.clone()));
    Ok(pool)
}
