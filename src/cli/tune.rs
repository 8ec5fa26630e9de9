//! `impute tune MODEL --on TEXT`: fits the calibration of a model to sentences of the user's own kind.

use std::path::PathBuf;

use impute::make::{self, Tuned, tune};
use impute::progress::Progress;

use super::args::Tune;
use super::progress::Ui;
use super::{counted, refuse_reading_twice, refuse_replacing};

pub fn run(args: &Tune, ui: &Ui) -> anyhow::Result<()> {
    let output = args.output.as_ref().unwrap_or(&args.model);
    if [&args.model, output].contains(&&PathBuf::from("-")) {
        anyhow::bail!("-: a model is mapped and needs a file; name one");
    }
    for text in &args.on {
        refuse_replacing(Some(output), Some(text))?;
    }
    refuse_reading_twice(args.on.iter())?;
    let mut wanted = make::Tune::new(args.model.clone(), args.on.clone());
    wanted.lines = args.lines as usize;
    wanted.lossy = args.lossy;
    let tuned = tune(&wanted, output, ui)?;
    ui.clear();
    tell(&tuned, ui);
    Ok(())
}

/// The parameters and what they are worth, before and after.
fn tell(tuned: &Tuned, ui: &Ui) {
    let Tuned { lines, short, sentences, calibrations, nats: [before_nats, after_nats], .. } =
        tuned;
    ui.note(&format!(
        "fitted to {sentences} of {}; {short} under three words",
        counted(*lines, "sentence")
    ));
    ui.note(&format!("{:<16}{:>10}{:>10}", "", "before", "after"));
    let row = |name: &str, [before, after]: [f64; 2]| {
        ui.note(&format!("{name:<16}{before:>10.4}{after:>10.4}"));
    };
    let [before, after] = calibrations.map(|calibration| calibration.parameters());
    for ((name, before), (_, after)) in before.into_iter().zip(after) {
        row(name, [before, after]);
    }
    row("nats of gap", [before_nats[0], after_nats[0]]);
    row("nats of word", [before_nats[1], after_nats[1]]);
}
