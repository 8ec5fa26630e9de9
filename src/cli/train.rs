//! `impute train TEXT... -o MODEL`: makes a model from texts, counts or an ARPA file, or trains the net of
//! one further.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use impute::make::{self, Made};
use impute::model::header::Header;
use impute::progress::Progress;
use impute::train::{Vocabulary, WordSet};

use super::args::{NetLength, Train};
use super::language::{filter, told};
use super::models::{named, parameters};
use super::progress::Ui;
use super::resources::resources;
use super::{counted, refuse_reading_twice, refuse_replacing, warn_of_doubles};

pub fn run(args: &Train, ui: &Ui) -> anyhow::Result<()> {
    let (began, output) = (Instant::now(), &args.output);
    if output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    let inputs = args.texts.iter().chain(&args.counts).chain(&args.net_on);
    let others = args.arpa.iter().chain(&args.vocabulary).chain(&args.counting.language.classifier);
    for input in inputs.clone().chain(others) {
        refuse_replacing(Some(output), Some(input))?;
    }
    refuse_reading_twice(inputs.chain(&args.vocabulary))?;
    warn_of_doubles(args.texts.iter().chain(&args.counts).chain(&args.net_on), ui);
    let made = match (&args.arpa, &args.resume) {
        (Some(arpa), _) => import(args, arpa, ui)?,
        (None, Some(model)) => resume(args, model, ui)?,
        (None, None) => train(args, ui)?,
    };
    ui.clear();
    summarise(&made, args, began.elapsed().as_secs_f64(), ui);
    Ok(())
}

fn train(args: &Train, ui: &Ui) -> anyhow::Result<Made> {
    let mut wanted = make::Train::new(args.texts.clone());
    wanted.counts = args.counts.clone();
    wanted.learned = args.net_on.clone();
    wanted.config = args.config();
    wanted.config.language = filter(&args.counting.language)?;
    if let Some(list) = &args.vocabulary {
        wanted.config.vocabulary = Vocabulary::Listed(Arc::new(WordSet::read(list)?));
    }
    wanted.net_time = args.net_time();
    (wanted.form, wanted.tables) = (args.form(), args.fast);
    wanted.resources = resources(&args.means);
    wanted.license = args.license.clone();
    wanted.date = today();
    Ok(make::train(&wanted, &args.output, ui)?)
}

fn resume(args: &Train, model: &Path, ui: &Ui) -> anyhow::Result<Made> {
    let config = args.config();
    let mut wanted = make::Resume::new(named(model)?, args.texts.clone());
    match args.net {
        Some(NetLength::Sentences(sentences)) => wanted.sentences = sentences,
        Some(NetLength::Time(_)) => wanted.net_time = args.net_time(),
        Some(NetLength::None) | None => {
            anyhow::bail!("--resume trains a net further; say how long with --net, as --net 1M")
        }
    }
    wanted.size = args.net_size.map(Into::into);
    wanted.seed = args.seed;
    wanted.held_out = config.held_out;
    wanted.lossy = config.lossy;
    wanted.language = filter(&args.counting.language)?;
    wanted.resources = resources(&args.means);
    Ok(make::resume(&wanted, &args.output, ui)?)
}

fn import(args: &Train, arpa: &Path, ui: &Ui) -> impute::Result<Made> {
    let mut wanted = make::Import::new(arpa.to_owned());
    (wanted.form, wanted.tables) = (args.form(), args.fast);
    wanted.license = args.license.clone();
    wanted.date = today();
    make::import(&wanted, &args.output, ui)
}

/// The day, in universal time; `SOURCE_DATE_EPOCH` fixes it for reproducible builds.
pub fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    now.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%d").to_string()
}

fn summarise(made: &Made, args: &Train, seconds: f64, ui: &Ui) {
    let Made { header, spilled, .. } = made;
    let size = made.size as f64 / 1e6;
    if args.arpa.is_some() {
        for (n, count) in (1..).zip(&header.ngrams) {
            ui.note(&format!("order {n}: {count} n-grams"));
        }
        ui.note("the calibration is the default, not fitted to a text; `impute tune` fits it");
        return ui.note(&format!("model: {size:.1} MB, {seconds:.1} s"));
    }
    let p = &header.provenance;
    ui.note(&format!(
        "{}, {}, {} held out, {seconds:.1} s",
        counted(p.lines, "sentence"),
        counted(p.tokens, "token"),
        counted(p.held_out_lines, "line")
    ));
    if let Some(label) = &args.counting.language.language {
        ui.note(&told(made.foreign, "line", label, "passed over"));
    }
    if *spilled > 0 {
        ui.note(&format!("{:.1} MB of temporary files", *spilled as f64 / 1e6));
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
    told_of_calibration(made, ui);
    ui.note(&format!("model: {size:.1} MB"));
}

/// Says what was fitted, or what to do if nothing was.
pub fn told_of_calibration(made: &Made, ui: &Ui) {
    let remedy = if made.fitted { "" } else { "; `impute tune` fits it to a text" };
    ui.note(&format!("{}{remedy}", calibration(&made.header)));
}

/// What was fitted, and to how many sentences.
fn calibration(header: &Header) -> String {
    let calibration = &header.calibration;
    format!("calibration on {} sentences: {}", calibration.sentences, parameters(calibration))
}
