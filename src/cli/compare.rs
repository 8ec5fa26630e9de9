//! `impute compare A B SOLUTION`: which submission is better, how sure is that, and where do they differ?

use std::path::Path;

use impute::interval::bootstrap::Interval;
use impute::progress::{Progress, Unit};
use impute::submission::compare::{Both, Comparison, compare, differ_most, join};
use impute::text::input;
use impute::text::printable::printable;
use impute::text::rows::RowReader;
use serde_json::{Value, json};

use super::args::Compare;
use super::excerpt::excerpts;
use super::progress::Ui;
use super::{pretty, print, refuse_reading_twice};

/// How wide a sentence may be after its label, in characters.
const WIDTH: usize = 75;

pub fn run(args: &Compare, ui: &Ui) -> anyhow::Result<()> {
    refuse_reading_twice([&args.a, &args.b, &args.solution].into_iter())?;
    let read = |path: &Path| RowReader::new(input::open(path)?, None, args.lossy);
    let (mut a, mut b, mut solution) = (read(&args.a)?, read(&args.b)?, read(&args.solution)?);
    ui.stage("read", Unit::Pieces, None);
    let both = join([&mut a, &mut b], &mut solution)?;
    let distances: Vec<[u32; 2]> = both.iter().map(|both| both.distances).collect();
    let Some(comparison) = compare(&distances, args.resamples, args.seed, ui) else {
        anyhow::bail!("{}: no rows; give it the solution of the test", solution.name());
    };
    ui.clear();
    let names = [a.name(), b.name()];
    let most = differ_most(&both, args.count);
    let text = match args.json {
        true => pretty(&as_json(&comparison, names, &most))?,
        false => as_text(&comparison, names, &most),
    };
    print(text)
}

fn as_text(comparison: &Comparison, names: [&str; 2], most: &[Vec<&Both>; 2]) -> String {
    let Comparison { scores, difference, p, smallest_p, better, resamples, seed } = comparison;
    let line = |label: &str, Interval { mean, low, high }: &Interval| {
        format!("{label:<7}{mean:>8.4}   {low:>8.4} to {high:>8.4}")
    };
    let mut text = format!("{:<7}{:>8}   {:>20}\n", "", "score", "95 % interval");
    for i in [0, 1] {
        text += &format!("{}   {}\n", line(["A", "B"][i], &scores[i]), printable(names[i]));
    }
    text += &format!("{}   below 0: A is better\n", line("A - B", difference));
    text += &format!(
        "p = {p:.5}, two-sided; {resamples} resamples, seed {seed}, least p {smallest_p:.5}\n"
    );
    let [a, b, equal] = better;
    text += &format!("A is better in {a} sentences, B in {b}, equally far {equal}\n");
    for (which, found) in ["A", "B"].into_iter().zip(most) {
        if found.is_empty() {
            continue;
        }
        text += &format!("\nwhere {which} is better, the largest differences (S: the solution)\n");
        for both in found {
            let [a, b] = both.distances;
            let id = printable(&String::from_utf8_lossy(&both.id));
            text += &format!("id {id}: A {a}, B {b}\n");
            let lines = excerpts([&both.answers[0], &both.answers[1], &both.solution], WIDTH);
            for (label, line) in ["A", "B", "S"].into_iter().zip(lines) {
                text += &format!("  {label}  {line}\n");
            }
        }
    }
    text
}

fn as_json(comparison: &Comparison, names: [&str; 2], most: &[Vec<&Both>; 2]) -> Value {
    let score = |i: usize| {
        let Interval { mean, low, high } = comparison.scores[i];
        json!({ "file": names[i], "mean": mean, "low": low, "high": high })
    };
    let sentence = |both: &&Both| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        json!({
            "id": text(&both.id),
            "a_distance": both.distances[0],
            "b_distance": both.distances[1],
            "a": text(&both.answers[0]),
            "b": text(&both.answers[1]),
            "solution": text(&both.solution),
        })
    };
    let [a_better, b_better, equal] = comparison.better;
    let [most_a, most_b] = most;
    json!({
        "a": score(0),
        "b": score(1),
        "difference": comparison.difference,
        "p": comparison.p,
        "smallest_p": comparison.smallest_p,
        "resamples": comparison.resamples,
        "seed": comparison.seed,
        "rows": a_better + b_better + equal,
        "a_better": a_better,
        "b_better": b_better,
        "equal": equal,
        "most_where_a_is_better": most_a.iter().map(sentence).collect::<Vec<_>>(),
        "most_where_b_is_better": most_b.iter().map(sentence).collect::<Vec<_>>(),
    })
}
