//! `impute INPUT`: reads rows in batches, answers them on all threads, writes them in order.

use std::time::Instant;

use impute::progress::{Progress, Unit};
use impute::solve::{Answer, Method, Solver, Workers};
use impute::text::input;
use impute::text::output::Output;
use impute::text::rows::{Format, Row, RowReader, RowWriter};
use rayon::prelude::*;

use super::args::Predict;
use super::progress::Ui;
use super::{Need, effort, open_model, refuse_replacing};

/// A batch is full with so many rows or bytes: memory does not grow with the input.
const BATCH_ROWS: usize = 1024;
const BATCH_BYTES: usize = 4 << 20;
/// How many rows are one piece of parallel work.
const CHUNK: usize = 16;

pub fn run(args: &Predict, ui: &Ui) -> anyhow::Result<()> {
    let Some(path) = &args.input else {
        anyhow::bail!("no input; name a file, or `-` for standard input");
    };
    refuse_replacing(args.output.as_deref(), args.model.model.as_deref())?;
    let input = input::open(path)?;
    let total = input.size;
    let output = Output::create(args.output.as_deref())?;
    let forced = args.format.map(Format::from);
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let mut rows = RowReader::new(input, forced, args.lossy)?;
    let format = forced.unwrap_or(rows.format());
    let solver = Solver::new(&model)?.with_effort(effort(args.exact));
    let workers = Workers::new(&solver);
    let began = Instant::now();
    ui.stage("impute", Unit::Bytes, total);
    let (mut batch, mut count, mut changed, mut told) = (Vec::new(), 0, 0, 0);
    // Nothing is written before the first batch could be read.
    let mut more = fill(&mut rows, &mut batch)?;
    let mut out = RowWriter::new(output, format, rows.mark())?;
    loop {
        let answers = answer(&workers, &batch, args.method.into());
        for (row, answer) in batch.iter().zip(&answers) {
            out.write(row, &answer.sentence)?;
            changed += u64::from(answer.insert.is_some());
        }
        count += batch.len() as u64;
        ui.status(format!("{:.0} sentences/s", count as f64 / began.elapsed().as_secs_f64()));
        ui.advance(rows.position() - told);
        told = rows.position();
        if !more {
            break;
        }
        more = fill(&mut rows, &mut batch)?;
    }
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    let seconds = began.elapsed().as_secs_f64();
    ui.note(&format!(
        "{count} sentences in {seconds:.1} s ({:.0} a second), {changed} changed",
        count as f64 / seconds.max(1e-9)
    ));
    Ok(())
}

/// Reads the next batch and returns whether there may be more.
fn fill(rows: &mut RowReader, batch: &mut Vec<Row>) -> impute::Result<bool> {
    batch.clear();
    let mut bytes = 0;
    while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(row) = rows.next_row()? else {
            return Ok(false);
        };
        bytes += row.sentence.len();
        batch.push(row);
    }
    Ok(true)
}

fn answer(workers: &Workers<'_, '_>, batch: &[Row], method: Method) -> Vec<Answer> {
    batch
        .par_chunks(CHUNK)
        .flat_map_iter(|chunk| {
            workers.with(|worker| {
                let sentences: Vec<&[u8]> = chunk.iter().map(|row| &row.sentence[..]).collect();
                worker.answer_all(&sentences, method)
            })
        })
        .collect()
}
