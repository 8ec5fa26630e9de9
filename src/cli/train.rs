//! `impute train TEXT... -o MODEL`: trains, fits the calibration on held-out lines, writes the model.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use impute::evaluate::calibrate;
use impute::model::header::Header;
use impute::model::{Model, build, compact, format};
use impute::progress::{Progress, Unit};
use impute::solve::Solver;
use impute::text::output::NewFile;
use impute::train::{self, Config, HeldOut, Trained};

use super::args::Train;
use super::progress::Ui;
use super::{file_name, import, refuse_replacing};

pub fn run(args: &Train, ui: &Ui) -> anyhow::Result<()> {
    let began = Instant::now();
    if args.output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    if let Some(arpa) = &args.arpa {
        return import::run(args, arpa, ui);
    }
    for text in &args.texts {
        refuse_replacing(Some(&args.output), Some(text))?;
    }
    // Before hours of work: can the model be written at all?
    let file = NewFile::create(&args.output)?;
    let config = Config {
        order: args.order.into(),
        prune: args.prune.clone(),
        min_count: args.min_count,
        held_out: HeldOut { lines: args.held_out, ..HeldOut::default() },
        lossy: args.lossy,
    };
    let mut trained = train::train(&args.texts, &config, ui)?;
    describe(&mut trained.header, args);
    let Trained { words, ngrams, header, held_out } = trained;

    ui.stage("index", Unit::Pieces, None);
    let name = file.name().to_owned();
    let failed = |error| impute::Error::io(&name, "write", error);
    build::write(&words, &ngrams, header.clone(), buffered(file.file())).map_err(failed)?;
    let header = calibrated(&file, header, &held_out, ui)?;
    if args.compact {
        let small = NewFile::create(&args.output)?;
        compact::pack(&words, &ngrams, header.clone(), buffered(small.file())).map_err(failed)?;
        small.finish()?;
    } else {
        format::replace_header(file.file(), &name, header.clone())?;
        file.finish()?;
    }
    ui.clear();
    let size = std::fs::metadata(&args.output).map_or(0, |meta| meta.len());
    summarise(&header, size, began.elapsed().as_secs_f64(), ui);
    Ok(())
}

fn buffered(file: &File) -> BufWriter<&File> {
    BufWriter::with_capacity(1 << 20, file)
}

/// Fits the calibration with the model as it stands in its temporary file.
fn calibrated(
    file: &NewFile,
    mut header: Header,
    held_out: &[Vec<u8>],
    ui: &Ui,
) -> anyhow::Result<Header> {
    let model = Model::open(file.path()).context("the model that was just written")?;
    match calibrate::fit(&Solver::new(&model), held_out, ui) {
        Some(calibration) => header.calibration = calibration,
        None => ui.note(&format!(
            "fewer than {} lines held out: the calibration is the default, not fitted to this text",
            calibrate::FEWEST
        )),
    }
    Ok(header)
}

/// Adds what only the command line knows. Nothing here depends on folders or threads.
fn describe(header: &mut Header, args: &Train) {
    let mut texts: Vec<String> = args.texts.iter().map(|path| file_name(path)).collect();
    texts.sort_unstable();
    let mut command = vec!["impute train".to_owned()];
    command.extend(texts.iter().cloned());
    command.push(format!("--order {}", args.order));
    if !args.prune.is_empty() {
        let thresholds: Vec<String> = args.prune.iter().map(u32::to_string).collect();
        command.push(format!("--prune {}", thresholds.join(" ")));
    }
    command.push(format!("--min-count {} --held-out {}", args.min_count, args.held_out));
    command.extend(args.lossy.then(|| "--lossy".to_owned()));
    let provenance = &mut header.provenance;
    provenance.program = concat!("impute ", env!("CARGO_PKG_VERSION")).to_owned();
    provenance.command = command.join(" ");
    provenance.texts = texts;
    provenance.license = args.license.clone();
    provenance.date = today();
}

/// The day, in universal time; `SOURCE_DATE_EPOCH` fixes it for reproducible builds.
pub fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    now.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%d").to_string()
}

fn summarise(header: &Header, size: u64, seconds: f64, ui: &Ui) {
    let p = &header.provenance;
    ui.note(&format!(
        "{} sentences, {} tokens, {} lines held out, {:.1} s",
        p.lines, p.tokens, p.held_out_lines, seconds
    ));
    for (n, (count, d)) in (1..).zip(header.ngrams.iter().zip(&header.discounts)) {
        ui.note(&format!(
            "order {n}: {count} n-grams, discounts {:.4} {:.4} {:.4}",
            d[0], d[1], d[2]
        ));
    }
    let c = &header.calibration;
    ui.note(&format!(
        "calibration on {} sentences: gap {}, word {}, frequency {}, rest {}, length {}",
        c.sentences,
        c.gap_temperature,
        c.word_temperature,
        c.frequency_weight,
        c.rest_bias,
        c.length_weight
    ));
    ui.note(&format!("model: {:.1} MB", size as f64 / 1e6));
}
