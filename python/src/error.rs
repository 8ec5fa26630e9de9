//! The library's errors as Python's, with `path` and `line`.

use std::io;

use impute::{Error, ErrorKind};
use pyo3::exceptions::{
    PyBrokenPipeError, PyFileExistsError, PyFileNotFoundError, PyInterruptedError,
    PyIsADirectoryError, PyKeyboardInterrupt, PyMemoryError, PyNotADirectoryError, PyOSError,
    PyPermissionError, PyValueError,
};
use pyo3::prelude::*;

/// The exception that an error becomes.
pub fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let message = error.to_string();
    let raised = match error.kind() {
        ErrorKind::Io(kind) => of_system(kind, message),
        ErrorKind::Memory => PyMemoryError::new_err(message),
        ErrorKind::Stopped => PyKeyboardInterrupt::new_err(message),
        _ => PyValueError::new_err(message),
    };
    placed(py, raised, error.path(), error.line())
}

/// One of Python's own errors, which is about no file.
pub fn nowhere(py: Python<'_>, error: PyErr) -> PyErr {
    placed(py, error, None, None)
}

fn placed(py: Python<'_>, error: PyErr, path: Option<&str>, line: Option<u64>) -> PyErr {
    let value = error.value(py);
    match value.setattr("path", path).and_then(|()| value.setattr("line", line)) {
        Ok(()) => error,
        Err(other) => other,
    }
}

fn of_system(kind: io::ErrorKind, message: String) -> PyErr {
    match kind {
        io::ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
        io::ErrorKind::PermissionDenied => PyPermissionError::new_err(message),
        io::ErrorKind::IsADirectory => PyIsADirectoryError::new_err(message),
        io::ErrorKind::NotADirectory => PyNotADirectoryError::new_err(message),
        io::ErrorKind::AlreadyExists => PyFileExistsError::new_err(message),
        io::ErrorKind::BrokenPipe => PyBrokenPipeError::new_err(message),
        io::ErrorKind::Interrupted => PyInterruptedError::new_err(message),
        io::ErrorKind::OutOfMemory => PyMemoryError::new_err(message),
        // What a decompressor says of a damaged file.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            PyValueError::new_err(message)
        }
        _ => PyOSError::new_err(message),
    }
}

/// An argument that makes no sense, raised as the library's own errors are.
pub fn refused(py: Python<'_>, what: impl Into<String>, remedy: &'static str) -> PyErr {
    raised(py, &Error::value(what, remedy))
}

/// The same for a name that is none of those known, told by who has the interpreter's lock.
pub fn not_one_of(what: String, remedy: &'static str) -> PyErr {
    Python::attach(|py| refused(py, what, remedy))
}

/// A result of the library as one of Python.
pub trait Raise<T> {
    /// # Errors
    /// The exception that the error becomes.
    fn raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raise<T> for impute::Result<T> {
    fn raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raised(py, &error))
    }
}
