//! How often it is right where it is surest.

use maud::{Markup, html};

use super::chart::{Plot, Scale, legend};
use super::spell::{count, percent, percent_range, points};
use super::table::{figure, table};
use crate::evaluate::calibration_table::{CalibrationTable, Reliability};
use crate::evaluate::coverage::Covered;

const NAMES: [&str; 2] = ["the likeliest gap", "the likeliest word in the true gap"];

pub fn section(calibrated: &CalibrationTable) -> Markup {
    let sides = [&calibrated.gap, &calibrated.word];
    let plot = Plot::new(
        Scale::shares("the most confident, % of the sentences"),
        Scale::shares("right among them, %"),
    );
    let ends = sides.iter().zip(NAMES).filter_map(|(side, name)| {
        let (first, last) = (side.coverage.first()?, side.coverage.last()?);
        let share = percent(covered(side, first));
        Some(format!(
            "{name}: {} right among the most confident {share}, {} among all",
            percent(first.right),
            percent(last.right)
        ))
    });
    let name = format!("Share right by coverage. {}", ends.collect::<Vec<_>>().join("; "));
    let marks = html! {
        @for (series, side) in sides.into_iter().enumerate() {
            (plot.line(series, &side.coverage.iter().map(|c| [covered(side, c), c.right]).collect::<Vec<_>>()))
            @for c in &side.coverage { (plot.interval(series, covered(side, c), c.interval)) }
            @for c in &side.coverage {
                (plot.point(series, [covered(side, c), c.right], &format!(
                    "the {} most confident: {} right", count(c.claims), percent(c.right)
                )))
            }
        }
    };
    let none = || vec!["–".to_owned(); 3];
    let cells =
        |c: &Covered| vec![points(c.confidence), points(c.right), percent_range(c.interval)];
    // Both sides have the same claims, unless the text gives no truth.
    let most = sides.map(|side| side.coverage.len()).into_iter().max().unwrap_or(0);
    let rows: Vec<Vec<String>> = (0..most)
        .map(|i| {
            let side = sides.into_iter().find(|side| side.coverage.len() > i);
            let n = side.map_or(0, |side| side.coverage[i].claims);
            let both = sides.map(|side| side.coverage.get(i).map_or_else(none, cells));
            [vec![count(n)], both.concat()].concat()
        })
        .collect();
    let heads = ["most confident", "gap from", "right", "95 %", "word from", "right", "95 %"];
    html! {
        p { "Sentences by falling probability of the likeliest gap, or of the likeliest word in the true gap: "
            "how many are right among the most confident tenth, two tenths, and so on to all of them?" }
        (figure("Right among the most confident", legend(&NAMES), plot.draw(&name, marks),
            table("Right among the most confident, in %", &heads, &rows)))
    }
}

fn covered(side: &Reliability, row: &Covered) -> f64 {
    row.claims as f64 / side.claims.max(1) as f64
}
