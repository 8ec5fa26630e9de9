//! `impute train --arpa FILE -o MODEL`: a model of the n-grams that another tool estimated.

use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use impute::model::arpa::{self, Arpa};
use impute::model::build::{self, Extras, Lists};
use impute::model::header::Header;
use impute::progress::Progress;
use impute::text::input;
use impute::text::output::NewFile;

use super::args::Train;
use super::progress::Ui;
use super::trained::today;
use super::{file_name, refuse_replacing, small_form};

pub fn run(args: &Train, path: &Path, ui: &Ui) -> anyhow::Result<()> {
    let began = Instant::now();
    refuse_replacing(Some(&args.output), Some(path))?;
    let file = NewFile::create(&args.output)?;
    let arpa = arpa::read(input::open(path)?, ui)?;
    let header = describe(&arpa, &file_name(path), &args.license);
    let core = arpa.core();
    if args.compact || args.no_lists {
        small_form::write(
            &arpa.words,
            &core,
            Extras::default(),
            header.clone(),
            args.compact,
            &file,
            ui,
        )?;
    } else {
        let out = BufWriter::with_capacity(1 << 20, file.file());
        let lists = Lists::With { memory: u64::MAX };
        build::write(&arpa.words, &core, Extras::default(), header.clone(), lists, out, ui)
            .map_err(|error| impute::Error::io(file.name(), "write", error))?;
    }
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
    provenance.text_hash = format!("{:016x}", arpa.lines_hash);
    provenance.license = license.to_owned();
    provenance.date = today();
    header
}
