//! Which language a text is in, and whether text has drifted.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use impute::Error;
use impute::kinds::drift::{Settings, drift as compare};
use impute::kinds::language::{Classifier, Guess, UNKNOWN};
use impute::page::drift_page;
use impute::progress::Progress;
use impute::text::input::{self, decompress, file_name};
use impute::text::rows::{Format, RowReader};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rayon::prelude::*;

use crate::error::Raise;
use crate::model::Model;
use crate::pool::{pool, threads};
use crate::run::{Tell, run};
use crate::text::Texts;
use crate::value;

/// How many texts a thread takes at a time.
const PIECE: usize = 256;

/// The classifier that ships, read once a process. Locked by who has the interpreter's lock.
static SHIPPED: Mutex<Option<Arc<Classifier>>> = Mutex::new(None);

fn classifier(py: Python<'_>, path: Option<&Path>) -> PyResult<Arc<Classifier>> {
    if let Some(path) = path {
        return py.detach(|| Classifier::open(path)).raise(py).map(Arc::new);
    }
    let known = || SHIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(classifier) = known().clone() {
        return Ok(classifier);
    }
    let read = py.detach(Classifier::shipped).raise(py)?;
    Ok(known().get_or_insert_with(|| Arc::new(read)).clone())
}

#[pyfunction]
#[pyo3(signature = (texts, model=None, k=1, *, only=vec![], at_least=0.0, threads=None))]
pub fn language(
    py: Python<'_>,
    texts: Texts,
    model: Option<PathBuf>,
    k: usize,
    only: Vec<String>,
    at_least: f32,
    threads: Option<usize>,
) -> PyResult<Vec<Vec<(String, f32)>>> {
    let (classifier, texts) = (classifier(py, model.as_deref())?, texts.0);
    let labels = classifier.labels();
    let place = |name: &String| {
        labels.binary_search(name).map_err(|_| {
            let what = format!("{name:?}, which is no label of the classifier");
            crate::error::refused(py, what, "give some of `impute language --help`")
        })
    };
    let places: Vec<usize> = only.iter().map(place).collect::<PyResult<_>>()?;
    let only = (!places.is_empty()).then_some(&places[..]);
    let pool = pool(py, self::threads(py, threads)?)?;
    run(py, &pool, &Tell::Nobody, |told| {
        let pieces = texts.par_chunks(PIECE).map(|texts| {
            told.go_on()?;
            let mut reader =
                only.map_or_else(|| classifier.reader(), |only| classifier.reader_of(only));
            let mut said = Vec::with_capacity(texts.len());
            for text in texts {
                let posterior = reader.read(&String::from_utf8_lossy(text.as_ref()));
                let Guess { label, probability } = posterior.guess();
                let mut likeliest = posterior.likeliest(labels.len());
                likeliest.retain(|(label, _)| only.is_none_or(|only| only.contains(label)));
                let named = likeliest.into_iter().map(|(label, p)| (labels[label].clone(), p));
                let known = label.is_some() && probability >= at_least;
                let unknown = (!known).then(|| (UNKNOWN.to_owned(), probability));
                said.push(unknown.into_iter().chain(named).take(k).collect());
            }
            Ok(said)
        });
        Ok(pieces.collect::<impute::Result<Vec<_>>>()?.into_iter().flatten().collect())
    })
}

/// A file, or lines that are at hand.
pub enum Source {
    File(PathBuf),
    Lines(Texts),
}

impl<'py> FromPyObject<'_, 'py> for Source {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let is_path = given.is_instance_of::<PyString>() || given.hasattr("__fspath__")?;
        match is_path {
            true => given.extract().map(Source::File),
            false => given.extract().map(Source::Lines),
        }
    }
}

impl Source {
    /// Its lines, where they are at hand, without line ends inside.
    pub fn lines(texts: &Texts) -> impl Iterator<Item = Vec<u8>> {
        let one = |&byte: &u8| if matches!(byte, b'\n' | b'\r' | 0) { b' ' } else { byte };
        texts.0.iter().map(move |text| text.as_ref().iter().map(one).collect())
    }

    fn read(&self, name: &str, lossy: bool) -> Result<RowReader, Error> {
        match self {
            Source::File(path) => RowReader::new(input::open(path)?, None, lossy),
            Source::Lines(texts) => {
                let mut all: Vec<u8> = Vec::new();
                for line in Source::lines(texts) {
                    all.extend(line);
                    all.push(b'\n');
                }
                let input = decompress(Box::new(Cursor::new(all)), name.to_owned(), None)?;
                RowReader::new(input, Some(Format::Text), lossy)
            }
        }
    }

    fn name(&self, otherwise: &str) -> String {
        match self {
            Source::File(path) => file_name(path),
            Source::Lines(_) => otherwise.to_owned(),
        }
    }
}

#[pyfunction]
#[pyo3(signature = (
    reference, new, *, model=None, lines=10_000, shown=5, lossy=false, html=false, threads=None, progress=None
))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn drift<'py>(
    py: Python<'py>,
    reference: Source,
    new: Source,
    model: Option<Bound<'_, Model>>,
    lines: usize,
    shown: usize,
    lossy: bool,
    html: bool,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let model = model.map(|model| model.get().model().clone());
    let mut settings = Settings::default();
    (settings.lines, settings.shown) = (lines, shown);
    let names = [reference.name("reference"), new.name("new")];
    let pool = pool(py, self::threads(py, threads)?)?;
    let (report, notes) = run(py, &pool, &Tell::stages(progress), |told| {
        let texts = (reference.read(&names[0], lossy)?, new.read(&names[1], lossy)?);
        let report = compare(texts.0, texts.1, settings, model.as_deref(), told)?;
        Ok((report, told.notes()))
    })?;
    let dict = value::dict(py, &value::value(&report)?)?;
    dict.set_item("text", report.to_text())?;
    dict.set_item("notes", notes)?;
    if html {
        let [old, new] = &names;
        let command = format!("impute.drift({old:?}, {new:?}, lines={lines}, shown={shown})");
        dict.set_item("html", drift_page(&report, [old, new], &command))?;
    }
    Ok(dict)
}
