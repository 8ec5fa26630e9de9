//! `impute-serve feedback export`: what was said, as files to measure on, to learn from, and to look at.
//!
//! All files are written under temporary names and renamed when all are complete.

use std::path::Path;

use anyhow::Context;
use impute::text::counted;
use impute::text::output::Output;
use impute::text::rows::{Format, Row, RowWriter};
use serde::Serialize;
use uuid::Uuid;

use super::args::Export;
use super::data;
use super::rates::Rates;
use super::truths::Truths;
use crate::store::Feedback;

/// With fewer sentences, neither a comparison nor a fit tells anything.
const FEWEST: usize = 200;

/// A line of `feedback.jsonl`. Who said it is left out.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: i64,
    tracking_id: Uuid,
    source: &'static str,
    created: i64,
    task: &'static str,
    model: &'a str,
    version: Option<u64>,
    text: &'a str,
    answer: &'a str,
    verdict: &'static str,
    word: Option<&'a str>,
    gap: Option<usize>,
    sentence: Option<&'a str>,
}

impl<'a> From<&'a Feedback> for Line<'a> {
    fn from(said: &'a Feedback) -> Self {
        Line {
            id: said.seq,
            tracking_id: said.job,
            source: said.source.name(),
            created: said.created,
            task: said.task.name(),
            model: &said.model,
            version: said.version,
            text: &said.text,
            answer: &said.answer,
            verdict: said.verdict.name(),
            word: said.word.as_deref(),
            gap: said.gap,
            sentence: said.sentence.as_deref(),
        }
    }
}

/// Writes the files, and says on standard error what is in them.
///
/// # Errors
/// The database cannot be read, or a file not written.
pub fn run(wanted: &Export) -> anyhow::Result<()> {
    let mut reading = data::open(&wanted.data)?;
    let folder = &wanted.folder;
    std::fs::create_dir_all(folder).with_context(|| {
        format!("{}: this folder cannot be made; name another", folder.display())
    })?;
    let create = |name: &str| Output::create(Some(&folder.join(name)));
    let [test, solution, mut whole, mut lines] = [
        create("test.csv")?,
        create("solution.csv")?,
        create("whole.txt")?,
        create("feedback.jsonl")?,
    ];
    let mut test = RowWriter::new(test, Format::Kaggle, b"")?;
    let mut solution = RowWriter::new(solution, Format::Kaggle, b"")?;
    let (mut truths, mut rates, mut all) = (Truths::default(), Rates::default(), 0);
    reading.each_feedback(&mut |said| {
        let mut line = serde_json::to_vec(&Line::from(&said))?;
        line.push(b'\n');
        lines.write(&line)?;
        truths.take(&said, wanted.evaluate);
        rates.take(&said);
        all += 1;
        Ok(())
    })?;
    for known in &truths.rows {
        let row = Row { id: known.id.to_string().into_bytes(), ..Row::default() };
        test.write(&row, known.test.as_bytes())?;
        solution.write(&row, known.solution.as_bytes())?;
    }
    for line in truths.lines() {
        whole.write(line.as_bytes())?;
        whole.write(b"\n")?;
    }
    test.complete()?;
    solution.complete()?;
    whole.complete()?;
    lines.complete()?;
    test.finish()?;
    solution.finish()?;
    whole.finish()?;
    lines.finish()?;
    tell(folder, &truths, &rates, all);
    Ok(())
}

fn tell(folder: &Path, truths: &Truths, rates: &Rates, all: u64) {
    let say = |line: String| eprintln!("impute-serve: {line}");
    let at = |name: &str| folder.join(name).display().to_string();
    let (rows, whole) = (truths.rows.len(), truths.whole.len());
    say(format!("{}: {}", at("feedback.jsonl"), counted(all, "report")));
    say(format!(
        "{} and solution.csv: {}, to measure on",
        at("test.csv"),
        counted(rows as u64, "sentence")
    ));
    say(format!("{}: {}, to learn from", at("whole.txt"), counted(whole as u64, "sentence")));
    if truths.useless > 0 {
        let useless = counted(truths.useless as u64, "sentence");
        say(format!(
            "{useless} left out: no word between two others is missing, or a word is too long"
        ));
    }
    rates.rates().iter().for_each(|rate| say(rate.to_string()));
    let few = [(rows, "measure on"), (whole, "learn from")];
    for (_, what) in few.iter().filter(|(n, _)| *n < FEWEST) {
        say(format!(
            "warning: fewer than {FEWEST} sentences to {what} tell nothing for sure; wait for more"
        ));
    }
}
