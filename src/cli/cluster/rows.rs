//! The sentences that `impute evaluate --rows` wrote, if they were answered wrongly.

use std::path::Path;

use anyhow::Context;
use impute::text::counted;
use impute::text::input;
use impute::text::printable::quoted;

/// Sentences with their ids.
#[derive(Debug, Default)]
pub struct Wrong {
    pub ids: Vec<String>,
    pub sentences: Vec<Vec<u8>>,
    /// How many rows there are in all.
    pub rows: usize,
}

/// Reads the rows whose first distance is not 0.
pub fn read(path: &Path) -> anyhow::Result<Wrong> {
    let input = input::open(path)?;
    let name = input.name.clone();
    let mut csv = csv::Reader::from_reader(input.reader);
    let header = csv.headers().with_context(|| name.clone())?.clone();
    let place = |fits: &dyn Fn(&str) -> bool, what: &str| {
        header.iter().position(fits).with_context(|| {
            format!(
                "{name}: line 1: no column {}; give it what `impute evaluate --rows` wrote",
                quoted(what)
            )
        })
    };
    let id = place(&|column| column == "id", "id")?;
    let sentence = place(&|column| column == "sentence", "sentence")?;
    let distance = place(&|column| column.ends_with("_distance"), "posterior_distance")?;
    let mut wrong = Wrong::default();
    for row in csv.records() {
        let row = row.with_context(|| name.clone())?;
        wrong.rows += 1;
        let Ok(distance) = row[distance].parse::<f64>() else {
            let (line, value) =
                (row.position().map_or(0, csv::Position::line), quoted(&row[distance]));
            anyhow::bail!(
                "{name}: line {line}: {value} is no distance; give the rows that `evaluate --rows` wrote"
            );
        };
        if distance != 0.0 {
            wrong.ids.push(row[id].to_owned());
            // A line is a line, whatever an edited file holds.
            wrong.sentences.push(row[sentence].replace(['\n', '\r'], " ").into_bytes());
        }
    }
    if wrong.ids.is_empty() {
        let rows = counted(wrong.rows as u64, "row");
        anyhow::bail!("{name}: {rows}, none of them answered wrongly; there is nothing to group");
    }
    Ok(wrong)
}
