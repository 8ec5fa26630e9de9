//! The words for a place that is known.

use impute::Scorer;
use impute::model::words::UNK;
use impute::solve::{Effort, Inserts};
use impute::text::tokens;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::model::Model;
use crate::pool::pool;
use crate::run::{Tell, run};
use crate::text::{Text, string};

/// The likeliest words between two parts of a sentence, or those of `targets`.
pub fn fill<'py>(
    py: Python<'py>,
    model: &Model,
    left: &Text,
    right: &Text,
    targets: Option<Vec<Text>>,
    top_k: usize,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let engine = model.engine(py)?;
    let workers = engine.workers(Effort::Exact, Inserts::Any);
    let solver = workers.solver();
    let scorer = Scorer::new(model.model());
    let ids: Option<Vec<u32>> = targets
        .as_ref()
        .map(|targets| targets.iter().map(|word| scorer.id(word.as_ref())).collect());
    let pool = pool(py, model.threads())?;
    let found = run(py, &pool, &Tell::Nobody, |_| {
        let [before, after] =
            [left, right].map(|side| tokens::split(side.as_ref()).collect::<Vec<_>>());
        Ok(workers.with(|worker| match &ids {
            None => worker.fill(&before, &after, top_k).words,
            Some(ids) => worker.fill_among(&before, &after, ids),
        }))
    })?;
    let mut all = Vec::new();
    for (at, found) in found.iter().enumerate() {
        let word = match &targets {
            Some(targets) => targets[at].as_ref(),
            None => solver.word(found.word),
        };
        let known = targets.is_none() || found.word != UNK;
        let dict = PyDict::new(py);
        dict.set_item("score", if known { found.probability } else { 0.0 })?;
        dict.set_item("token", found.word)?;
        dict.set_item("token_str", string(py, word)?)?;
        dict.set_item("sequence", sequence(py, left.as_ref(), word, right.as_ref())?)?;
        dict.set_item("ngrams", if known { found.ngrams } else { 0.0 })?;
        dict.set_item("net", found.net)?;
        all.push(dict);
    }
    Ok(all)
}

/// A sentence with a word between its two parts.
fn sequence<'py>(
    py: Python<'py>,
    left: &[u8],
    word: &[u8],
    right: &[u8],
) -> PyResult<Bound<'py, PyString>> {
    let parts = [left.trim_ascii_end(), word, right.trim_ascii_start()];
    let parts: Vec<&[u8]> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    string(py, &parts.join(&b' '))
}
