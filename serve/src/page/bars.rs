//! The gaps of a sentence as bars: as high as a word is likely to be missing there, the words between them; and the
//! same numbers as a table for those who do not see the picture.

use std::cmp::Reverse;
use std::ops::Range;

use maud::{Markup, html};

use super::sentence::Sentence;
use super::spell::{clip, percent, points};
use crate::task::{ExplainedGap, Explanation};

/// A longer sentence shows so many gaps around its likeliest.
const MOST: usize = 300;
/// Units of the picture are pixels: the room for the bars is this wide if it can be, and this high.
const WIDTH: f64 = 880.0;
const HEIGHT: f64 = 120.0;
/// The first bar's left, the room above all, and that for the words below.
const LEFT: f64 = 58.0;
const TOP: f64 = 10.0;
const WORDS: f64 = 84.0;
/// Words are written where two of them are at least this far from each other.
const READABLE: f64 = 13.0;
/// So much of a word is written, in characters.
const LONGEST: usize = 12;

/// Picture and table.
pub fn bars(sentence: &Sentence<'_>, explained: &Explanation) -> Markup {
    let shown = shown(&explained.gaps);
    let gaps = &explained.gaps[shown];
    let net = gaps.iter().any(|gap| gap.net.is_some());
    html! {
        ul.legend {
            li { (sign(&html! { rect.bar x="4" y="2" width="8" height="12"; })) "by everything" }
            li { (sign(&html! { circle.ngrams cx="8" cy="8" r="4"; })) "by the n-grams alone" }
            @if net { li { (sign(&html! { path.net d="M8 3l5 5-5 5-5-5z"; })) "by the net alone" } }
        }
        @if gaps.len() < explained.gaps.len() {
            p.note { "The " (gaps.len()) " of " (explained.gaps.len()) " gaps around the likeliest." }
        }
        div.scroll tabindex="0" role="group" aria-label="Gaps as bars" {
            (picture(sentence, gaps, explained.least_gap))
        }
        details {
            summary { "The same in numbers" }
            (table(sentence, gaps, net))
        }
    }
}

/// Which gaps are shown.
fn shown(gaps: &[ExplainedGap]) -> Range<usize> {
    if gaps.len() <= MOST {
        return 0..gaps.len();
    }
    let likeliest = likeliest(gaps).first().map_or(0, |&(index, _)| index);
    let start = likeliest.saturating_sub(MOST / 2).min(gaps.len() - MOST);
    start..start + MOST
}

/// The gaps, likeliest first.
fn likeliest(gaps: &[ExplainedGap]) -> Vec<(usize, &ExplainedGap)> {
    let mut order: Vec<_> = gaps.iter().enumerate().collect();
    order.sort_by_key(|(_, gap)| Reverse(key_of(gap.probability)));
    order
}

