//! Making models: training, counting, importing, exporting.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use impute::kinds::language::{Classifier, Filter};
use impute::make::{self, Form, Made, machine_memory};
use impute::model::arpa;
use impute::progress::Progress;
use impute::text::output::{Output, same_file};
use impute::train::net::{NetConfig, Size};
use impute::train::{Config, Resources, Summary, Vocabulary};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::error::{not_one_of, refused};
use crate::model::Model;
use crate::pool::{pool, threads};
use crate::run::{Tell, Told, run};
use crate::text::refuse_one;
use crate::value;

/// What share of the machine's memory is used where nothing is said.
const SHARE: f64 = 0.6;

/// Paths of files.
pub struct Paths(pub Vec<PathBuf>);

impl<'py> FromPyObject<'_, 'py> for Paths {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        refuse_one(&given)?;
        given.try_iter()?.map(|path| path?.extract()).collect::<PyResult<_>>().map(Paths)
    }
}

/// How long a net is trained: its sentences, or whether there is one.
#[derive(Clone, Copy)]
pub enum Net {
    Usual,
    None,
    Sentences(u64),
}

impl<'py> FromPyObject<'_, 'py> for Net {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.cast::<PyBool>() {
            Ok(wanted) if wanted.is_true() => Ok(Net::Usual),
            Ok(_) => Ok(Net::None),
            Err(_) => given.extract().map(Net::Sentences),
        }
    }
}

fn form(name: &str) -> PyResult<Form> {
    match name {
        "lists" => Ok(Form::Lists),
        "plain" => Ok(Form::Plain),
        "compact" => Ok(Form::Compact),
        other => Err(not_one_of(format!("form={other:?}"), "give 'lists', 'plain' or 'compact'")),
    }
}

/// What training and counting are told alike.
struct Counting {
    order: usize,
    held_out: usize,
    lossy: bool,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
}

impl Counting {
    fn tell(self, config: &mut Config, resources: &mut Resources) {
        (config.order, config.lossy) = (self.order, self.lossy);
        config.held_out.lines = self.held_out;
        resources.memory = self.memory.unwrap_or((machine_memory() as f64 * SHARE) as u64);
        resources.folder = self.temp_dir.unwrap_or_else(std::env::temp_dir);
    }
}

fn filter(label: Option<String>) -> impute::Result<Option<Filter>> {
    label.map(|label| Filter::new(Classifier::shipped()?, &label)).transpose()
}

/// The day, in universal time; `SOURCE_DATE_EPOCH` fixes it for reproducible builds.
fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    now.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%d").to_string()
}

/// Refuses an output that would replace an input.
fn refuse_replacing<'p>(
    py: Python<'_>,
    output: &Path,
    inputs: impl IntoIterator<Item = &'p PathBuf>,
) -> PyResult<()> {
    match inputs.into_iter().find(|input| same_file(output, input)) {
        Some(input) => {
            let what = format!("{}: both an input and the output", input.display());
            Err(refused(py, what, "name another file to write"))
        }
        None => Ok(()),
    }
}

fn made<'py>(
    py: Python<'py>,
    output: &Path,
    (made, notes): (Made, Vec<String>),
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("path", output.as_os_str())?;
    dict.set_item("size", made.size)?;
    dict.set_item("fitted", made.fitted)?;
    dict.set_item("foreign", made.foreign)?;
    dict.set_item("spilled", made.spilled)?;
    dict.set_item("description", value::dict(py, &value::value(&made.header)?)?)?;
    dict.set_item("notes", notes)?;
    Ok(dict)
}

#[pyfunction]
#[pyo3(signature = (
    texts, output, *, counts=None, net_on=None, order=3, prune=vec![], min_count=1, vocab_limit=None, held_out=3000, net=None,
    net_size="medium", skip=false, form="lists", language=None, lossy=false, license=String::new(), date=None, seed=1,
    memory=None, temp_dir=None, threads=None, progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn train<'py>(
    py: Python<'py>,
    texts: Paths,
    output: PathBuf,
    counts: Option<Paths>,
    net_on: Option<Paths>,
    order: usize,
    prune: Vec<u32>,
    min_count: u64,
    vocab_limit: Option<u64>,
    held_out: usize,
    net: Option<Net>,
    net_size: &str,
    skip: bool,
    form: &str,
    language: Option<String>,
    lossy: bool,
    license: String,
    date: Option<String>,
    seed: u64,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut wanted = make::Train::new(texts.0);
    wanted.counts = counts.map_or(Vec::new(), |counts| counts.0);
    wanted.learned = net_on.map_or(Vec::new(), |texts| texts.0);
    wanted.form = self::form(form)?;
    let inputs = wanted.texts.iter().chain(&wanted.counts).chain(&wanted.learned);
    refuse_replacing(py, &output, inputs)?;
    if language.is_some() && wanted.texts.is_empty() && wanted.learned.is_empty() {
        let remedy = "leave it out, or give it when counting";
        return Err(refused(py, "counts have no lines that a language could be asked of", remedy));
    }
    let counting = Counting { order, held_out, lossy, memory, temp_dir };
    counting.tell(&mut wanted.config, &mut wanted.resources);
    let config = &mut wanted.config;
    (config.prune, config.skip) = (prune, skip);
    config.vocabulary = match vocab_limit {
        Some(_) if min_count > 1 => {
            return Err(refused(py, "both min_count and vocab_limit", "give one of them"));
        }
        Some(most) => Vocabulary::Limit(most),
        None => Vocabulary::MinCount(min_count.max(1)),
    };
    let size = match net_size {
        "small" => Size::Small,
        "medium" => Size::Medium,
        other => {
            return Err(not_one_of(format!("net_size={other:?}"), "give 'small' or 'medium'"));
        }
    };
    let sentences = match net {
        Some(Net::None) => None,
        None if wanted.form == Form::Plain => None,
        Some(Net::Sentences(sentences)) => Some(Some(sentences)),
        Some(Net::Usual) | None => Some(None),
    };
    config.net = sentences.map(|sentences| {
        let mut net = NetConfig::default();
        (net.size, net.sentences, net.seed) = (size, sentences, seed);
        net
    });
    wanted.license = license;
    wanted.date = date.unwrap_or_else(today);
    let pool = pool(py, self::threads(py, threads)?)?;
    let done = run(py, &pool, &Tell::stages(progress), |told: &Told| {
        wanted.config.language = filter(language)?;
        let made = make::train(&wanted, &output, told)?;
        Ok((made, told.notes()))
    })?;
    made(py, &output, done)
}

