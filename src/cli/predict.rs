//! `impute INPUT`: reads rows in batches, answers them on all threads, writes them in order.

use std::time::Instant;

use impute::progress::{Progress, Silent, Unit};
use impute::solve::k_best::KBest;
use impute::solve::{Answer, Method, Solver, Worker, Workers};
use impute::text::input;
use impute::text::ordinary::attached_mark;
use impute::text::output::Output;
use impute::text::printable::quoted;
use impute::text::rows::{Format, Row, RowWriter};

use super::args::{FormatArg, InsertArg, Predict};
use super::batches::Batches;
use super::jsonl;
use super::progress::Ui;
use super::{
    Need, counted, effort, model_file, open_model, refuse_reading_twice, refuse_replacing,
};

pub fn run(args: &Predict, ui: &Ui) -> anyhow::Result<()> {
    refuse_reading_twice(args.input.iter())?;
    refuse_replacing(args.output.as_deref(), model_file(&args.model).as_deref())?;
    let several = args.input.len() > 1;
    if args.format.is_some() || several {
        for path in &args.input {
            refuse_replacing(args.output.as_deref(), Some(path))?; // by a file of another kind
        }
    }
    if several && matches!(args.format, Some(FormatArg::Kaggle | FormatArg::Jsonl)) {
        anyhow::bail!(
            "--format: rows of several inputs would share their ids; answer each by itself, or as text"
        );
    }
    input::check(&args.input)?;
    let output = Output::create(args.output.as_deref())?;
    let forced = args.format.and_then(FormatArg::rows);
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let (mut rows, total) = Batches::open(&args.input, forced, args.lossy)?;
    let format = forced.unwrap_or(rows.format());
    let inserts = InsertArg::or_by_form(args.insert, format);
    let solver = Solver::new(model)?.with_effort(effort(args.exact)).with_inserts(inserts);
    let workers = Workers::new(&solver);
    let began = Instant::now();
    ui.stage("impute", Unit::Bytes, total);
    let (mut batch, mut count, mut changed) = (Vec::new(), 0, 0);
    // Nothing is written before the first batch has been read.
    let mut more = rows.next_into(&mut batch)?;
    // The first batch tells enough; on a slow pipe it is the first lines.
    if rows.format() == Format::Text
        && let Some(word) = attached_mark(batch.iter().map(|row| &row.sentence[..]))
    {
        ui.note(&format!(
            "{}: text with marks attached to words, as {}, though every token should stand between \
             spaces; `impute repair` reads text as people write it",
            rows.name(),
            quoted(&String::from_utf8_lossy(word))
        ));
    }
    let (mut out, k) = match args.format {
        Some(FormatArg::Jsonl) => (Out::Objects(output), Some(args.top.count())),
        _ => (Out::Rows(RowWriter::new(output, format, rows.mark())?), None),
    };
    loop {
        let answers = answer(&workers, &batch, args.method.into(), k)?;
        for (row, answer) in batch.iter().zip(&answers) {
            out.write(row, &answer.bytes)?;
            changed += u64::from(answer.changed);
        }
        if rows.arrive() {
            out.flush()?; // somebody may wait for them
        }
        count += batch.len() as u64;
        ui.status(format!(
            "{:.0} sentences a second",
            count as f64 / began.elapsed().as_secs_f64()
        ));
        ui.advance(rows.advanced());
        if !more {
            break;
        }
        more = rows.next_into(&mut batch)?;
    }
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    let seconds = began.elapsed().as_secs_f64();
    ui.note(&format!(
        "{} in {seconds:.1} s ({:.0} a second), {changed} changed",
        counted(count, "sentence"),
        count as f64 / seconds.max(1e-9)
    ));
    Ok(())
}

/// Where answers go: rows in the format of the input, or an object per line.
enum Out {
    Rows(RowWriter),
    Objects(Output),
}

impl Out {
    fn write(&mut self, row: &Row, bytes: &[u8]) -> impute::Result<()> {
        match self {
            Out::Rows(out) => out.write(row, bytes),
            Out::Objects(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> impute::Result<()> {
        match self {
            Out::Rows(out) => out.flush(),
            Out::Objects(out) => out.flush(),
        }
    }

    fn finish(self) -> impute::Result<()> {
        match self {
            Out::Rows(out) => out.finish(),
            Out::Objects(out) => out.finish(),
        }
    }
}

/// A sentence with what was inserted, or its object.
struct Done {
    bytes: Vec<u8>,
    changed: bool,
}

/// Answers a batch; with `k` alternatives each where objects are wanted.
fn answer(
    workers: &Workers,
    batch: &[Row],
    method: Method,
    k: Option<usize>,
) -> impute::Result<Vec<Done>> {
    workers.map(batch, &Silent, |worker, rows| answer_piece(worker, rows, method, k))
}

fn answer_piece(
    worker: &mut Worker<'_>,
    rows: &[Row],
    method: Method,
    k: Option<usize>,
) -> Vec<Done> {
    let sentences: Vec<&[u8]> = rows.iter().map(|row| &row.sentence[..]).collect();
    let Some(k) = k else {
        let answers = worker.answer_all(&sentences, method).into_iter();
        let done =
            |answer: Answer| Done { changed: answer.insert.is_some(), bytes: answer.sentence };
        return answers.map(done).collect();
    };
    let solver = worker.solver();
    let found = worker.k_best(&sentences, method, k);
    let done = |(row, best): (&Row, KBest)| Done {
        bytes: jsonl::object(solver, row, &best),
        changed: best.answer.insert.is_some(),
    };
    rows.iter().zip(found).map(done).collect()
}
