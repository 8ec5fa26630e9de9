//! The page of a measurement: one section after another.

use maud::{Markup, html};

use super::content::Page;
use super::frame::{Section, frame};
use super::{calibration, confidence, curve, lengths, scores, sentences, spell};

/// The page.
pub fn page(page: &Page<'_>) -> String {
    let title = format!("{} on {}", spell::word(page.model), spell::word(page.text));
    let sections = sections(page);
    frame("impute evaluate", &title, scores::summary(page), &sections)
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
