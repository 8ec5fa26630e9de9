//! `impute score SUBMISSION SOLUTION`: the competition's score.

use impute::interval::bootstrap::Interval;
use impute::progress::{Progress, Unit};
use impute::submission::score::distances;
use impute::text::input;
use impute::text::rows::RowReader;
use serde_json::json;

use super::args::Score;
use super::progress::Ui;
use super::{counted, print, refuse_reading_twice};

pub fn run(args: &Score, ui: &Ui) -> anyhow::Result<()> {
    refuse_reading_twice([&args.submission, &args.solution].into_iter())?;
    let read = |path| RowReader::new(input::open(path)?, None, args.lossy);
    let (mut submission, mut solution) = (read(&args.submission)?, read(&args.solution)?);
    ui.stage("score", Unit::Pieces, None);
    let distances = distances(&mut submission, &mut solution, ui)?;
    let values: Vec<f64> = distances.iter().map(|&distance| distance as f64).collect();
    if values.is_empty() {
        anyhow::bail!(
            "{}: no rows; a submission has one for every row of the test",
            submission.name()
        );
    }
    let Interval { mean, low, high } = Interval::of(&values);
    ui.clear();
    let text = match args.json {
        true => json!({ "mean": mean, "low": low, "high": high, "rows": values.len() }).to_string(),
        false => format!("{mean:.4}"),
    };
    print(format!("{text}\n"))?;
    if !args.json {
        ui.note(&format!(
            "mean Levenshtein distance of {}, 95 % interval {low:.4} to {high:.4}",
            counted(values.len() as u64, "row")
        ));
    }
    Ok(())
}
