//! What every training ends with: calibration, date, and a summary.

use anyhow::Context;
use impute::fit::{alarms, calibrate};
use impute::model::Model;
use impute::model::header::{Calibration, Header};
use impute::progress::Progress;
use impute::solve::Solver;
use impute::text::output::NewFile;

use super::progress::Ui;

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
        let model = std::sync::Arc::new(
            Model::open(file.path()).context("the model that was just written")?,
        );
        // What is mapped counts as memory in use.
        let most = (memory / 4) as usize;
        let release = || {
            if model.size() > most {
                model.release();
            }
        };
        let solver = Solver::new(model.clone())?.with_calibration(start);
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

/// The day, in universal time; `SOURCE_DATE_EPOCH` fixes it for reproducible builds.
pub fn today() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    now.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%d").to_string()
}

/// Tells what was made.
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
