//! Sentences in and out. What is not UTF-8 in `bytes` is written with lone surrogates in a `str`, and read back.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyString};

use crate::error::nowhere;

/// A `str` or `bytes`, not copied.
pub enum Text {
    Str(PyBackedStr),
    Bytes(PyBackedBytes),
    /// Of a `str` with lone surrogates.
    Own(Vec<u8>),
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        match self {
            Text::Str(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
            Text::Own(bytes) => bytes,
        }
    }
}

impl Text {
    /// Whether it was given as a `str`.
    pub fn is_str(&self) -> bool {
        !matches!(self, Text::Bytes(_))
    }

    /// The text as a `str`.
    pub fn to_str<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        match self {
            Text::Str(text) => Ok(text.as_py_str().bind(py).clone()),
            other => string(py, other.as_ref()),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.cast::<PyString>() {
            if let Ok(text) = PyBackedStr::try_from(text.to_owned()) {
                return Ok(Text::Str(text));
            }
            let bytes = text.call_method1("encode", ("utf-8", "surrogateescape"));
            return Ok(Text::Own(bytes.map_err(|error| nowhere(text.py(), error))?.extract()?));
        }
        if let Ok(bytes) = given.extract::<PyBackedBytes>() {
            return Ok(Text::Bytes(bytes));
        }
        let of = given.get_type().name()?;
        Err(PyTypeError::new_err(format!("text is a str or bytes, not {of}")))
    }
}

/// Room for so many is made before the first is seen, however many a `range` claims to be.
const EXPECTED: usize = 1 << 16;

/// Several of them.
pub struct Texts(pub Vec<Text>);

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        refuse_one(&given)?;
        let mut texts = Vec::with_capacity(given.len().unwrap_or(0).min(EXPECTED));
        for text in given.try_iter()? {
            texts.push(text?.extract()?);
        }
        Ok(Texts(texts))
    }
}

/// Refuses a lone text where a list of them is meant: it would be taken for a list of its letters.
pub fn refuse_one(given: &Bound<'_, PyAny>) -> PyResult<()> {
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyBytes>() {
        let of = given.get_type().name()?;
        let what = format!("a list is meant, not a lone {of}; put it into one: [text]");
        return Err(PyTypeError::new_err(what));
    }
    Ok(())
}

/// Bytes as a `str`.
pub fn string<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(PyString::new(py, text)),
        Err(_) => {
            let bytes = PyBytes::new(py, bytes);
            PyString::from_encoded_object(&bytes, Some(c"utf-8"), Some(c"surrogateescape"))
        }
    }
}
