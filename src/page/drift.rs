//! The page of `impute drift`: a [`Report`] with its pictures.

use maud::{Markup, html};

use super::chart::{self, Row};
use super::document::{Section, document};
use super::spell::{count, fixed, from_right, percent, points, range, signed, visible, word};
use super::table::{figure, table};
use crate::kinds::drift::{Example, Familiar, Measure, Rate, Report, Telling};

/// The page of a report on texts with these names; `command` finds the same again.
pub fn drift_page(report: &Report, [old, new]: [&str; 2], command: &str) -> String {
    let title = format!("{} against {}", word(new), word(old));
    let section = |id, title, content| Section { id, title, content };
    let all = [
        Some(section("apart", "Can they be told apart?", apart(report))),
        report
            .model
            .as_ref()
            .map(|model| section("model", "How well does the model know them?", familiar(model))),
        Some(section("words", "What tells most", told(report))),
        Some(section("old", "The lines that are most surely old", examples(&report.oldest))),
        Some(section("new", "The lines that are most surely new", examples(&report.newest))),
        Some(section("signature", "The same again", signature(report, command))),
    ];
    let sections: Vec<Section> = all.into_iter().flatten().collect();
    document("impute drift", &title, summary(report), &sections)
}

fn summary(report: &Report) -> Markup {
    let figure = |value: String, what: String| html! { div { dt { (what) } dd { (value) } } };
    let Some(first) = report.measures.first() else {
        return html! {};
    };
    let interval = range(first.interval.map(|end| 100.0 * end), 1);
    html! {
        p.lead {
            (count(report.lines)) " lines of each text, half of which would be assigned rightly if they were of one "
            "kind. " (report.advice.sentence())
        }
        dl.figures {
            (figure(report.verdict.name().into(), "is the verdict".into()))
            (figure(percent(first.accuracy), format!("of the lines are told apart (95 %: {interval})")))
            (figure(fixed(first.auc, 3), "area under the curve".into()))
            (figure(
                format!("± {}", points(report.half_width)),
                "points: how well an accuracy of 50 % is known at so many lines".into(),
            ))
        }
    }
}

fn apart(report: &Report) -> Markup {
    let row = |m: &Measure| Row {
        name: m.level.short().to_owned(),
        value: 100.0 * m.accuracy,
        ends: m.interval.map(|end| 100.0 * end),
        label: points(m.accuracy),
    };
    let rows: Vec<Row> = report.measures.iter().map(row).collect();
    let said: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.label)).collect();
    let name = format!("Lines told apart in %, with 95 % intervals: {}", said.join(", "));
    let cells = |m: &Measure| {
        let interval = range(m.interval.map(|end| 100.0 * end), 1);
        let cells = [points(m.accuracy), interval, fixed(m.auc, 3), m.verdict.name().to_owned()];
        [m.level.name().to_owned()].into_iter().chain(cells).collect()
    };
    let cells: Vec<Vec<String>> = report.measures.iter().map(cells).collect();
    html! {
        p { "The share of lines that a linear model trained on the others assigns to the right text: 50 % where both "
            "are of one kind. Below the first row the same without what drifts first: case, tokenisation, length. The "
            "verdict goes by the lower end of the interval: different above 50, drift above 55, strong above 60." }
        (figure(
            "Told apart",
            html! {},
            chart::rows(&name, "% of the lines", &rows),
            table("Told apart, in %", &["", "right", "95 %", "AUC", "verdict"], &cells),
        ))
    }
}

fn familiar(model: &Familiar) -> Markup {
    let rose = |rate: &Rate| if rate.rose { "rose" } else { "did not rise" }.to_owned();
    let (unknown, perplexity) = (&model.unknown, &model.perplexity);
    let ends = unknown.change.map(|end| signed(100.0 * end, 2));
    let rows = [
        vec![
            "unknown words, %".to_owned(),
            fixed(100.0 * unknown.old, 2),
            fixed(100.0 * unknown.new, 2),
            format!("{} to {}", ends[0], ends[1]),
            rose(unknown),
        ],
        vec![
            "perplexity without them".to_owned(),
            fixed(perplexity.old, 1),
            fixed(perplexity.new, 1),
            format!("× {}", range(perplexity.change, 3)),
            rose(perplexity),
        ],
    ];
    html! {
        p { "Training anew is advised where there is drift and one of these rose, that is where the 95 % interval of "
            "the change lies above no change. A model knows text that it has counted far too well: the old text "
            "should be text of its kind that it has not." }
        (table("The model on both texts", &["", "old", "new", "change (95 %)", ""], &rows))
    }
}

fn told(report: &Report) -> Markup {
    html! {
        p { "In how many lines they are, in %: first what tells that a line is old, then what tells that it is new, "
            "by the log-likelihood ratio. In n-grams of characters ␣ is the edge of a word." }
        (telling("Words", &report.words, word))
        (telling("Characters", &report.characters, |text| word(text).replace(' ', "␣")))
    }
}

fn telling(caption: &str, all: &[Telling], spelled: impl Fn(&str) -> String) -> Markup {
    let row = |found: &Telling| {
        let [old, new] = found.lines.map(points);
        vec![spelled(&found.text), old, new, fixed(found.ratio, 0)]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    html! {
        @if rows.is_empty() { p.none { (caption) ": none tells anything." } }
        @else { (table(caption, &["", "old", "new", "ratio"], &rows)) }
    }
}

/// How much of a line is shown, in characters.
const LONGEST: usize = 400;

fn examples(all: &[Example]) -> Markup {
    let example = |example: &Example| {
        let mut text: String = example.text.chars().take(LONGEST).collect();
        if text.len() < example.text.len() {
            text.push('…');
        }
        let dir = from_right(std::slice::from_ref(&text)).then_some("rtl");
        html! {
            li {
                p.facts { b { (percent(example.p_new)) } " new" }
                p.heat dir=[dir] { bdi { (visible(&text)) } }
            }
        }
    };
    html! {
        p { "The probability of being new, by a model that has not seen the line." }
        @if all.is_empty() { p.none { "None are asked for." } }
        @else { ol.cases { @for line in all { (example(line)) } } }
    }
}

fn signature(report: &Report, command: &str) -> Markup {
    html! {
        p { (count(report.lines)) " lines of " (report.old.sentences) " and " (report.new.sentences) " sentences, those "
            "with the lowest hashes, doubled ones counted once, five folds." }
        pre.wrap { code { (visible(command)) } }
    }
}
