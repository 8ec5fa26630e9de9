//! The end of a history, as kenlm has it.

use std::hash::{DefaultHasher, Hash, Hasher};

use impute::query;
use pyo3::basic::CompareOp;
use pyo3::prelude::*;

/// What a model remembers of the words before: as many as can change the probability of the next one.
#[pyclass(module = "impute._native")]
#[derive(Clone, Copy, Default)]
pub struct State {
    pub(crate) of: query::State,
}

#[pymethods]
impl State {
    #[new]
    fn new() -> Self {
        State::default()
    }

    fn __copy__(&self) -> Self {
        *self
    }

    #[pyo3(signature = (memo=None))]
    fn __deepcopy__(&self, memo: Option<Bound<'_, PyAny>>) -> Self {
        let _ = memo;
        *self
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.of.nodes().hash(&mut hasher);
        hasher.finish()
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<State>() else {
            return Ok(py.NotImplemented());
        };
        let other = other.try_borrow()?.of;
        let order = self.of.nodes().cmp(other.nodes());
        Ok(op.matches(order).into_pyobject(py)?.to_owned().into_any().unbind())
    }
}
