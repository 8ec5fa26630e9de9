//! Short words are found more often than long ones, and cost less.

use maud::{Markup, html};

use super::chart::{Plot, Scale, legend};
use super::content::Page;
use super::spell::{count, fixed, percent, points};
use super::table::{figure, table};
use crate::evaluate::report::LengthReport;
use crate::interval::wilson;

/// Share of its place that a bar takes.
const WIDTH: f64 = 0.36;

pub fn section(page: &Page<'_>) -> Markup {
    let lengths = &page.report.by_length;
    let method = page.report.methods.first().map_or("", |m| m.method);
    html! {
        p { "In characters; answered by " code { (method) } "." }
        (found(lengths))
        (scores(lengths))
    }
}

/// Shares of gaps and words that come first.
fn found(lengths: &[LengthReport]) -> Markup {
    let plot = Plot::new(places(lengths), Scale::shares("come first, %"));
    let of = |row: &LengthReport| {
        row.methods.first().map_or([0.0; 2], |m| [m.gap_top[0], m.word_top[0]])
    };
    let marks = html! {
        @for (i, row) in lengths.iter().enumerate() {
            @for (series, share) in of(row).into_iter().enumerate() {
                @let left = i as f64 + 0.5 + (series as f64 - 1.0) * WIDTH;
                @let says = format!("{} characters: {} of {}", name(row), percent(share), count(row.sentences));
                (plot.bar(series, [left, share], WIDTH, &says))
                (plot.interval(series, left + WIDTH / 2.0, wilson::interval(share, row.sentences)))
            }
        }
    };
    let shown = lengths.iter().map(|row| {
        let [gap, word] = of(row).map(percent);
        format!("{}: gap {gap}, word {word}", name(row))
    });
    let alt = format!("Found by length of the word. {}", shown.collect::<Vec<_>>().join("; "));
    let cells = |row: &LengthReport| {
        let [gap, word] = of(row).map(points);
        let ten = row.methods.first().map_or(0.0, |m| m.word_top[1]);
        let whole = row.methods.first().map_or(0.0, |m| m.both_right);
        vec![name(row), count(row.sentences), gap, word, points(ten), points(whole)]
    };
    figure(
        "True gaps and words that come first",
        legend(&["gap", "word, given the gap"]),
        plot.draw(&alt, marks),
        table(
            "Found, in %",
            &["length", "n", "gap 1st", "word 1st", "in 10", "whole"],
            &lengths.iter().map(cells).collect::<Vec<_>>(),
        ),
    )
}

/// Scores, and those of the sentences as they stand.
fn scores(lengths: &[LengthReport]) -> Markup {
    let of = |row: &LengthReport| row.methods.first().map_or(0.0, |m| m.score.mean);
    let ends =
        |row: &LengthReport| row.methods.first().map_or([0.0; 2], |m| [m.score.low, m.score.high]);
    let all = lengths.iter().flat_map(|row| [row.unchanged, of(row), ends(row)[1]]);
    let scale = Scale::around("characters from the solution", &all.collect::<Vec<_>>(), true);
    let plot = Plot::new(places(lengths), scale);
    let at = |i: usize| i as f64 + 0.5;
    let marks = html! {
        @for (i, row) in lengths.iter().enumerate() {
            (plot.interval(0, at(i), ends(row)))
            (plot.point(1, [at(i), row.unchanged], &format!("unchanged: {}", fixed(row.unchanged, 2))))
            (plot.point(0, [at(i), of(row)], &format!("answered: {}", fixed(of(row), 2))))
        }
    };
    let shown = lengths.iter().map(|row| {
        format!("{}: {}, unchanged {}", name(row), fixed(of(row), 2), fixed(row.unchanged, 2))
    });
    let alt = format!("Score by length of the word. {}", shown.collect::<Vec<_>>().join("; "));
    let cells = |row: &LengthReport| {
        let expected = row.methods.first().and_then(|m| m.expected);
        let [low, high] = ends(row);
        vec![
            name(row),
            fixed(row.unchanged, 2),
            fixed(of(row), 2),
            super::spell::range([low, high], 2),
            expected.map_or("–".into(), |expected| fixed(expected, 2)),
        ]
    };
    figure(
        "Score, less is better",
        legend(&["answered", "unchanged"]),
        plot.draw(&alt, marks),
        table(
            "Scores, in characters",
            &["length", "unchanged", "score", "95 %", "expected"],
            &lengths.iter().map(cells).collect::<Vec<_>>(),
        ),
    )
}

fn places(lengths: &[LengthReport]) -> Scale {
    Scale::names("characters of the missing word", lengths.iter().map(name).collect())
}

fn name(row: &LengthReport) -> String {
    match row.chars {
        [low, high] if low == high => low.to_string(),
        [low, high] => format!("{low}–{high}"),
    }
}
