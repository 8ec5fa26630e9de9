//! Groups of sentences.

use std::path::Path;

use impute::kinds::cluster::form::ROWS;
use impute::kinds::cluster::words::telling;
use impute::kinds::cluster::{
    Assigned, Centres, Form, Meaning, Sample, Sampled, Settings, Summary, Text, Vectors, assign,
    assign_items, learn,
};
use impute::make::machine_memory;
use impute::progress::Progress;
use impute::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::refused;
use crate::kinds::Source;
use crate::model::Model;
use crate::pool::{pool, threads};
use crate::run::{Tell, run};
use crate::value;

/// How many words of a cluster are told.
const WORDS: usize = 8;
/// What share of the machine's memory is used where nothing is said.
const SHARE: f64 = 0.6;

/// What was found: where each line belongs, and what is in the clusters.
struct Found {
    lines: Vec<Option<Assigned>>,
    summary: Summary,
    by: &'static str,
}

#[pyfunction]
#[pyo3(signature = (
    texts, k=50, *, model=None, by=None, seed=1, sample=50_000, lossy=false, memory=None, threads=None, progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn cluster<'py>(
    py: Python<'py>,
    texts: Source,
    k: usize,
    model: Option<Bound<'_, Model>>,
    by: Option<&str>,
    seed: u64,
    sample: usize,
    lossy: bool,
    memory: Option<u64>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    if by.is_some_and(|by| !["form", "meaning"].contains(&by)) {
        let what = format!("by={:?}", by.unwrap_or_default());
        return Err(refused(py, what, "give 'form' or 'meaning'"));
    }
    let model = match (by, model) {
        (Some("form"), _) => None,
        (_, Some(model)) => Some(model.get().model().clone()),
        (_, None) => Some(Model::opened(py, None, threads)?.model().clone()),
    };
    let mut settings = Settings::default();
    (settings.k, settings.sample, settings.seed) = (k, sample.max(k), seed);
    settings.memory = memory.unwrap_or((machine_memory() as f64 * SHARE) as u64);
    let folder = std::env::temp_dir();
    let pool = pool(py, self::threads(py, threads)?)?;
    let (found, notes) = run(py, &pool, &Tell::stages(progress), |told| {
        let net = model.as_ref().and_then(|model| model.view().net.as_ref());
        if by == Some("meaning") && net.is_none() {
            let name = model.as_ref().map_or("", |model| model.name());
            let remedy = "group by form, or train a net";
            return Err(Error::file(name, "a model without a net, which knows no meaning", remedy));
        }
        let dimension = net.map_or(ROWS, |net| net.shape.width);
        settings.check(dimension)?;
        let mut text = open(&texts, &folder, lossy)?;
        let mut sample = Sample::new(&settings, dimension);
        text.read(told, |line| sample.see(line))?;
        let found = match model.as_ref().and_then(|model| Meaning::of(model.view(), &sample)) {
            Some(meaning) => group(text, sample, &meaning, "meaning", &settings, told)?,
            None => {
                let form = Form::of(&sample);
                group(text, sample, &form, "form", &settings, told)?
            }
        };
        Ok((found, told.notes()))
    })?;
    let dict = value::dict(py, &value::value(&found.summary)?)?;
    let labels: Vec<_> = found.lines.iter().map(|line| line.map(|line| line.cluster)).collect();
    let distances: Vec<_> = found.lines.iter().map(|line| line.map(|line| line.distance)).collect();
    dict.set_item("labels", labels)?;
    dict.set_item("distances", distances)?;
    dict.set_item("by", found.by)?;
    dict.set_item("notes", notes)?;
    Ok(dict)
}

fn open(texts: &Source, folder: &Path, lossy: bool) -> Result<Text> {
    match texts {
        Source::File(path) => Text::open(path, folder, lossy),
        Source::Lines(texts) => {
            let lines: Vec<Vec<u8>> = Source::lines(texts).collect();
            Text::of_lines(lines.iter().map(|line| &line[..]), "the texts")
        }
    }
}

fn group(
    text: Text,
    sample: Sample,
    vectors: &impl Vectors,
    by: &'static str,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Found> {
    let items = Sampled { sample: &sample, vectors };
    let centres: Centres = learn(&items, settings, progress)?;
    if centres.k() == 0 {
        return Err(Error::file(text.name(), "no line with a word in it", "give it sentences"));
    }
    if centres.k() < settings.k {
        let (few, k) = (centres.k(), settings.k);
        progress
            .note(&format!("{few} clusters instead of {k}: there are no more different sentences"));
    }
    let mut summary = Summary::new(centres.k());
    let of = assign_items(&items, &centres).into_iter().map(|found| found.map(|at| at.cluster));
    let words = telling(&sample, &of.collect::<Vec<_>>(), centres.k(), WORDS);
    for (cluster, words) in summary.clusters.iter_mut().zip(words) {
        cluster.words = words;
    }
    drop(sample);
    let mut lines = Vec::new();
    assign(text.reopen()?, vectors, &centres, progress, |line, found| {
        summary.see(line, found);
        lines.push(found);
        Ok(())
    })?;
    summary.finish();
    Ok(Found { lines, summary, by })
}
