//! A model, opened: scores, answers, and what it says of itself.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use impute::progress::{Progress, Quiet};
use impute::query::Scratch;
use impute::solve::{Effort, Method};
use impute::text::tokens;
use impute::{Scorer, Solver};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyType};
use rayon::prelude::*;

use crate::answer::{Answer, KBest};
use crate::engine::{Engine, Slot, inserts, method};
use crate::error::Raise;
use crate::explanation::Explanation;
use crate::fill::fill;
use crate::open::{open, shipped};
use crate::pool::{pool, threads};
use crate::repair::{Repaired, settings};
use crate::run::{Tell, run};
use crate::state::State;
use crate::text::{Text, Texts, string};
use crate::value;

/// A longer text is scored without the interpreter's lock; for a shorter one, giving it away takes longer.
const LONG: usize = 4096;
/// How many sentences a thread scores at a time.
const PIECE: usize = 64;

/// A model, opened. It never changes, may be used by any number of threads at once, and is pickled by its path.
#[pyclass(frozen, subclass, module = "impute._native")]
pub struct Model {
    model: Arc<impute::Model>,
    path: Option<PathBuf>,
    threads: usize,
    engine: Arc<Slot>,
}

type FullScore = (f64, usize, bool);

impl Model {
    pub fn model(&self) -> &Arc<impute::Model> {
        &self.model
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    fn scorer(&self) -> Scorer<'_> {
        Scorer::new(&self.model)
    }

    /// What answering needs, made at its first use.
    pub fn engine(&self, py: Python<'_>) -> PyResult<Arc<Engine>> {
        if let Some(engine) = self.engine.get(py) {
            return Ok(engine);
        }
        let pool = pool(py, self.threads)?;
        let made = run(py, &pool, &Tell::Nobody, |told| Engine::of(&self.model, &Quiet(told)))?;
        Ok(self.engine.put(py, made))
    }

    /// The shipped model for `None`.
    pub fn opened(
        py: Python<'_>,
        path: Option<PathBuf>,
        given_threads: Option<usize>,
    ) -> PyResult<Self> {
        let threads = threads(py, given_threads)?;
        let (model, engine) = match &path {
            None => shipped(py, threads)?,
            Some(path) => (Arc::new(open(py, path, threads)?), Arc::default()),
        };
        Ok(Model { model, path, threads, engine })
    }
}

#[pymethods]
impl Model {
    #[new]
    #[pyo3(signature = (path=None, threads=None))]
    fn new(py: Python<'_>, path: Option<PathBuf>, threads: Option<usize>) -> PyResult<Self> {
        Model::opened(py, path, threads)
    }

