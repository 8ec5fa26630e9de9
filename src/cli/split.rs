//! `impute split TEXT`: a test and its solution from whole sentences.

use impute::progress::{Progress, Unit};
use impute::random::Random;
use impute::task::remove::remove_word;
use impute::text::input;
use impute::text::output::{Output, same_file};
use impute::text::rows::{Format, Row, RowReader, RowWriter};

use super::args::Split;
use super::progress::Ui;
use super::{counted, refuse_replacing};

pub fn run(args: &Split, ui: &Ui) -> anyhow::Result<()> {
    if same_file(&args.test_out, &args.solution_out) {
        anyhow::bail!("{}: named for both outputs; name two files", args.test_out.display());
    }
    for output in [&args.test_out, &args.solution_out] {
        refuse_replacing(Some(output), Some(&args.text))?;
    }
    let input = input::open(&args.text)?;
    let total = input.size;
    let mut test = RowWriter::new(Output::create(Some(&args.test_out))?, Format::Kaggle, b"")?;
    let solution = Output::create(Some(&args.solution_out))?;
    let mut solution = RowWriter::new(solution, Format::Kaggle, b"")?;
    let mut rows = RowReader::new(input, None, args.lossy)?.passing_over();
    let mut random = Random::new(args.seed);
    let (mut kept, mut short) = (0u64, 0u64);
    ui.stage("read", Unit::Bytes, total);
    while let Some(whole) = rows.next_row()? {
        let Some(sentence) = remove_word(&whole.sentence, &mut random) else {
            short += 1;
            continue;
        };
        kept += 1;
        // Lines left out leave no gaps in the numbering of plain text.
        let id = match rows.format() {
            Format::Text => kept.to_string().into_bytes(),
            Format::Kaggle => whole.id.clone(),
        };
        let row = Row { id, ..whole };
        test.write(&row, &sentence)?;
        solution.write(&row, &row.sentence)?;
        if kept.is_multiple_of(4096) {
            ui.advance(rows.advanced());
        }
    }
    if kept == 0 {
        anyhow::bail!(
            "{}: no sentence of three words or more; give it text with one sentence a line",
            rows.name()
        );
    }
    // Both files or neither.
    test.complete()?;
    solution.complete()?;
    test.finish()?;
    solution.finish()?;
    ui.clear();
    rows.passed_over().note().iter().for_each(|note| ui.note(note));
    ui.note(&format!(
        "{}, one word removed from each; {short} under three words left out",
        counted(kept, "sentence")
    ));
    Ok(())
}
