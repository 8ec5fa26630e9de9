//! `impute train --arpa FILE -o MODEL`: a model of the n-grams that another tool estimated.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use impute::model::arpa::{self, Arpa};
use impute::model::build;
use impute::model::header::Header;
use impute::model::ngrams::{LN_ZERO, Level, Ngrams};
use impute::model::words::BOS;
use impute::progress::{Progress, Unit};
use impute::text::input;
use impute::text::output::NewFile;

use super::args::Train;
use super::progress::Ui;
use super::train::today;
use super::{file_name, refuse_replacing};

pub fn run(args: &Train, path: &Path, ui: &Ui) -> anyhow::Result<()> {
    let began = Instant::now();
    refuse_replacing(Some(&args.output), Some(path))?;
    let file = NewFile::create(&args.output)?;
    let arpa = arpa::read(input::open(path)?, ui)?;
    let header = describe(&arpa, &file_name(path), &args.license);
    ui.stage("index", Unit::Pieces, None);
    model_from_arpa(arpa, header.clone(), file.file())
        .map_err(|error| impute::Error::io(file.name(), "write", error))?;
    file.finish()?;
    ui.clear();
    for (n, count) in (1..).zip(&header.ngrams) {
        ui.note(&format!("order {n}: {count} n-grams"));
    }
    let size = std::fs::metadata(&args.output).map_or(0, |meta| meta.len());
    let seconds = began.elapsed().as_secs_f64();
    ui.note("the calibration is the default, not fitted to a text");
    ui.note(&format!("model: {:.1} MB, {seconds:.1} s", size as f64 / 1e6));
    Ok(())
}

/// What is known of the model: nothing of its text or its discounts.
fn describe(arpa: &Arpa, name: &str, license: &str) -> Header {
    let mut header = Header { order: arpa.order(), ngrams: arpa.counts(), ..Header::default() };
    let provenance = &mut header.provenance;
    provenance.program = concat!("impute ", env!("CARGO_PKG_VERSION")).to_owned();
    provenance.command = format!("impute train --arpa {name}");
    provenance.texts = vec![name.to_owned()];
    provenance.text_hash = format!("{:016x}", arpa.lines_hash);
    provenance.license = license.to_owned();
    provenance.date = today();
    header
}

/// Writes the model file of imported n-grams.
fn model_from_arpa(arpa: Arpa, header: Header, out: &File) -> std::io::Result<()> {
    let ln = |log10: Vec<f32>| -> Vec<f32> {
        log10.into_iter().map(|x| (f64::from(x) * std::f64::consts::LN_10) as f32).collect()
    };
    let levels = arpa.levels.into_iter().map(|level| Level {
        offsets: level.offsets,
        words: level.words,
        ln_p: ln(level.log10_p),
        ln_backoff: ln(level.log10_backoff),
        suffix: level.suffix,
    });
    let mut ngrams = Ngrams { levels: levels.collect() };
    ngrams.levels[0].ln_p[BOS as usize] = LN_ZERO;
    build::write(&arpa.words, &ngrams, header, BufWriter::with_capacity(1 << 20, out))?;
    Ok(())
}
