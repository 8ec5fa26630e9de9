//! How good is it? The score, its interval, and what it is made of.

use maud::{Markup, html};

use super::chart::{self, Row};
use super::content::Page;
use super::spell::{count, ends, fixed, percent, points, range, signed};
use super::table::{figure, table};
use crate::evaluate::report::MethodReport;
use crate::interval::bootstrap::Interval;

/// The few figures that everything else explains.
pub fn summary(page: &Page<'_>) -> Markup {
    let report = page.report;
    let Some(method) = report.methods.first() else {
        return html! {};
    };
    let less = report.unchanged.mean - method.score.mean;
    let figure = |value: String, what: String| html! { div { dt { (what) } dd { (value) } } };
    html! {
        p.lead {
            (count(report.sentences)) " sentences, "
            @if report.with_truth == report.sentences { "each" } @else { (count(report.with_truth)) }
            " with one inner word missing, answered by " code { (method.method) } "."
        }
        dl.figures {
            (figure(fixed(method.score.mean, 3), format!("characters from the solution (95 %: {})", range(ends(&method.score), 3))))
            (figure(signed(-less, 3), format!("against leaving the sentences as they are ({})", fixed(report.unchanged.mean, 3))))
            (figure(percent(method.gap_top[0]), "of the gaps come first".into()))
            (figure(percent(method.word_top[0]), "of the words come first, given the gap".into()))
        }
    }
}

/// All methods, and the sentences as they stand.
pub fn section(page: &Page<'_>) -> Markup {
    let report = page.report;
    let row = |name: &str, score: &Interval| Row {
        name: name.to_owned(),
        value: score.mean,
        ends: ends(score),
        label: fixed(score.mean, 3),
    };
    let mut rows: Vec<Row> = report.methods.iter().map(|m| row(m.method, &m.score)).collect();
    rows.push(row("unchanged", &report.unchanged));
    let said: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.label)).collect();
    let name = format!("Scores with 95 % intervals: {}", said.join(", "));
    html! {
        p { "The score is the mean Levenshtein distance to the solution, in characters: less is better. "
            "Intervals are 95 % bootstrap intervals." }
        (figure(
            "Score, less is better",
            html! {},
            chart::rows(&name, "characters from the solution", &rows),
            table("Scores", &["", "score", "95 %", "expected", "whole"], &score_rows(page)),
        ))
        (table(
            "Gaps and words found, and what the answers do, in % of the sentences",
            &["", "gap 1st", "in 3", "in 10", "word 1st", "in 10", "left", "space", "word", "other"],
            &report.methods.iter().map(shares).collect::<Vec<_>>(),
        ))
        p.note { "Expected: the score that the method itself expected. Whole: sentences that came out as "
            "they were. Gap 1st, in 3, in 10: where the true gap stands in the method's ranking; word: "
            "where the missing word stands in its own gap. Left, space, word, other: the sentence is "
            "left alone, gets an extra space, a word, a string that is no word." }
        @if !report.experts.is_empty() {
            (table(
                "Gaps found by each expert alone, in % of the sentences",
                &["", "gap 1st", "in 3", "in 10", "nats"],
                &report.experts.iter().map(|expert| {
                    let [first, third, tenth] = expert.gap_top.map(points);
                    vec![expert.name.to_owned(), first, third, tenth, fixed(expert.gap_nats, 3)]
                }).collect::<Vec<_>>(),
            ))
        }
    }
}

fn score_rows(page: &Page<'_>) -> Vec<Vec<String>> {
    let report = page.report;
    let mut rows: Vec<Vec<String>> = (report.methods.iter())
        .map(|m| {
            let expected = m.expected.map_or("–".into(), |expected| fixed(expected, 3));
            let (mean, ends) = (fixed(m.score.mean, 3), range(ends(&m.score), 3));
            vec![m.method.to_owned(), mean, ends, expected, percent(m.both_right)]
        })
        .collect();
    let unchanged = &report.unchanged;
    // What the posterior expects, where it was asked.
    let expected = report.calibration.as_ref().map(|_| fixed(report.expected_unchanged, 3));
    rows.push(vec![
        "unchanged".to_owned(),
        fixed(unchanged.mean, 3),
        range(ends(unchanged), 3),
        expected.unwrap_or("–".into()),
        "–".to_owned(),
    ]);
    rows
}

fn shares(m: &MethodReport) -> Vec<String> {
    let answers = [m.left, m.space, m.word, m.stand_in];
    let shares = [&m.gap_top[..], &m.word_top, &answers].concat();
    [m.method.to_owned()].into_iter().chain(shares.into_iter().map(points)).collect()
}
