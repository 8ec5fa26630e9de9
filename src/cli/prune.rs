//! `impute prune MODEL --threshold SHARE -o MODEL`: a model without the n-grams that hardly matter.

use std::path::Path;

use impute::make;
use impute::progress::Progress;

use super::args::Prune;
use super::models::named;
use super::progress::Ui;
use super::refuse_replacing;

pub fn run(args: &Prune, ui: &Ui) -> anyhow::Result<()> {
    let output = &args.output;
    if output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    refuse_replacing(Some(output), Some(&args.model))?;
    let mut wanted = make::Prune::new(named(&args.model)?, args.threshold.value);
    wanted.typed.clone_from(&args.threshold.typed);
    let make::Pruned { made, before, .. } = make::prune(&wanted, output, ui)?;
    ui.clear();
    for (n, (after, before)) in (1..).zip(made.header.ngrams.iter().zip(&before)) {
        ui.note(&format!("order {n}: {after} of {before} n-grams"));
    }
    ui.note("the calibration is that of the whole model; `impute tune` fits it anew");
    ui.note(&format!("model: {:.1} MB", made.size as f64 / 1e6));
    Ok(())
}
