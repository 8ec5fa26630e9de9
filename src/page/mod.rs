//! A report as one page of HTML that needs nothing else: no script, no font, no picture from outside.
//!
//! In: a [`Page`], that is a [`Report`], the sentences to look at and what they are called. Out: the page.
//! It holds neither date nor time nor speed, so that the same measurement gives the same bytes.
//!
//! Text comes from anybody's files. The templates escape what HTML takes for markup; `spell` makes control
//! characters and marks of direction visible; every word is isolated (`bdi`); very long words and sentences are
//! cut. A content security policy in the page allows neither scripts nor requests. Colours are classes of
//! `style.css`, so that a picture follows the page into the dark and onto paper. `tests/browser/look.py` speaks to
//! Chromium through a pipe and checks the drawn page: sections and headings, charts with marks inside their frames
//! and with names, labels that do not lie on each other, nothing wider than the window at 360 and 1200 pixels,
//! contrast of all text of 4.5 and more in light and dark, an empty console, no request.
//!
//! * `scores`, `calibration`, `confidence`, `lengths`, `curve`, `sentences`: a section each.
//! * `chart` – pictures in SVG; `table` – the same numbers; `spell` – numbers and foreign text.

mod calibration;
mod chart;
mod confidence;
mod curve;
mod lengths;
mod scores;
mod sentences;
mod spell;
mod table;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::evaluate::examples::Examples;
use crate::evaluate::learning::LearningCurve;
use crate::evaluate::report::Report;

const STYLE: &str = include_str!("style.css");

/// What nothing but the page itself may be loaded by.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// What is on a page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'r> {
    /// What was measured; its first method is the one that the page is about.
    pub report: &'r Report,
    /// What the model is called.
    pub model: &'r str,
    /// What the text is called.
    pub text: &'r str,
    /// The command that measures the same, without paths.
    pub command: &'r str,
    /// The sentences to look at.
    pub examples: &'r Examples,
    /// What models of more and more text reached, if that is known.
    pub learning: Option<&'r LearningCurve>,
}

/// The page.
pub fn page(page: &Page<'_>) -> String {
    let title = format!("{} on {}", spell::word(page.model), spell::word(page.text));
    let sections = sections(page);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "impute: " (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.kind { "impute evaluate" }
                    h1 { (title) }
                    (scores::summary(page))
                    nav aria-label="Sections" {
                        @for Section { id, title, .. } in &sections {
                            a href={ "#" (id) } { (title) }
                        }
                    }
                }
                main {
                    @for Section { id, title, content } in &sections {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (content)
                        }
                    }
                }
            }
        }
    };
    markup.into_string() + "\n"
}

/// A part of the page with a heading.
struct Section {
    id: &'static str,
    title: &'static str,
    content: Markup,
}

fn sections(page: &Page<'_>) -> Vec<Section> {
    let section = |id, title, content| Section { id, title, content };
    let calibration = page.report.calibration.as_ref();
    let all = [
        Some(section("scores", "Scores", scores::section(page))),
        calibration.map(|table| {
            section("calibration", "Is it as sure as it should be?", calibration::section(table))
        }),
        calibration.map(|table| {
            section(
                "confidence",
                "If it answered only where it is sure",
                confidence::section(table),
            )
        }),
        (!page.report.by_length.is_empty()).then(|| {
            section("length", "By the length of the missing word", lengths::section(page))
        }),
        page.learning
            .map(|curve| section("learning", "What more text is worth", curve::section(curve))),
        Some(section("worst", "The worst answers", sentences::worst(page))),
        Some(section("best", "The best answers", sentences::best(page))),
        Some(section("signature", "Signature", signature(page))),
    ];
    all.into_iter().flatten().collect()
}

fn signature(page: &Page<'_>) -> Markup {
    html! {
        p { "Every setting that the figures depend on. Two scores can be compared where their text, seed "
            "and number of sentences are the same." }
        pre.wrap { code { (spell::visible(&page.report.signature)) } }
        p { "The same again:" }
        pre.wrap { code { (spell::visible(page.command)) } }
    }
}
