//! A learning curve: what models of more and more text reached.

use maud::{Markup, html};

use super::chart::{Plot, Scale, legend};
use super::spell::{fixed, percent, range};
use super::table::table;
use crate::evaluate::learning::{LearningCurve, Point};

const TOKENS: &str = "million tokens of text";

pub fn section(curve: &LearningCurve) -> Markup {
    let names: Vec<&str> = curve.series.iter().map(|series| &series.name[..]).collect();
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let has = |of: fn(&Point) -> Option<f64>| points().any(|point| of(point).is_some());
    html! {
        p { "Measured elsewhere and given to this report; bars are 95 % intervals." }
        (legend(&names))
        div.panels {
            (panel(curve, "Score, less is better", |point| Some(point.score), false))
            @if has(|point| point.gap1) {
                (panel(curve, "True gaps that come first", |point| point.gap1, true))
            }
            @if has(|point| point.word1) {
                (panel(curve, "Words that come first, given the gap", |point| point.word1, true))
            }
        }
        (table(
            "Learning curve",
            &["models", "million tokens", "score", "95 % interval", "gap 1st", "word 1st"],
            &rows(curve),
        ))
    }
}

fn panel(
    curve: &LearningCurve,
    title: &'static str,
    of: fn(&Point) -> Option<f64>,
    share: bool,
) -> Markup {
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let tokens: Vec<f64> = points().map(|point| point.tokens).collect();
    let factor = if share { 100.0 } else { 1.0 };
    let ends = points().filter(|_| !share).filter_map(|point| point.interval).flatten();
    let values: Vec<f64> = points().filter_map(of).map(|v| factor * v).chain(ends).collect();
    let scale = Scale::around(if share { "%" } else { "characters" }, &values, false);
    let plot = Plot::new(Scale::logarithmic(TOKENS, &tokens), scale);
    let shown = |value: f64| if share { percent(value / factor) } else { fixed(value, 3) };
    let spots: Vec<Vec<[f64; 2]>> = (curve.series.iter())
        .map(|s| {
            s.points.iter().filter_map(|point| Some([point.tokens, factor * of(point)?])).collect()
        })
        .collect();
    let said = curve.series.iter().zip(&spots).filter_map(|(series, spots)| {
        let ([from, a], [to, b]) = (*spots.first()?, *spots.last()?);
        Some(format!("{}: {} at {from}, {} at {to}", series.name, shown(a), shown(b)))
    });
    let name = format!("{title}, by {TOKENS}. {}", said.collect::<Vec<_>>().join("; "));
    let marks = html! {
        @for (i, series) in curve.series.iter().enumerate() {
            (plot.line(i, &spots[i]))
            @for point in series.points.iter().filter(|_| !share) {
                @if let Some(ends) = point.interval { (plot.interval(i, point.tokens, ends)) }
            }
            @for spot in &spots[i] {
                (plot.point(i, *spot, &format!("{}, {} M tokens: {}", series.name, spot[0], shown(spot[1]))))
            }
        }
    };
    html! {
        figure { figcaption { (title) } (plot.draw(&name, marks)) }
    }
}

fn rows(curve: &LearningCurve) -> Vec<Vec<String>> {
    let none = || "–".to_owned();
    let row = |name: &str, point: &Point| {
        let share = |share: Option<f64>| share.map_or_else(none, percent);
        vec![
            name.to_owned(),
            point.tokens.to_string(),
            fixed(point.score, 3),
            point.interval.map_or_else(none, |ends| range(ends, 3)),
            share(point.gap1),
            share(point.word1),
        ]
    };
    let of = |series: &crate::evaluate::learning::Series| {
        series.points.iter().map(|point| row(&series.name, point)).collect::<Vec<_>>()
    };
    curve.series.iter().flat_map(of).collect()
}
