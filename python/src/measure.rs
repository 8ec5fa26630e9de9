//! Measuring a model, and submissions.

use std::path::PathBuf;
use std::time::Instant;

use impute::Error;
use impute::evaluate::data::Data;
use impute::evaluate::examples::examples;
use impute::evaluate::gapped::gapped;
use impute::evaluate::measure::measure;
use impute::evaluate::report::Report;
use impute::evaluate::signature::signature;
use impute::interval::bootstrap::Interval;
use impute::page::{Page, page};
use impute::solve::{Effort, Method};
use impute::submission::score::distances;
use impute::text::input::{self, file_name};
use impute::text::rows::{Format, RowReader};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::engine::{inserts, method};
use crate::error::refused;
use crate::model::{Model, solver_of};
use crate::pool::{pool, threads};
use crate::run::{Tell, run};
use crate::value;

/// How many of the worst and of the best answers a page shows.
const SHOWN: usize = 10;

#[pyfunction]
#[pyo3(signature = (
    model, test, solution=None, *, methods=vec!["posterior".to_owned()], insert="any", seed=1, lossy=false, html=false,
    progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn evaluate<'py>(
    py: Python<'py>,
    model: &Bound<'_, Model>,
    test: PathBuf,
    solution: Option<PathBuf>,
    methods: Vec<String>,
    insert: &str,
    seed: u64,
    lossy: bool,
    html: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let model = model.get();
    let methods: Vec<Method> = methods.iter().map(|name| method(name)).collect::<PyResult<_>>()?;
    if methods.is_empty() {
        return Err(refused(py, "no method to measure", "give one, as 'posterior'"));
    }
    let inserts = inserts(insert)?;
    let engine = model.engine(py)?;
    let solver = solver_of(&engine, inserts);
    let pool = pool(py, model.threads())?;
    let (report, page, notes) = run(py, &pool, &Tell::stages(progress), |told| {
        let data = match &solution {
            Some(solution) => Data::joined(&test, solution, lossy, told)?,
            None => Data::removed(&test, seed, lossy, told)?,
        };
        if solution.is_none()
            && data.format == Format::Kaggle
            && let Some(mean) = gapped(solver, &data.pairs, told)?
        {
            let what = format!(
                "sentences that seem to lack a word already, with a mean probability of {mean:.2}"
            );
            let remedy =
                "give the solution as well, or, if they are whole, give them as plain text";
            return Err(Error::file(&test.display().to_string(), what, remedy));
        }
        let began = Instant::now();
        let measured = measure(solver, &data.pairs, &methods, told)?;
        let seconds = began.elapsed().as_secs_f64();
        let signature = signature(solver.model(), Effort::Fast, &data);
        let report = Report::new(&measured, &methods, seconds, signature);
        let page = html.then(|| {
            let examples = examples(solver, &data.pairs, &measured, 0, methods[0], SHOWN);
            let model = file_name(std::path::Path::new(solver.model().name()));
            let (text, solution) = (file_name(&test), solution.as_deref().map(file_name));
            let command = match solution {
                Some(solution) => format!("impute.evaluate(model, {text:?}, {solution:?})"),
                None => format!("impute.evaluate(model, {text:?}, seed={seed})"),
            };
            page(&Page {
                report: &report,
                model: &model,
                text: &text,
                command: &command,
                examples: &examples,
                learning: None,
            })
        });
        Ok((report, page, told.notes()))
    })?;
    let dict = value::dict(py, &value::value(&report)?)?;
    dict.set_item("text", report.to_text(true))?;
    dict.set_item("notes", notes)?;
    if let Some(page) = page {
        dict.set_item("html", page)?;
    }
    Ok(dict)
}

#[pyfunction]
#[pyo3(signature = (answered, solution, *, lossy=false))]
pub fn score_submission<'py>(
    py: Python<'py>,
    answered: PathBuf,
    solution: PathBuf,
    lossy: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let pool = pool(py, threads(py, None)?)?;
    let (interval, sentences) = run(py, &pool, &Tell::Nobody, |told| {
        let read = |path: &PathBuf| RowReader::new(input::open(path)?, None, lossy);
        let (mut submission, mut solution) = (read(&answered)?, read(&solution)?);
        let distances = distances(&mut submission, &mut solution, told)?;
        let values: Vec<f64> = distances.iter().map(|&distance| distance as f64).collect();
        if values.is_empty() {
            let remedy = "a submission has one for every row of the test";
            return Err(Error::file(submission.name(), "no rows", remedy));
        }
        Ok((Interval::of(&values), values.len()))
    })?;
    let dict = PyDict::new(py);
    dict.set_item("score", interval.mean)?;
    dict.set_item("low", interval.low)?;
    dict.set_item("high", interval.high)?;
    dict.set_item("sentences", sentences)?;
    Ok(dict)
}
