//! `impute export --arpa`: the model's n-grams as text for other tools.

use impute::model::arpa;
use impute::progress::{Progress, Unit};
use impute::text::output::Output;

use super::args::Export;
use super::progress::Ui;
use super::{Need, model_file, open_model, refuse_replacing};

pub fn run(args: &Export, ui: &Ui) -> anyhow::Result<()> {
    let output = args.output.as_deref();
    refuse_replacing(output, model_file(&args.model).as_deref())?;
    let mut out = Output::create(output)?;
    let (model, whole) = open_model(&args.model, Need::Ngrams)?;
    ui.stage("export", Unit::Pieces, None);
    let name = out.name().to_owned();
    arpa::write(model.view(), &name, &mut out)?;
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    if output.is_some() {
        let counts: Vec<String> = model.header().ngrams.iter().map(u64::to_string).collect();
        ui.note(&format!("{} n-grams of orders 1 to {}", counts.join(" + "), counts.len()));
    }
    Ok(())
}
