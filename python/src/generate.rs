//! Sentences that a model would write.

use impute::generate::{Settings, generate as draw};
use impute::{Generator, progress::Progress, progress::Unit};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::model::Model;
use crate::pool::pool;
use crate::run::{Tell, run};
use crate::text::string;

#[pyfunction]
#[pyo3(signature = (
    model, n=1, *, seed=1, prompt=String::new(), temperature=1.0, top_k=None, order=None, max_words=1000, progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn generate<'py>(
    py: Python<'py>,
    model: &Bound<'_, Model>,
    n: u64,
    seed: u64,
    prompt: String,
    temperature: f64,
    top_k: Option<usize>,
    order: Option<usize>,
    max_words: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Bound<'py, PyString>>> {
    let model = model.get();
    let mut settings = Settings::default();
    (settings.seed, settings.prompt, settings.temperature) = (seed, prompt, temperature);
    (settings.top_k, settings.order, settings.max_words) = (top_k, order, max_words);
    let pool = pool(py, model.threads())?;
    let text = run(py, &pool, &Tell::stages(progress), |told| {
        told.stage("generate", Unit::Sentences, Some(n));
        let generator = Generator::new(model.model(), settings)?;
        let mut text = Vec::new();
        draw(&generator, n, None, told, |lines| {
            text.extend_from_slice(lines);
            Ok(())
        })?;
        Ok(text)
    })?;
    // Every sentence ends with a line feed.
    let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    lines.pop();
    lines.into_iter().map(|line| string(py, line)).collect()
}
