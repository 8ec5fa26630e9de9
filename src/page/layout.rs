//! The page as a whole: its head, and one section after another.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::content::Page;
use super::{calibration, confidence, curve, lengths, scores, sentences, spell};

const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded but the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

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
