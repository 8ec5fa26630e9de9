//! Answers, alone and with their alternatives.

use std::hash::{DefaultHasher, Hash, Hasher};

use impute::solve::k_best;
use impute::text::tokens;
use impute::{Solver, solve};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::text::{Text, string};

/// A sentence with what was put into it. Distances and gains are in characters.
#[pyclass(frozen, module = "impute._native")]
pub struct Answer {
    given: Text,
    sentence: Vec<u8>,
    insert: Option<Inserted>,
    is_word: bool,
    expected: Option<f64>,
    gain: Option<f64>,
    gap_probability: Option<f64>,
    word_probability: Option<f64>,
}

/// What went in: after how many tokens and bytes.
struct Inserted {
    gap: usize,
    byte: usize,
    text: String,
}

impl Answer {
    pub fn new(given: Text, answer: solve::Answer) -> Self {
        let insert = answer.insert.map(|insert| Inserted {
            gap: insert.gap + 1,
            byte: tokens::gap(given.as_ref(), insert.gap),
            text: insert.text,
        });
        Answer {
            given,
            sentence: answer.sentence,
            insert,
            is_word: answer.is_word,
            expected: answer.expected,
            gain: answer.gain,
            gap_probability: None,
            word_probability: None,
        }
    }

    pub fn with_probabilities(self, gap: Option<f64>, word: Option<f64>) -> Self {
        Answer { gap_probability: gap, word_probability: word, ..self }
    }

    fn same(&self, other: &Answer) -> bool {
        let insert = |answer: &Answer| {
            answer.insert.as_ref().map(|insert| (insert.gap, insert.text.clone()))
        };
        self.given.as_ref() == other.given.as_ref()
            && self.sentence == other.sentence
            && insert(self) == insert(other)
            && (self.expected, self.gain) == (other.expected, other.gain)
            && (self.gap_probability, self.word_probability)
                == (other.gap_probability, other.word_probability)
    }
}

type Parts<'py> = (
    Bound<'py, PyString>,
    Bound<'py, PyString>,
    Option<(usize, usize, String)>,
    bool,
    [Option<f64>; 4],
);

#[pymethods]
impl Answer {
    #[staticmethod]
    #[pyo3(name = "_of", signature = (given, sentence, insert, is_word, figures))]
    fn of(
        given: Text,
        sentence: Text,
        insert: Option<(usize, usize, String)>,
        is_word: bool,
        figures: [Option<f64>; 4],
    ) -> Self {
        let [expected, gain, gap_probability, word_probability] = figures;
        let insert = insert.map(|(gap, byte, text)| Inserted { gap, byte, text });
        let sentence = sentence.as_ref().to_vec();
        Answer {
            given,
            sentence,
            insert,
            is_word,
            expected,
            gain,
            gap_probability,
            word_probability,
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Parts<'py>)> {
        let of = py.get_type::<Answer>().getattr("_of")?;
        let insert =
            self.insert.as_ref().map(|insert| (insert.gap, insert.byte, insert.text.clone()));
        let figures = [self.expected, self.gain, self.gap_probability, self.word_probability];
        Ok((of, (self.given(py)?, self.sentence(py)?, insert, self.is_word, figures)))
    }

    #[getter]
    fn given<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.given.to_str(py)
    }

    #[getter]
    fn sentence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        string(py, &self.sentence)
    }

    #[getter]
    fn word(&self) -> Option<&str> {
        self.insert.as_ref().map(|insert| &*insert.text)
    }

    #[getter]
    fn gap(&self) -> Option<usize> {
        self.insert.as_ref().map(|insert| insert.gap)
    }

    #[getter]
    fn byte(&self) -> Option<usize> {
        self.insert.as_ref().map(|insert| insert.byte)
    }

    #[getter]
    fn changed(&self) -> bool {
        self.insert.is_some()
    }

    #[getter]
    fn is_word(&self) -> bool {
        self.is_word
    }

    #[getter]
    fn expected(&self) -> Option<f64> {
        self.expected
    }

    #[getter]
    fn gain(&self) -> Option<f64> {
        self.gain
    }

    #[getter]
    fn gap_probability(&self) -> Option<f64> {
        self.gap_probability
    }

    #[getter]
    fn word_probability(&self) -> Option<f64> {
        self.word_probability
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("given", self.given(py)?)?;
        dict.set_item("sentence", self.sentence(py)?)?;
        dict.set_item("word", self.word())?;
        dict.set_item("gap", self.gap())?;
        dict.set_item("byte", self.byte())?;
        dict.set_item("changed", self.changed())?;
        dict.set_item("is_word", self.is_word)?;
        dict.set_item("expected", self.expected)?;
        dict.set_item("gain", self.gain)?;
        dict.set_item("gap_probability", self.gap_probability)?;
        dict.set_item("word_probability", self.word_probability)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Answer>().is_ok_and(|other| self.same(other.get()))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.given.as_ref(), &self.sentence).hash(&mut hasher);
        hasher.finish()
    }

    fn __str__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.sentence(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let sentence = self.sentence(py)?.repr()?;
        let told = match (&self.insert, self.gain) {
            (None, _) => "unchanged".to_owned(),
            (Some(Inserted { text, gap, .. }), Some(gain)) => {
                format!("word={:?}, gap={gap}, gain={gain:.2}", text)
            }
            (Some(Inserted { text, gap, .. }), None) => format!("word={text:?}, gap={gap}"),
        };
        Ok(format!("Answer({sentence}, {told})"))
    }
}

