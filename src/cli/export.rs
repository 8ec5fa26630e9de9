//! `impute export --arpa`: the model's n-grams as text for other tools.

use std::path::Path;

use impute::model::arpa;
use impute::progress::{Progress, Unit};
use impute::text::compress::Compressed;

use super::args::Export;
use super::progress::Ui;
use super::{Need, open_model, refuse_replacing};

pub fn run(args: &Export, ui: &Ui) -> anyhow::Result<()> {
    let output = args.output.as_deref();
    let from_environment = std::env::var_os("IMPUTE_MODEL");
    let source = args.model.model.as_deref().or(from_environment.as_deref().map(Path::new));
    refuse_replacing(output, source)?;
    let mut out = Compressed::create(output)?;
    let (model, whole) = open_model(&args.model, Need::Ngrams)?;
    ui.stage("export", Unit::Pieces, None);
    let name = out.name().to_owned();
    arpa::write(&model.view(), &name, &mut out)?;
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    if output.is_some() {
        let counts: Vec<String> = model.header().ngrams.iter().map(u64::to_string).collect();
        ui.note(&format!("{} n-grams of orders 1 to {}", counts.join(" + "), counts.len()));
    }
    Ok(())
}
