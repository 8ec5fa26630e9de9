//! `impute train TEXT... -o MODEL`: trains, fits the calibration on held-out lines, writes the model.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use impute::evaluate::{alarms, calibrate};
use impute::model::build::{self, Extras, Lists};
use impute::model::header::{Calibration, Header};
use impute::model::{Model, format};
use impute::progress::Progress;
use impute::solve::Solver;
use impute::text::output::NewFile;
use impute::train::{self, Sources, Trained};

use super::args::Train;
use super::progress::Ui;
use super::resources::{Work, resources};
use super::{import, net, refuse_reading_twice, refuse_replacing, resume, small_form};

pub fn run(args: &Train, ui: &Ui) -> anyhow::Result<()> {
    let began = Instant::now();
    if args.output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    if let Some(arpa) = &args.arpa {
        return import::run(args, arpa, ui);
    }
    for text in args.texts.iter().chain(&args.counts) {
        refuse_replacing(Some(&args.output), Some(text))?;
    }
    refuse_reading_twice(args.texts.iter().chain(&args.counts))?;
    let mut config = args.config();
    config.check()?;
    // Before hours of work: can it be done, and can the model be written at all?
    let sources = Sources { texts: &args.texts, counts: &args.counts };
    let small = args.compact || args.no_lists;
    // Lists that are not kept serve to fit the calibration all the same.
    let work = Work::Training { lists: !small || args.counting.held_out > 0 };
    let resources = resources(&args.means, &sources, &config, work)?;
    let file = NewFile::create(&args.output)?;
    config.net = net::config(args, resources.memory, ui)?;
    if let Some(model) = &args.resume {
        return resume::run(args, model, &config, &resources, file, ui);
    }
    let trained = train::train(sources, &config, &resources, ui)?;
    let Trained { words, core, mut header, held_out, lessons, classes, spilled, lists_memory } =
        trained;
    let net = lessons.map(|lessons| lessons.train(None, args.seed, ui));
    train::memory::give_back();
    let extras = Extras { net: net.as_ref(), classes: classes.as_ref() };
    header.net = net.as_ref().map(|net| net.header.clone());
    header.classes = classes.as_ref().map(|classes| classes.header.clone());
    describe(&mut header, args);

    let name = file.name().to_owned();
    let failed = |error| impute::Error::io(&name, "write", error);
    let lists = match small && held_out.is_empty() {
        true => Lists::Without,
        false => Lists::With { memory: lists_memory },
    };
    build::write(&words, &core, extras, header.clone(), lists, buffered(file.file()), ui)
        .map_err(failed)?;
    // Unless the file has more in it than is wanted, it has all.
    let kept = (args.compact || lists != Lists::Without && small).then_some((words, core));
    train::memory::give_back();
    let header = calibrated(&file, header, &held_out, resources.memory, ui)?;
    match kept {
        None => {
            format::replace_header(file.file(), &name, header.clone())?;
            file.finish()?;
        }
        Some((words, core)) => {
            drop(file);
            let file = NewFile::create(&args.output)?;
            small_form::write(&words, &core, extras, header.clone(), args.compact, &file, ui)?;
            file.finish()?;
        }
    }
    ui.clear();
    let size = std::fs::metadata(&args.output).map_or(0, |meta| meta.len());
    summarise(&header, size, spilled, began.elapsed().as_secs_f64(), ui);
    Ok(())
}

fn buffered(file: &File) -> BufWriter<&File> {
    BufWriter::with_capacity(1 << 20, file)
}

/// Fits the calibration with the model as it stands in its temporary file. Where too few lines are held
/// out, it stays what it was, but a net that has no weight yet gets one.
pub fn calibrated(
    file: &NewFile,
    mut header: Header,
    held_out: &[Vec<u8>],
    memory: u64,
    ui: &Ui,
) -> anyhow::Result<Header> {
    let start = Calibration::start(header.net.is_some());
    if held_out.len() >= calibrate::FEWEST {
        let model = Model::open(file.path()).context("the model that was just written")?;
        // What is mapped counts as memory in use.
        let most = (memory / 4) as usize;
        let release = || {
            if model.size() > most {
                model.release();
            }
        };
        let solver = Solver::new(&model)?.with_calibration(start);
        if let Some(calibration) = calibrate::fit(&solver, held_out, &release, ui) {
            header.calibration = calibration;
            header.provenance.tuned = None;
            let solver = solver.with_calibration(calibration);
            header.repair = alarms::fit(&solver, held_out, &release, ui);
            return Ok(header);
        }
    }
    header.repair = None; // another net says other things of a sentence that misses nothing
    let which = match header.calibration.sentences {
        0 => "the default",
        _ => "the one that the model had",
    };
    if header.net.is_some() && header.calibration.net_weight == 0.0 {
        let Calibration { gap_temperature, net_weight, .. } = start;
        header.calibration = Calibration { gap_temperature, net_weight, ..header.calibration };
    }
    let trust =
        if header.net.is_some() { ", nor does anything say how far to trust the net" } else { "" };
    ui.note(&format!(
        "fewer than {} lines held out: the calibration is {which}, not fitted to this text{trust}; \
         `impute tune` fits it",
        calibrate::FEWEST
    ));
    Ok(header)
}

/// Adds what only the command line knows. Nothing here depends on folders, files or threads: the same
/// lines, however they are cut into files, give the same model.
fn describe(header: &mut Header, args: &Train) {
    let provenance = &mut header.provenance;
    provenance.program = concat!("impute ", env!("CARGO_PKG_VERSION")).to_owned();
    provenance.command = args.command();
    if let Some(net) = &header.net {
        provenance.command += &args.net_command(net.sentences);
    }
    provenance.license = args.license.clone();
    provenance.date = today();
}

/// The day, in universal time; `SOURCE_DATE_EPOCH` fixes it for reproducible builds.
pub fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    now.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%d").to_string()
}

pub fn summarise(header: &Header, size: u64, spilled: u64, seconds: f64, ui: &Ui) {
    let p = &header.provenance;
    ui.note(&format!(
        "{} sentences, {} tokens, {} lines held out, {:.1} s",
        p.lines, p.tokens, p.held_out_lines, seconds
    ));
    if spilled > 0 {
        ui.note(&format!("{:.1} MB of temporary files", spilled as f64 / 1e6));
    }
    for (n, (count, d)) in (1..).zip(header.ngrams.iter().zip(&header.discounts)) {
        ui.note(&format!(
            "order {n}: {count} n-grams, discounts {:.4} {:.4} {:.4}",
            d[0], d[1], d[2]
        ));
    }
    if let Some(net) = &header.net {
        ui.note(&format!("net: {} sentences seen", net.sentences));
    }
    if let Some(classes) = &header.classes {
        ui.note(&format!("classes: {} of {} words", classes.found, classes.words));
    }
    let calibration = &header.calibration;
    let parameters = calibration.parameters().into_iter().filter(|(_, value)| *value != 0.0);
    let parameters: Vec<String> =
        parameters.map(|(name, value)| format!("{name} {value}")).collect();
    let (sentences, parameters) = (calibration.sentences, parameters.join(", "));
    ui.note(&format!("calibration on {sentences} sentences: {parameters}"));
    ui.note(&format!("model: {:.1} MB", size as f64 / 1e6));
}
