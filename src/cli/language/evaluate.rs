//! `impute language evaluate`: how good a classifier is on texts with labels.

use std::path::Path;
use std::time::Duration;

use impute::kinds::language::evaluate::{Confusion, Figures, OfLabel, Tally};
use impute::kinds::language::{Classifier, UNKNOWN, each};
use impute::progress::Progress;
use impute::text::printable::quoted;
use serde_json::json;

use super::classifier::open;
use crate::cli::args::LanguageEvaluate;
use crate::cli::progress::Ui;
use crate::cli::resources::processor_time;
use crate::cli::{pretty, print};

/// How many confusions are shown as text.
const SHOWN: usize = 20;

pub fn run(args: &LanguageEvaluate, ui: &Ui) -> anyhow::Result<()> {
    let (named, texts) = match &args.files[..] {
        [named, texts] => (Some(named.as_path()), texts),
        files => (None, &files[0]),
    };
    let classifier = open(named)?;
    let (tally, count, seconds) = measure(&classifier, texts, ui)?;
    ui.clear();
    if !tally.lacking().is_empty() {
        let labels = tally.lacking().iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        ui.note(&format!(
            "labels that the classifier lacks, whose texts count as foreign: {}",
            quoted(&labels)
        ));
    }
    let speed = seconds.map(|seconds| count as f64 / seconds.as_secs_f64().max(1e-3));
    print(match args.json {
        true => pretty(&as_json(&tally, speed))?,
        false => as_text(&tally, speed),
    })
}

/// What is said of all texts, how many there are, and the processor time that reading and saying took.
fn measure(
    classifier: &Classifier,
    texts: &Path,
    ui: &Ui,
) -> anyhow::Result<(Tally, u64, Option<Duration>)> {
    let mut tally = Tally::new(classifier.labels());
    let mut reader = classifier.reader();
    let began = processor_time();
    let count = each(texts, ui, |label, text| tally.add(label, text, reader.guess(text)))?;
    let took = began.zip(processor_time()).map(|(began, ended)| ended.saturating_sub(began));
    Ok((tally, count, took))
}

fn as_json(tally: &Tally, speed: Option<f64>) -> serde_json::Value {
    let (foreign, taken) = tally.foreign();
    json!({
        "lengths": tally.figures(),
        "labels": tally.labels(),
        "confusions": tally.confusions(),
        "foreign": { "texts": foreign, "taken_for_a_label": taken },
        "texts_a_processor_second": speed,
    })
}

fn as_text(tally: &Tally, speed: Option<f64>) -> String {
    let figures = tally.figures();
    let mut text =
        format!("{:<12}{:>8}  {:>8}  95 % interval  unknown    ECE\n", "", "texts", "accuracy");
    for Figures { length, texts, accuracy, unknown, calibration_error } in &figures {
        let interval = format!("{:.2} to {:.2}", accuracy.low, accuracy.high);
        text += &format!(
            "{:<12}{texts:>8}  {:>6.2} %  {interval:>14}{unknown:>7.2} %{calibration_error:>7.2}\n",
            length.name(),
            accuracy.mean
        );
    }
    let (foreign, taken) = tally.foreign();
    if foreign > 0 {
        let share = 100.0 * taken as f64 / foreign as f64;
        text += &format!("foreign     {foreign:>8}  taken for one of the labels: {share:.2} %\n");
    }
    if let Some(speed) = speed {
        text += &format!("{speed:.0} texts a processor second\n");
    }
    text += "\nrecognised, in percent\n";
    text += &format!("{:<12}", "label");
    text += &figures.iter().map(|of| format!("{:>12}", of.length.name())).collect::<String>();
    text.push('\n');
    for OfLabel { label, by_length } in tally.labels() {
        text += &format!("{label:<12}");
        for of in &figures {
            let (texts, right) = by_length[of.length as usize];
            text += &match texts {
                0 => format!("{:>12}", "-"),
                _ => format!("{:>12.2}", 100.0 * right as f64 / texts as f64),
            };
        }
        text.push('\n');
    }
    let confusions = tally.confusions();
    if !confusions.is_empty() {
        text += "\ntaken for another, most often\n";
    }
    for Confusion { is, said, texts } in confusions.iter().take(SHOWN) {
        text += &format!("{texts:>8}  {is} for {}\n", said.as_deref().unwrap_or(UNKNOWN));
    }
    text
}
