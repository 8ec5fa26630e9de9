//! `impute tune MODEL --on TEXT`: fits the calibration of a model to sentences of the user's own kind.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use impute::fit::calibrate::{Examples, FEWEST};
use impute::fit::sample::{Sample, sample};
use impute::fit::{alarms, promise};
use impute::model::Model;
use impute::model::header::{Calibration, Repair, Tuned};
use impute::progress::Progress;
use impute::solve::Solver;
use impute::text::input;
use impute::text::output::NewFile;

use super::args::Tune;
use super::progress::Ui;
use super::{Need, checked, refuse_reading_twice, refuse_replacing};

/// The parameters of the posterior, and of repair.
type Fitted = (Calibration, Option<Repair>);

pub fn run(args: &Tune, ui: &Ui) -> anyhow::Result<()> {
    let output = args.output.as_ref().unwrap_or(&args.model);
    if [&args.model, output].contains(&&PathBuf::from("-")) {
        anyhow::bail!("-: a model is mapped and needs a file; name one");
    }
    for text in &args.on {
        refuse_replacing(Some(output), Some(text))?;
    }
    refuse_reading_twice(args.on.iter())?;
    let (source, whole) = checked::open(&args.model, Need::Ngrams)?;
    let source = Arc::new(source);
    let file = NewFile::create(output)?;
    let taken = read(args, &source, ui)?;
    let (examples, fitted) = examples(&source, &taken, ui)?;
    let mut header = source.header().clone();
    let old = header.calibration;
    let (new, repair) = fitted.ok_or_else(|| too_few(args, examples.count()))?;
    (header.calibration, header.repair) = (new, repair);
    header.provenance.tuned = Some(Tuned {
        program: concat!("impute ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: format!("impute tune --lines {}", args.lines),
        text_hash: format!("{:016x}", taken.hash),
        lines: taken.lines,
        sentences: new.sentences,
    });
    let mut out = BufWriter::with_capacity(1 << 20, file.file());
    let written = source.write_with_header(header, &mut out).and_then(|()| out.flush());
    written.map_err(|error| impute::Error::io(file.name(), "write", error))?;
    drop(out);
    whole.confirm(ui)?;
    drop(source); // not every system lets a file be replaced that is mapped
    file.finish()?;
    ui.clear();
    tell(&taken, &examples, [old, new], ui);
    Ok(())
}

/// Takes sentences out of the texts, enough of them and not those that the model was trained on.
fn read(args: &Tune, model: &Model, ui: &Ui) -> anyhow::Result<Sample> {
    let texts = args.on.iter().map(|text| input::open(text)).collect::<Result<_, _>>()?;
    let taken = sample(texts, args.lines as usize, args.lossy, ui)?;
    if format!("{:016x}", taken.hash) == model.header().provenance.text_hash {
        let what = format!("{} was trained on these very lines", model.name());
        let remedy = "give sentences that it has not seen: of those it is too sure";
        return Err(impute::Error::file(&names(&args.on), what, remedy).into());
    }
    match taken.sentences.len() {
        n if n < FEWEST => Err(too_few(args, n).into()),
        _ => Ok(taken),
    }
}

fn too_few(args: &Tune, n: usize) -> impute::Error {
    let what = format!(
        "{n} different sentences of three words or more, and {FEWEST} is the least to fit to"
    );
    impute::Error::file(&names(&args.on), what, "give more text of the same kind")
}

/// What the calibration is fitted to. Which words are looked for depends on the calibration in use:
/// this begins where training does, so that what comes out does not depend on an earlier tuning.
fn examples(
    source: &Arc<Model>,
    taken: &Sample,
    ui: &Ui,
) -> anyhow::Result<(Examples, Option<Fitted>)> {
    let full = source.make_lists()?.map_or_else(|| source.clone(), Arc::new);
    let solver = Solver::new(full)?;
    let start = Calibration::start(source.header().net.is_some());
    let solver = solver.with_calibration(start);
    let examples = Examples::of(&solver, &taken.sentences, &|| {}, ui);
    let fitted = examples.fit();
    let fitted = fitted.map(|new| {
        let new = promise::fit(&solver, new, &taken.sentences, &|| {}, ui);
        let tuned = solver.clone().with_calibration(new);
        (new, alarms::fit(&tuned, &taken.sentences, &|| {}, ui))
    });
    Ok((examples, fitted))
}

/// The texts, for messages.
fn names(texts: &[PathBuf]) -> String {
    let name = |text: &PathBuf| match text == Path::new("-") {
        true => "standard input".to_owned(),
        false => text.display().to_string(),
    };
    texts.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The parameters and what they are worth, before and after.
fn tell(taken: &Sample, examples: &Examples, calibrations: [Calibration; 2], ui: &Ui) {
    let Sample { lines, short, .. } = taken;
    let fitted = examples.count();
    ui.note(&format!("fitted to {fitted} of {lines} sentences; {short} are under three words"));
    ui.note(&format!("{:<16}{:>10}{:>10}", "", "before", "after"));
    let row = |name: &str, [before, after]: [f64; 2]| {
        ui.note(&format!("{name:<16}{before:>10.4}{after:>10.4}"));
    };
    let [before, after] = calibrations.map(|calibration| calibration.parameters());
    for ((name, before), (_, after)) in before.into_iter().zip(after) {
        row(name, [before, after]);
    }
    let [before, after] = calibrations.map(|calibration| examples.nats(&calibration));
    row("nats of gap", [before[0], after[0]]);
    row("nats of word", [before[1], after[1]]);
}