    #[classmethod]
    #[pyo3(signature = (path=None, threads=None))]
    fn load<'py>(
        class: &Bound<'py, PyType>,
        path: Option<Bound<'py, PyAny>>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyAny>> {
        class.call1((path, threads))
    }

    #[getter]
    fn path(&self) -> Option<OsString> {
        self.path.as_ref().map(|path| path.as_os_str().to_owned())
    }

    #[getter]
    fn order(&self) -> usize {
        self.model.header().order
    }

    #[getter]
    fn vocabulary_size(&self) -> usize {
        self.model.view().vocabulary.len()
    }

    #[getter(threads)]
    fn number_of_threads(&self) -> usize {
        self.threads
    }

    #[getter]
    fn description<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        value::dict(py, &value::value(self.model.header())?)
    }

    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        let pool = pool(py, self.threads)?;
        run(py, &pool, &Tell::Nobody, |told| self.model.verify_while(told))
    }

    #[pyo3(signature = (sentences, progress=None, insert="any", method="posterior"))]
    fn answer_many(
        &self,
        py: Python<'_>,
        sentences: Texts,
        progress: Option<Py<PyAny>>,
        insert: &str,
        method: &str,
    ) -> PyResult<Vec<Answer>> {
        let (inserts, method, texts) = (inserts(insert)?, by_name(method)?, sentences.0);
        let engine = self.engine(py)?;
        let workers = engine.workers(Effort::Fast, inserts);
        let pool = pool(py, self.threads)?;
        let answers = run(py, &pool, &Tell::more(progress), |told| {
            workers.map(&texts, told, |worker, texts| worker.answer_all(texts, method))
        })?;
        Ok(texts.into_iter().zip(answers).map(|(text, answer)| Answer::new(text, answer)).collect())
    }

    #[pyo3(signature = (sentences, k=5, progress=None, insert="any", method="posterior"))]
    fn k_best_many(
        &self,
        py: Python<'_>,
        sentences: Texts,
        k: usize,
        progress: Option<Py<PyAny>>,
        insert: &str,
        method: &str,
    ) -> PyResult<Vec<KBest>> {
        let (inserts, method, texts) = (inserts(insert)?, by_name(method)?, sentences.0);
        let engine = self.engine(py)?;
        let workers = engine.workers(Effort::Fast, inserts);
        let pool = pool(py, self.threads)?;
        let best = run(py, &pool, &Tell::more(progress), |told| {
            workers.map(&texts, told, |worker, texts| worker.k_best(texts, method, k))
        })?;
        let solver = workers.solver();
        texts.into_iter().zip(best).map(|(text, best)| KBest::new(py, solver, text, best)).collect()
    }

    #[pyo3(signature = (left, right, targets=None, top_k=10))]
    fn fill<'py>(
        &self,
        py: Python<'py>,
        left: Text,
        right: Text,
        targets: Option<Texts>,
        top_k: usize,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        fill(py, self, &left, &right, targets.map(|targets| targets.0), top_k)
    }

    #[pyo3(signature = (sentence, words=5, insert="any"))]
    fn explain(
        &self,
        py: Python<'_>,
        sentence: Text,
        words: usize,
        insert: &str,
    ) -> PyResult<Explanation> {
        let inserts = inserts(insert)?;
        let engine = self.engine(py)?;
        let workers = engine.workers(Effort::Fast, inserts);
        let pool = pool(py, self.threads)?;
        let explained = run(py, &pool, &Tell::Nobody, |_| {
            Ok(workers.with(|worker| worker.explain(sentence.as_ref(), words)))
        })?;
        Explanation::new(py, workers.solver(), sentence, explained)
    }

    #[pyo3(signature = (text, *, at_least=0.5, prior=None, false_alarms=None, progress=None))]
    fn repair(
        &self,
        py: Python<'_>,
        text: Text,
        at_least: f64,
        prior: Option<f64>,
        false_alarms: Option<f64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Repaired> {
        let settings = settings(py, &self.model, at_least, prior, false_alarms)?;
        let engine = self.engine(py)?;
        let repairer = engine.repairer(settings).raise(py)?;
        let workers = engine.workers(Effort::Fast, impute::solve::Inserts::Any);
        let pool = pool(py, self.threads)?;
        let repaired = run(py, &pool, &Tell::more(progress), |told| {
            Repaired::of(&text, workers, &repairer, told)
        })?;
        Ok(repaired)
    }

    #[pyo3(signature = (sentence, bos=true, eos=true))]
    fn score(&self, py: Python<'_>, sentence: Text, bos: bool, eos: bool) -> f64 {
        let score = || {
            let mut scratch = Scratch::default();
            self.scorer().log10_total(sentence.as_ref(), bos, eos, &mut scratch)
        };
        if sentence.as_ref().len() > LONG { py.detach(score) } else { score() }
    }

    #[pyo3(signature = (sentence, bos=true, eos=true))]
    fn full_scores(&self, py: Python<'_>, sentence: Text, bos: bool, eos: bool) -> Vec<FullScore> {
        let score = || {
            let scored = self.scorer().score_part(sentence.as_ref(), bos, eos);
            let one = |word: &impute::query::WordScore<'_>| {
                (word.log10_p, word.matched, word.is_unknown())
            };
            scored.words.iter().map(one).collect()
        };
        if sentence.as_ref().len() > LONG { py.detach(score) } else { score() }
    }

    fn perplexity(&self, py: Python<'_>, sentence: Text) -> f64 {
        let words = tokens::words(sentence.as_ref()).count() + 1;
        let log10 = self.score(py, sentence, true, true);
        10f64.powf(-log10 / words as f64)
    }

    #[pyo3(signature = (sentences, bos=true, eos=true))]
    fn scores_raw<'py>(
        &self,
        py: Python<'py>,
        sentences: Texts,
        bos: bool,
        eos: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (pool, texts) = (pool(py, self.threads)?, sentences.0);
        let scores = run(py, &pool, &Tell::Nobody, |told| {
            let pieces = texts.par_chunks(PIECE).map(|texts| {
                told.go_on()?;
                let (scorer, mut scratch) = (self.scorer(), Scratch::default());
                let score = |text: &Text| {
                    scorer.log10_total(text.as_ref(), bos, eos, &mut scratch).to_ne_bytes()
                };
                Ok(texts.iter().map(score).collect::<Vec<_>>().concat())
            });
            Ok(pieces.collect::<impute::Result<Vec<Vec<u8>>>>()?.concat())
        })?;
        Ok(PyBytes::new(py, &scores))
    }

    fn begin_state(&self) -> State {
        State { of: self.scorer().begin() }
    }

    fn null_state(&self) -> State {
        State::default()
    }

    fn base_score(
        &self,
        in_state: &Bound<'_, State>,
        word: Text,
        out_state: &Bound<'_, State>,
    ) -> PyResult<f64> {
        Ok(self.base_full_score(in_state, word, out_state)?.0)
    }

    fn base_full_score(
        &self,
        in_state: &Bound<'_, State>,
        word: Text,
        out_state: &Bound<'_, State>,
    ) -> PyResult<FullScore> {
        let history = in_state.try_borrow()?.of;
        let (scored, after) = self.scorer().after(&history, word.as_ref());
        out_state.try_borrow_mut()?.of = after;
        Ok((scored.log10_p, scored.matched, scored.is_unknown()))
    }

    fn id(&self, word: Text) -> u32 {
        self.model.view().vocabulary.id(word.as_ref())
    }

    fn word<'py>(&self, py: Python<'py>, id: u32) -> PyResult<Bound<'py, PyString>> {
        if id as usize >= self.vocabulary_size() {
            let what = format!("word {id} of a vocabulary of {}", self.vocabulary_size());
            return Err(PyIndexError::new_err(what));
        }
        string(py, self.model.view().vocabulary.word(id))
    }

    fn __contains__(&self, word: Text) -> bool {
        self.id(word) != impute::model::words::UNK
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Model>().is_ok_and(|other| self.path == other.get().path)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.path.hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(
        this: &Bound<'py, Self>,
    ) -> (Bound<'py, PyType>, (Option<PathBuf>, Option<usize>)) {
        let Model { path, threads, .. } = this.get();
        // All processors here may be others elsewhere.
        let own = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = Some(*threads).filter(|threads| *threads != own);
        (this.get_type(), (path.clone(), threads))
    }

    fn __repr__(this: &Bound<'_, Self>) -> PyResult<String> {
        let name = this.get_type().name()?;
        let Model { model, path, .. } = this.get();
        let path = path.as_ref().map_or("shipped".to_owned(), |path| format!("{path:?}"));
        let header = model.header();
        Ok(format!(
            "{name}({path}, order={}, n-grams={}{})",
            header.order,
            header.ngrams.iter().sum::<u64>(),
            if header.net.is_some() { ", net" } else { "" }
        ))
    }
}

fn by_name(name: &str) -> PyResult<Method> {
    method(name)
}

/// The solver of an engine, for what measures.
pub fn solver_of(engine: &Engine, inserts: impute::solve::Inserts) -> &Solver {
    engine.workers(Effort::Fast, inserts).solver()
}
