//! `impute language train`: a classifier from texts with labels.

use impute::kinds::language::train::{Train, train};
use impute::text::counted;
use impute::text::output::Output;

use crate::cli::args::LanguageTrain;
use crate::cli::progress::Ui;
use crate::cli::{refuse_reading_twice, refuse_replacing, train::today, warn_of_doubles};
use impute::progress::Progress;

pub fn run(args: &LanguageTrain, ui: &Ui) -> anyhow::Result<()> {
    let inputs = || args.texts.iter().chain(&args.held_out);
    refuse_reading_twice(inputs())?;
    warn_of_doubles(args.texts.iter(), ui);
    for input in inputs() {
        refuse_replacing(Some(&args.output), Some(input))?;
    }
    let mut out = Output::create(Some(&args.output))?;
    let mut wanted = Train::new(args.texts.clone());
    wanted.held_out = args.held_out.clone();
    wanted.ngrams = args.ngrams as usize;
    (wanted.steps, wanted.seed) = (args.steps, args.seed);
    (wanted.date, wanted.license) = (today(), args.license.clone());
    let classifier = train(&wanted, ui)?;
    let bytes = classifier.to_bytes()?;
    out.write(&bytes)?;
    out.finish()?;
    ui.clear();
    ui.note(&format!(
        "{}, {}, {}",
        counted(classifier.labels().len() as u64, "label"),
        counted(classifier.ngrams() as u64, "n-gram"),
        counted(bytes.len() as u64, "byte")
    ));
    Ok(())
}