#[pyfunction]
#[pyo3(signature = (
    texts, output, *, order=3, held_out=3000, language=None, lossy=false, memory=None, temp_dir=None, threads=None,
    progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn count<'py>(
    py: Python<'py>,
    texts: Paths,
    output: PathBuf,
    order: usize,
    held_out: usize,
    language: Option<String>,
    lossy: bool,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let mut wanted = make::Count::new(texts.0);
    refuse_replacing(py, &output, &wanted.texts)?;
    let counting = Counting { order, held_out, lossy, memory, temp_dir };
    counting.tell(&mut wanted.config, &mut wanted.resources);
    let pool = pool(py, self::threads(py, threads)?)?;
    let (summary, notes) = run(py, &pool, &Tell::stages(progress), |told| {
        wanted.config.check()?;
        wanted.config.language = filter(language)?;
        let summary = make::count(&wanted, Some(&output), told)?;
        Ok((summary, told.notes()))
    })?;
    counted(py, &output, &summary, notes)
}

#[pyfunction]
#[pyo3(signature = (counts, output, *, progress=None))]
pub fn merge<'py>(
    py: Python<'py>,
    counts: Paths,
    output: PathBuf,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    refuse_replacing(py, &output, &counts.0)?;
    let pool = pool(py, threads(py, None)?)?;
    let (summary, notes) = run(py, &pool, &Tell::stages(progress), |told| {
        let summary = make::merge(&counts.0, Some(&output), told)?;
        Ok((summary, told.notes()))
    })?;
    counted(py, &output, &summary, notes)
}

/// What is reported of a file of counts.
fn counted<'py>(
    py: Python<'py>,
    output: &Path,
    summary: &Summary,
    notes: Vec<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("path", output.as_os_str())?;
    dict.set_item("size", std::fs::metadata(output).map_or(0, |meta| meta.len()))?;
    dict.set_item("sentences", summary.lines)?;
    dict.set_item("tokens", summary.tokens)?;
    dict.set_item("foreign", summary.foreign)?;
    dict.set_item("notes", notes)?;
    Ok(dict)
}

#[pyfunction]
#[pyo3(signature = (
    arpa, output, *, form="lists", license=String::new(), date=None, threads=None, progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn import_arpa<'py>(
    py: Python<'py>,
    arpa: PathBuf,
    output: PathBuf,
    form: &str,
    license: String,
    date: Option<String>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    refuse_replacing(py, &output, [&arpa])?;
    let mut wanted = make::Import::new(arpa);
    wanted.form = self::form(form)?;
    (wanted.license, wanted.date) = (license, date.unwrap_or_else(today));
    let pool = pool(py, self::threads(py, threads)?)?;
    let done = run(py, &pool, &Tell::stages(progress), |told| {
        let made = make::import(&wanted, &output, told)?;
        Ok((made, told.notes()))
    })?;
    made(py, &output, done)
}

#[pyfunction]
#[pyo3(signature = (model, output))]
pub fn export<'py>(
    py: Python<'py>,
    model: &Bound<'_, Model>,
    output: PathBuf,
) -> PyResult<Bound<'py, PyDict>> {
    let (of, threads) = (model.get().model(), model.get().threads());
    let pool = pool(py, threads)?;
    run(py, &pool, &Tell::Nobody, |told| {
        let mut out = Stoppable { out: Output::create(Some(&output))?, told };
        let name = out.out.name().to_owned();
        arpa::write(of.view(), &name, &mut out)?;
        out.out.finish()
    })?;
    let dict = PyDict::new(py);
    dict.set_item("path", output.as_os_str())?;
    dict.set_item("size", std::fs::metadata(&output).map_or(0, |meta| meta.len()))?;
    Ok(dict)
}

/// A file that is written until the caller says to stop.
struct Stoppable<'t> {
    out: Output,
    told: &'t Told,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.told.go_on()?;
        Write::write(&mut self.out, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.out)
    }
}
