//! Opening models.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;

use crate::engine::Slot;
use crate::pool::pool;
use crate::run::{Tell, run};

/// The shipped model, unpacked once for all objects of a process. Locked by who has the interpreter's lock.
static SHIPPED: Mutex<Option<(Arc<impute::Model>, Arc<Slot>)>> = Mutex::new(None);

/// The model of a file. On a pool of this process: to unpack a compact model takes threads, and a forked child does
/// not have its parent's.
pub fn open(py: Python<'_>, path: &Path, threads: usize) -> PyResult<impute::Model> {
    let pool = pool(py, threads)?;
    run(py, &pool, &Tell::Nobody, |told| impute::Model::open_while(path, told))
}

/// The shipped model.
pub fn shipped(py: Python<'_>, threads: usize) -> PyResult<(Arc<impute::Model>, Arc<Slot>)> {
    let known = || SHIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(shipped) = known().clone() {
        return Ok(shipped);
    }
    let pool = pool(py, threads)?;
    let opened = run(py, &pool, &Tell::Nobody, |_| impute::Model::shipped_without_lists())?;
    Ok(known().get_or_insert_with(|| (Arc::new(opened), Arc::default())).clone())
}
