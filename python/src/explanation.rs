//! What an answer rests on, with the names of `impute explain --json`.

use impute::Solver;
use impute::solve::decide::decision::Change;
use impute::solve::explain::{self, ExplainedWord, LikelyGap};
use impute::solve::gap::terms::NAMES;
use impute::solve::word::posterior::PARTS;
use impute::text::tokens;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::text::{Text, string};
use crate::value;

/// How many of the words are named that share letters.
const SHARING: usize = 5;

/// All that an answer rests on.
#[pyclass(frozen, module = "impute._native")]
pub struct Explanation {
    sentence: Vec<u8>,
    answer: Py<Answer>,
    /// Nothing for a sentence of fewer than three words.
    known: Option<Known>,
}

struct Known {
    probabilities: Vec<f64>,
    unchanged: f64,
    /// As `impute explain --json` prints it.
    all: Value,
}

impl Explanation {
    pub fn new(
        py: Python<'_>,
        solver: &Solver,
        sentence: Text,
        explained: Option<explain::Explanation>,
    ) -> PyResult<Self> {
        let bytes = sentence.as_ref().to_vec();
        let Some(explained) = explained else {
            let as_it_stands = impute::solve::Answer {
                sentence: bytes.clone(),
                insert: None,
                is_word: false,
                expected: None,
                gain: None,
            };
            let answer = Py::new(py, Answer::new(sentence, as_it_stands))?;
            return Ok(Explanation { sentence: bytes, answer, known: None });
        };
        let all = Told { solver, sentence: &bytes, tokens: tokens_of(&bytes) }.all(&explained);
        let probabilities = explained.gaps.iter().map(|gap| gap.probability).collect();
        let gap = explained.answer.insert.as_ref();
        let gap = gap.map(|insert| explained.gaps[insert.gap].probability);
        let known = Some(Known { probabilities, unchanged: explained.unchanged, all });
        let answer = Answer::new(sentence, explained.answer)
            .with_probabilities(gap, explained.word_probability);
        Ok(Explanation { sentence: bytes, answer: Py::new(py, answer)?, known })
    }

    fn part<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let part = self.known.as_ref().map_or(&Value::Null, |known| &known.all[name]);
        value::object(py, part)
    }
}

fn tokens_of(sentence: &[u8]) -> Vec<String> {
    tokens::split(sentence).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// An explanation being told.
struct Told<'a> {
    solver: &'a Solver,
    sentence: &'a [u8],
    tokens: Vec<String>,
}

impl Told<'_> {
    fn all(&self, known: &explain::Explanation) -> Value {
        let answer = &known.answer;
        let gaps = known.gaps.iter().enumerate().map(|(gap, share)| {
            self.at(gap, json!({
                "left": self.tokens[gap], "right": self.tokens[gap + 1], "probability": share.probability,
                "ngrams": share.ngrams, "net": share.net,
            }))
        });
        let inserted = answer.insert.as_ref().map(|insert| {
            self.at(
                insert.gap,
                json!({
                    "text": insert.text, "is_word": answer.is_word,
                    "gap_probability": known.gaps[insert.gap].probability,
                    "word_probability": known.word_probability,
                }),
            )
        });
        let shared = known.shared_by.iter().take(SHARING).map(|&id| self.word(id));
        json!({
            "sentence": String::from_utf8_lossy(self.sentence),
            "gaps": gaps.collect::<Vec<_>>(),
            "likely": known.likely.iter().map(|gap| self.likely(gap)).collect::<Vec<_>>(),
            "ngram_weight": known.ngram_weight,
            "answer": String::from_utf8_lossy(&answer.sentence),
            "inserted": inserted,
            "expected": answer.expected,
            "unchanged": known.unchanged,
            "gain": answer.gain,
            "best_change": known.change.as_ref().map(|change| self.change(change)),
            "cheaper": known.cheaper.as_ref().map(|change| self.change(change)),
            "shared_by": shared.collect::<Vec<_>>(),
        })
    }

    /// The same, said of a gap.
    fn at(&self, gap: usize, mut said: Value) -> Value {
        said["gap"] = (gap + 1).into();
        said["byte"] = tokens::gap(self.sentence, gap).into();
        said
    }

    fn change(&self, change: &Change) -> Value {
        self.at(change.insert.gap, json!({ "text": change.insert.text, "gain": change.gain }))
    }

    fn likely(&self, gap: &LikelyGap) -> Value {
        let named = |names: &[&str], nats: &[f64]| -> Map<String, Value> {
            names.iter().zip(nats).map(|(name, &nats)| ((*name).to_owned(), nats.into())).collect()
        };
        let word = |word: &ExplainedWord| {
            json!({
                "word": self.word(word.known.word), "probability": word.known.probability,
                "ngrams": word.known.ngrams, "net": word.known.net, "constant": word.terms.constant,
                "terms": named(&NAMES, &word.terms.terms), "nats": named(&PARTS, &word.known.parts),
            })
        };
        let words: Vec<Value> = gap.words.iter().map(word).collect();
        let said = json!({ "probability": gap.probability, "words": words, "others": gap.others });
        self.at(gap.gap, said)
    }

    fn word(&self, id: u32) -> String {
        String::from_utf8_lossy(self.solver.word(id)).into_owned()
    }
}

#[pymethods]
impl Explanation {
    #[getter]
    fn sentence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        string(py, &self.sentence)
    }

    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyString>>> {
        tokens::split(&self.sentence).map(|token| string(py, token)).collect()
    }

    #[getter]
    fn answer(&self, py: Python<'_>) -> Py<Answer> {
        self.answer.clone_ref(py)
    }

    #[getter]
    fn gap_probabilities(&self) -> Vec<f64> {
        self.known.as_ref().map_or(Vec::new(), |known| known.probabilities.clone())
    }

    #[getter]
    fn unchanged(&self) -> Option<f64> {
        self.known.as_ref().map(|known| known.unchanged)
    }

    #[getter]
    fn gaps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.known {
            Some(_) => self.part(py, "gaps"),
            None => Ok(pyo3::types::PyList::empty(py).into_any()),
        }
    }

    #[getter]
    fn likely<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.known {
            Some(_) => self.part(py, "likely"),
            None => Ok(pyo3::types::PyList::empty(py).into_any()),
        }
    }

    #[getter]
    fn best_change<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "best_change")
    }

    #[getter]
    fn cheaper<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "cheaper")
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match &self.known {
            Some(known) => value::dict(py, &known.all),
            None => {
                let sentence = String::from_utf8_lossy(&self.sentence);
                let nothing = json!({
                    "sentence": sentence, "gaps": [], "likely": [], "ngram_weight": null, "answer": sentence,
                    "inserted": null, "expected": null, "unchanged": null, "gain": null,
                    "best_change": null, "cheaper": null, "shared_by": [],
                });
                value::dict(py, &nothing)
            }
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Explanation({})", self.answer.bind(py).repr()?))
    }
}
