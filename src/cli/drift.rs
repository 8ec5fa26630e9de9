//! `impute drift OLD NEW`: can new text be told from old, and by what?

use std::path::{Path, PathBuf};

use impute::kinds::drift::{Report, Settings, drift};
use impute::page::drift_page;
use impute::text::input::{self, file_name};
use impute::text::output::Output;
use impute::text::rows::RowReader;

use super::args::{Drift, ModelArg};
use super::progress::Ui;
use super::shell::quoted;
use super::{Need, open_model, pretty, refuse_reading_twice, refuse_replacing};

/// Ends the program with exit code 3: the report has been written, and it says that there is drift.
#[derive(Debug, thiserror::Error)]
#[error("drift; see the report")]
pub struct Alarm;

pub fn run(args: &Drift, ui: &Ui) -> anyhow::Result<()> {
    if args.html.as_deref() == Some(Path::new("-")) {
        anyhow::bail!("--html -: standard output is for the report; name a file for the page");
    }
    refuse_reading_twice([&args.old, &args.new].into_iter())?;
    for input in [Some(&args.old), Some(&args.new), args.model.as_ref()] {
        refuse_replacing(args.html.as_deref(), input.map(PathBuf::as_path))?;
    }
    let mut out = Output::create(None)?;
    let page = args.html.as_deref().map(|path| Output::create(Some(path))).transpose()?;
    let model = args.model.clone().map(|model| ModelArg { model: Some(model) });
    let model = model.map(|model| open_model(&model, Need::Ngrams)).transpose()?;
    let read = |path: &Path| RowReader::new(input::open(path)?, None, args.lossy);
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let mut settings = Settings::default();
    (settings.lines, settings.shown) = (args.lines as usize, args.count);
    let report = drift(old, new, settings, model.as_ref().map(|(model, _)| model), ui)?;
    ui.clear();
    if let Some((_, whole)) = model {
        whole.confirm(ui)?;
    }
    if let Some(page) = page {
        write_page(page, args, &report)?;
    }
    let text = if args.json { pretty(&report)? } else { report.to_text() };
    let printed = out.write(text.as_bytes()).and_then(|()| out.finish());
    match printed {
        // The alarm is for whoever looks at the exit code, even if nobody reads the report.
        Err(error) if !error.is_broken_pipe() => Err(error.into()),
        _ if args.alarm && report.verdict.is_drift() => Err(Alarm.into()),
        printed => Ok(printed?),
    }
}

fn write_page(mut out: Output, args: &Drift, report: &Report) -> anyhow::Result<()> {
    let names = [&args.old, &args.new].map(|path| file_name(path));
    let [old, new] = &names;
    out.write(drift_page(report, [old, new], &command(args, &names)).as_bytes())?;
    Ok(out.finish()?)
}

/// The command that finds the same, with the names of the files but not their folders.
fn command(args: &Drift, names: &[String; 2]) -> String {
    let mut words = vec!["impute drift".to_owned()];
    words.extend(names.iter().map(|name| quoted(name)));
    words.extend(args.model.iter().map(|model| format!("--model {}", quoted(&file_name(model)))));
    words.push(format!("--lines {} -n {}", args.lines, args.count));
    words.extend(args.lossy.then(|| "--lossy".to_owned()));
    words.push("--html drift.html".into());
    words.join(" ")
}
