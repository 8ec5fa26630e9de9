//! `impute tune MODEL --on TEXT`: fits the calibration of a model to sentences of the user's own kind.

use std::path::Path;

use impute::make::{self, Base, Tuned, tune};
use impute::progress::Progress;

use super::args::Tune;
use super::models::named;
use super::progress::Ui;
use super::{counted, refuse_reading_twice, refuse_replacing};

pub fn run(args: &Tune, ui: &Ui) -> anyhow::Result<()> {
    // clap has seen to it that there is one.
    let model =
        named(args.named.as_ref().or(args.model.as_ref()).map_or(Path::new(""), |path| path))?;
    let output = match (&args.output, &model) {
        (Some(output), _) => output,
        (None, Base::File(path)) => path,
        (None, _) => {
            anyhow::bail!("the model inside the program cannot be replaced; name a file with -o")
        }
    };
    if output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    for text in &args.on {
        refuse_replacing(Some(output), Some(text))?;
    }
    refuse_reading_twice(args.on.iter())?;
    let mut wanted = make::Tune::new(model.clone(), args.on.clone());
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