fn sign(mark: &Markup) -> Markup {
    html! { svg.key viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" { (mark) } }
}

fn picture(sentence: &Sentence<'_>, gaps: &[ExplainedGap], least: f64) -> Markup {
    let step = (WIDTH / gaps.len().max(1) as f64).clamp(8.0, 48.0);
    let words = if step >= READABLE { WORDS } else { 12.0 };
    let (width, height) = (LEFT + step * gaps.len() as f64 + 14.0, TOP + HEIGHT + words);
    let right = width - 14.0;
    let first = gaps.first().map_or(0, |gap| gap.place.gap);
    let up = |p: f64| TOP + HEIGHT * (1.0 - p.clamp(0.0, 1.0));
    html! {
        svg.bars role="img" aria-label=(name(sentence, gaps)) width=(number(width)) height=(number(height))
            viewBox={ "0 0 " (number(width)) " " (number(height)) } {
            @for (line, text) in [(0.0, "0"), (0.5, "50"), (1.0, "100 %")] {
                line.grid x1=(LEFT) x2=(number(right)) y1=(number(up(line))) y2=(number(up(line))) {}
                text x=(LEFT - 6.0) y=(number(up(line) + 4.0)) text-anchor="end" { (text) }
            }
            line.least x1=(LEFT) x2=(number(right)) y1=(number(up(least))) y2=(number(up(least))) {
                title { "No gap below " (percent(least)) " gets anything" }
            }
            @for (i, gap) in gaps.iter().enumerate() {
                @let x = LEFT + step * (i as f64 + 0.5);
                (bar(sentence, gap, x, step, up(gap.probability)))
                circle.ngrams cx=(number(x)) cy=(number(up(gap.ngrams))) r="3" {}
                @if let Some(net) = gap.net {
                    path.net d=(format!("M{} {}l3.5 3.5-3.5 3.5-3.5-3.5z", number(x), number(up(net) - 3.5))) {}
                }
            }
            @if step >= READABLE {
                @for (i, word) in sentence.words().iter().enumerate().skip(first.saturating_sub(1)).take(gaps.len() + 1) {
                    @let x = LEFT + step * (i + 1 - first.max(1)) as f64;
                    @let y = TOP + HEIGHT + 13.0;
                    text.word x=(number(x + 3.0)) y=(number(y)) text-anchor="end"
                        transform=(format!("rotate(-60 {} {})", number(x + 3.0), number(y))) { (clip(word, LONGEST)) }
                }
            }
        }
    }
}

fn bar(sentence: &Sentence<'_>, gap: &ExplainedGap, x: f64, step: f64, top: f64) -> Markup {
    // Even what is next to nothing is a line.
    let (width, height) = ((0.62 * step).min(22.0), (TOP + HEIGHT - top).max(0.75));
    html! {
        rect.bar x=(number(x - width / 2.0)) y=(number(TOP + HEIGHT - height)) width=(number(width))
            height=(number(height)) {
            title { (sentence.around(gap.place.gap)) ": " (percent(gap.probability)) }
        }
    }
}

/// What the picture shows, in words.
fn name(sentence: &Sentence<'_>, gaps: &[ExplainedGap]) -> String {
    let best: Vec<_> = likeliest(gaps)
        .into_iter()
        .take(3)
        .map(|(_, gap)| format!("{}, {}", sentence.around(gap.place.gap), percent(gap.probability)))
        .collect();
    format!(
        "How likely a word is missing in each of {} gaps. The likeliest: {}.",
        gaps.len(),
        best.join("; ")
    )
}

fn table(sentence: &Sentence<'_>, gaps: &[ExplainedGap], net: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Gaps in numbers" {
            table {
                caption { span.held { "Probability that a word is missing, in %" } }
                thead {
                    tr {
                        th scope="col" { "gap" }
                        th scope="col" { "by everything" }
                        th scope="col" { "by n-grams" }
                        @if net { th scope="col" { "by net" } }
                    }
                }
                tbody {
                    @for gap in gaps {
                        tr {
                            th scope="row" { bdi { (sentence.around(gap.place.gap)) } }
                            td { (points(gap.probability)) }
                            td { (points(gap.ngrams)) }
                            @if net { td { (gap.net.map_or("–".to_owned(), points)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A coordinate, to a tenth of a pixel.
fn number(coordinate: f64) -> String {
    let text = format!("{coordinate:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A key that sorts as probabilities do; what is no number comes first.
fn key_of(p: f64) -> u64 {
    if p > 0.0 { p.to_bits() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::samples::explanation;
    use super::*;

    fn drawn(words: usize) -> String {
        let text = vec!["word"; words].join(" ");
        bars(&Sentence::new(&text), &explanation(&text)).into_string()
    }

    #[test]
    fn every_gap_has_a_bar_and_a_row() {
        for words in [3, 20, 90] {
            let html = drawn(words);
            let count = |what: &str| html.matches(what).count();
            // One more is in the legend.
            assert_eq!(count("<rect class=\"bar\""), words - 1 + 1);
            assert_eq!(count("<circle class=\"ngrams\""), words - 1 + 1);
            assert_eq!(count("<th scope=\"row\""), words - 1);
            assert_eq!(count("<text class=\"word\""), if words < 70 { words } else { 0 });
            assert!(html.contains("role=\"img\" aria-label=\"How likely"), "{html}");
            assert!(!html.contains("NaN") && !html.contains("style="), "{html}");
        }
    }

    #[test]
    fn of_a_very_long_sentence_the_gaps_around_the_likeliest_are_shown() {
        let html = drawn(2000);
        assert_eq!(html.matches("<th scope=\"row\"").count(), MOST);
        assert!(html.contains("The 300 of 1999 gaps around the likeliest."));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([number(12.0), number(12.34), number(0.75)], ["12", "12.3", "0.8"]);
    }
}
