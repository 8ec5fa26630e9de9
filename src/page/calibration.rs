//! What was stated against what was right, and what was expected against what came out.

use maud::{Markup, html};

use super::chart::{Plot, Scale};
use super::spell::{count, ends, fixed, percent, percent_range, points, range, signed};
use super::table::{figure, table};
use crate::evaluate::calibration_table::{CalibrationTable, Promise, Reliability};

pub fn section(calibrated: &CalibrationTable) -> Markup {
    let difference = &calibrated.distance.difference;
    html! {
        p { "Answers stand in ten bins by the probability that was stated for them. Where points lie on the "
            "diagonal, what was stated is what was right; lines are 95 % intervals (Wilson), and the grey "
            "bars show how many of the answers, in %, stand in each bin. The expected "
            "calibration error, ECE, is the mean distance from the diagonal, weighted by the bins' sizes: "
            b { (points(calibrated.gap.error)) } " points for the gap, "
            b { (points(calibrated.word.error)) } " for the word." }
        (reliability(0, "The likeliest gap", &calibrated.gap))
        (reliability(1, "The likeliest word in the true gap", &calibrated.word))
        p { "The posterior also states by how many characters an answer will be off. It expected "
            (fixed(difference.mean.abs(), 3)) " characters "
            (if difference.mean < 0.0 { "less" } else { "more" }) " than came out (expected − came out, 95 %: "
            (range(ends(difference), 3)) "). Tenths of the sentences, by rising expectation:" }
        (promise(0, "Distance of all answers, characters", &calibrated.distance))
        (promise(1, "Gain of the answers that change their sentence, characters", &calibrated.gain))
    }
}

fn reliability(series: usize, title: &str, of: &Reliability) -> Markup {
    let plot = Plot::new(Scale::shares("stated, %"), Scale::shares("right, %"));
    let name = format!(
        "{title}: share right against stated probability in {} bins, {} claims, ECE {} points",
        of.bins.len(),
        count(of.claims),
        points(of.error)
    );
    let marks = html! {
        @for bin in &of.bins {
            (plot.shade(bin.range, bin.claims as f64 / of.claims.max(1) as f64))
        }
        (plot.diagonal())
        @for bin in &of.bins { (plot.interval(series, bin.confidence, bin.interval)) }
        @for bin in &of.bins {
            (plot.point(series, [bin.confidence, bin.right], &format!(
                "stated {}, right {} of {}", percent(bin.confidence), percent(bin.right), count(bin.claims)
            )))
        }
    };
    let rows: Vec<Vec<String>> = (of.bins.iter())
        .map(|bin| {
            let range = bin.range.map(|end| fixed(100.0 * end, 0)).join("–");
            let right = [points(bin.confidence), points(bin.right), percent_range(bin.interval)];
            [vec![range, count(bin.claims)], right.to_vec()].concat()
        })
        .collect();
    let heads = ["stated", "n", "mean", "right", "95 %"];
    figure(
        title,
        html! {},
        plot.draw(&name, marks),
        table(&format!("{title}, in %"), &heads, &rows),
    )
}

fn promise(series: usize, title: &str, of: &Promise) -> Markup {
    let both = |f: fn(&[f64; 2]) -> f64| -> Vec<f64> {
        of.rows.iter().map(|row| f(&[row.expected, row.realised])).collect()
    };
    let all: Vec<f64> = [both(|pair| pair[0]), both(|pair| pair[1])].concat();
    let plot =
        Plot::new(Scale::around("expected", &all, true), Scale::around("came out", &all, true));
    let name = format!(
        "{title}: what came out against what was expected, in {} tenths; on the whole {} came out and {} was expected",
        of.rows.len(),
        fixed(of.realised, 3),
        fixed(of.expected, 3)
    );
    let points: Vec<[f64; 2]> = of.rows.iter().map(|row| [row.expected, row.realised]).collect();
    let marks = html! {
        (plot.diagonal())
        (plot.line(series, &points))
        @for (i, row) in of.rows.iter().enumerate() {
            (plot.point(series, points[i], &format!(
                "tenth {}: expected {}, came out {}", i + 1, fixed(row.expected, 2), fixed(row.realised, 2)
            )))
        }
    };
    let cells = |name: String, n: usize, expected: f64, realised: f64| {
        let difference = signed(expected - realised, 3);
        vec![name, count(n), fixed(expected, 3), fixed(realised, 3), difference]
    };
    let mut rows: Vec<Vec<String>> = (of.rows.iter().enumerate())
        .map(|(i, r)| cells((i + 1).to_string(), r.sentences, r.expected, r.realised))
        .collect();
    rows.push(cells("all".into(), of.sentences, of.expected, of.realised));
    let heads = ["tenth", "n", "expected", "came out", "diff."];
    figure(title, html! {}, plot.draw(&name, marks), table(title, &heads, &rows))
}