/// A word in a gap.
#[pyclass(frozen, get_all, module = "impute._native")]
pub struct Pair {
    word: String,
    gap: usize,
    byte: usize,
    probability: Option<f64>,
    gap_probability: Option<f64>,
    word_probability: f64,
    gain: Option<f64>,
}

impl Pair {
    fn new(solver: &Solver, sentence: &[u8], pair: &k_best::Pair) -> Self {
        Pair {
            word: String::from_utf8_lossy(solver.word(pair.word)).into_owned(),
            gap: pair.gap + 1,
            byte: tokens::gap(sentence, pair.gap),
            probability: pair.gap_probability.map(|gap| gap * pair.word_probability),
            gap_probability: pair.gap_probability,
            word_probability: pair.word_probability,
            gain: pair.gain,
        }
    }
}

#[pymethods]
impl Pair {
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("word", &self.word)?;
        dict.set_item("gap", self.gap)?;
        dict.set_item("byte", self.byte)?;
        dict.set_item("probability", self.probability)?;
        dict.set_item("gap_probability", self.gap_probability)?;
        dict.set_item("word_probability", self.word_probability)?;
        dict.set_item("gain", self.gain)?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        let p = self.probability.unwrap_or(self.word_probability);
        format!("Pair(word={:?}, gap={}, probability={p:.4})", self.word, self.gap)
    }
}

/// An answer with its alternatives.
#[pyclass(frozen, module = "impute._native")]
pub struct KBest {
    answer: Py<Answer>,
    unchanged: Option<f64>,
    covered: Option<f64>,
    top: Vec<Py<Pair>>,
}

impl KBest {
    pub fn new(
        py: Python<'_>,
        solver: &Solver,
        given: Text,
        best: k_best::KBest,
    ) -> PyResult<Self> {
        let top = best.top.iter().map(|pair| Py::new(py, Pair::new(solver, given.as_ref(), pair)));
        let top = top.collect::<PyResult<_>>()?;
        let answer = Answer::new(given, best.answer)
            .with_probabilities(best.gap_probability, best.word_probability);
        let (unchanged, covered) = (best.unchanged, best.covered);
        Ok(KBest { answer: Py::new(py, answer)?, unchanged, covered, top })
    }
}

#[pymethods]
impl KBest {
    #[getter]
    fn answer(&self, py: Python<'_>) -> Py<Answer> {
        self.answer.clone_ref(py)
    }

    #[getter]
    fn unchanged(&self) -> Option<f64> {
        self.unchanged
    }

    #[getter]
    fn covered(&self) -> Option<f64> {
        self.covered
    }

    #[getter]
    fn top(&self, py: Python<'_>) -> Vec<Py<Pair>> {
        self.top.iter().map(|pair| pair.clone_ref(py)).collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (dict, answer) = (PyDict::new(py), self.answer.get());
        dict.set_item("answer", answer.sentence(py)?)?;
        let inserted = answer.insert.as_ref().map(|insert| -> PyResult<_> {
            let dict = PyDict::new(py);
            dict.set_item("text", &insert.text)?;
            dict.set_item("gap", insert.gap)?;
            dict.set_item("byte", insert.byte)?;
            dict.set_item("is_word", answer.is_word)?;
            dict.set_item("gap_probability", answer.gap_probability)?;
            dict.set_item("word_probability", answer.word_probability)?;
            Ok(dict)
        });
        dict.set_item("inserted", inserted.transpose()?)?;
        dict.set_item("expected", answer.expected)?;
        dict.set_item("unchanged", self.unchanged)?;
        dict.set_item("gain", answer.gain)?;
        dict.set_item("covered", self.covered)?;
        let top = self.top.iter().map(|pair| pair.get().to_dict(py));
        dict.set_item("top", top.collect::<PyResult<Vec<_>>>()?)?;
        Ok(dict)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (answer, n) = (self.answer.get().__repr__(py)?, self.top.len());
        Ok(format!("KBest({answer}, {n} pairs)"))
    }
}
