//! Ordinary text with its missing words.

use std::io::Cursor;

use impute::progress::Progress;
use impute::repair::odds::ln_odds;
use impute::repair::{Insertion as Found, Repairer, Settings, apply};
use impute::text::input::decompress;
use impute::text::ordinary::Sentence;
use impute::text::ordinary::blocks::{Block, Blocks};
use impute::{Result, Workers};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::engine::repair_of;
use crate::error::{Raise, refused};
use crate::text::{Text, string};

/// A batch is full at this many bytes: a stop is noticed between two.
const BATCH: usize = 1 << 18;

/// A word that is most likely missing in a text.
#[pyclass(frozen, module = "impute._native")]
pub struct Insertion {
    offset: usize,
    found: Found,
}

/// A text with its missing words.
#[pyclass(frozen, module = "impute._native")]
pub struct Repaired {
    text: Vec<u8>,
    insertions: Vec<(usize, Found)>,
    sentences: usize,
}

/// What is wanted, for this model.
pub fn settings(
    py: Python<'_>,
    model: &impute::Model,
    at_least: f64,
    prior: Option<f64>,
    false_alarms: Option<f64>,
) -> PyResult<Settings> {
    let mut settings = Settings::default();
    settings.at_least = at_least;
    match (prior, false_alarms) {
        (Some(_), Some(_)) => {
            return Err(refused(py, "both prior and false_alarms", "give one of them"));
        }
        (Some(prior), None) if !(prior > 0.0 && prior < 1.0) => {
            return Err(refused(py, format!("prior {prior}"), "give a number between 0 and 1"));
        }
        (Some(prior), None) => settings.ln_prior = ln_odds(prior),
        (None, Some(rate)) => {
            let known = repair_of(model).and_then(|repair| repair.ln_prior(rate));
            settings.ln_prior = known.raise(py)?;
        }
        (None, None) => {}
    }
    Ok(settings)
}

impl Repaired {
    pub fn of(
        given: &Text,
        workers: &Workers,
        repairer: &Repairer,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let source = Box::new(Cursor::new(given.as_ref().to_vec()));
        let mut blocks = Blocks::new(decompress(source, "the text".to_owned(), None)?, false);
        let mut repaired = Repaired { text: Vec::new(), insertions: Vec::new(), sentences: 0 };
        let mut characters = given.is_str().then_some(0);
        loop {
            let batch = batch(&mut blocks)?;
            if batch.is_empty() {
                return Ok(repaired);
            }
            repaired.batch(&batch, workers, repairer, progress, &mut characters)?;
        }
    }

    fn batch(
        &mut self,
        blocks: &[Block],
        workers: &Workers,
        repairer: &Repairer,
        progress: &dyn Progress,
        characters: &mut Option<usize>,
    ) -> Result<()> {
        let sentences: Vec<Vec<Sentence>> = blocks.iter().map(Block::sentences).collect();
        let all: Vec<&Sentence> = sentences.iter().flatten().collect();
        let found = workers.map(&all, progress, |worker, some| repairer.repair(worker, some))?;
        let mut found = found.into_iter();
        for (block, sentences) in blocks.iter().zip(&sentences) {
            let own: Vec<Found> = found.by_ref().take(sentences.len()).flatten().collect();
            self.text.extend(apply(&block.bytes, own.iter()));
            self.sentences += sentences.len();
            let mut counted = 0;
            for insertion in own {
                let at = insertion.place.at;
                let offset = match characters {
                    Some(before) => {
                        *before += chars(&block.bytes[counted..at]);
                        *before
                    }
                    None => block.offset as usize + at,
                };
                counted = at;
                self.insertions.push((offset, insertion));
            }
            if let Some(before) = characters {
                *before += chars(&block.bytes[counted..]);
            }
        }
        Ok(())
    }
}

/// Characters of UTF-8: bytes that begin one.
fn chars(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// The next blocks; none at the end.
fn batch(blocks: &mut Blocks) -> Result<Vec<Block>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while bytes < BATCH {
        let Some(block) = blocks.next_block()? else { break };
        bytes += block.bytes.len();
        batch.push(block);
    }
    Ok(batch)
}

#[pymethods]
impl Repaired {
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        string(py, &self.text)
    }

    #[getter]
    fn insertions(&self) -> Vec<Insertion> {
        let insertions = self.insertions.iter();
        insertions
            .map(|(offset, found)| Insertion { offset: *offset, found: found.clone() })
            .collect()
    }

    #[getter]
    fn sentences(&self) -> usize {
        self.sentences
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("text", self.text(py)?)?;
        let insertions = self.insertions();
        let insertions = insertions.iter().map(|insertion| insertion.to_dict(py));
        dict.set_item("insertions", insertions.collect::<PyResult<Vec<_>>>()?)?;
        dict.set_item("sentences", self.sentences)?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        format!("Repaired({} sentences, {} insertions)", self.sentences, self.insertions.len())
    }
}

#[pymethods]
impl Insertion {
    #[getter]
    fn offset(&self) -> usize {
        self.offset
    }

    #[getter]
    fn insert<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        string(py, &self.found.place.text)
    }

    #[getter]
    fn word<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        string(py, &self.found.word)
    }

    #[getter]
    fn probability(&self) -> f64 {
        self.found.probability
    }

    #[getter]
    fn gap_probability(&self) -> f64 {
        self.found.gap_probability
    }

    #[getter]
    fn alternatives<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyString>, f64)>> {
        let all = self.found.alternatives.iter();
        all.map(|(word, probability)| Ok((string(py, word)?, *probability))).collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("offset", self.offset)?;
        dict.set_item("insert", self.insert(py)?)?;
        dict.set_item("word", self.word(py)?)?;
        dict.set_item("probability", self.found.probability)?;
        dict.set_item("gap_probability", self.found.gap_probability)?;
        dict.set_item("alternatives", self.alternatives(py)?)?;
        Ok(dict)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (insert, p) = (self.insert(py)?.repr()?, self.found.probability);
        Ok(format!("Insertion({insert} at {}, probability={p:.2})", self.offset))
    }
}
