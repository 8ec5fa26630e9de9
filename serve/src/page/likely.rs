//! The likely gaps and the words that might be missing there.

use maud::{Markup, html};

use super::sentence::Sentence;
use super::spell::{clip, percent, points};
use crate::task::{Explanation, Inserted, LikelyGap};

/// The longest word that is shown, in characters.
const LONGEST: usize = 60;

/// A table for each likely gap.
pub fn words(
    sentence: &Sentence<'_>,
    explained: &Explanation,
    inserted: Option<&Inserted>,
) -> Markup {
    html! {
        @if explained.likely.is_empty() { p.note { "No gap is likely enough to look for words." } }
        @else {
            p { "Probabilities, in %, of the best words if one is missing in the gap." }
            div.tables { @for gap in &explained.likely { (table(sentence, gap, inserted)) } }
        }
    }
}

fn table(sentence: &Sentence<'_>, gap: &LikelyGap, inserted: Option<&Inserted>) -> Markup {
    let net = gap.words.iter().any(|word| word.net.is_some());
    let name = sentence.around(gap.place.gap);
    // What went in need not be among the likeliest.
    let unlisted = inserted.filter(|inserted| {
        inserted.place == gap.place && !gap.words.iter().any(|word| word.word == inserted.text)
    });
    let unlisted = unlisted.and_then(|inserted| Some((inserted, inserted.word_probability?)));
    let others = gap.others - unlisted.map_or(0.0, |(_, probability)| probability);
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "Words in " (name) } {
            table.words {
                caption { bdi { (name) } " " span.of { "missing with " (percent(gap.probability)) } }
                thead {
                    tr {
                        th scope="col" { "word" }
                        th scope="col" colspan="2" { "by everything" }
                        th scope="col" { "by n-grams" }
                        @if net { th scope="col" { "by net" } }
                    }
                }
                tbody {
                    @for word in &gap.words {
                        tr {
                            th scope="row" { bdi { (clip(&word.word, LONGEST)) } }
                            td.share { (share(word.probability)) }
                            td { (points(word.probability)) }
                            td { (points(word.ngrams)) }
                            @if net { td { (word.net.map_or("–".to_owned(), points)) } }
                        }
                    }
                    @if let Some((inserted, probability)) = unlisted {
                        tr {
                            th scope="row" { bdi { (clip(&inserted.text, LONGEST)) } " " span.of { "put in" } }
                            td.share { (share(probability)) }
                            td { (points(probability)) }
                            td { "–" }
                            @if net { td { "–" } }
                        }
                    }
                    tr.others {
                        th scope="row" { "all others" }
                        td.share { (share(others)) }
                        td { (points(others.max(0.0))) }
                        td {}
                        @if net { td {} }
                    }
                }
            }
        }
    }
}

/// A bar for a share whose number stands next to it.
pub fn share(share: f64) -> Markup {
    let width = format!("{:.1}", 100.0 * share.clamp(0.0, 1.0));
    html! {
        svg.share viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.bar x="0" y="0" width=(width) height="10" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::imputed;
    use super::*;

    #[test]
    fn what_went_in_is_listed_even_if_it_is_not_likely() {
        let text = "the new can carry";
        let table = |word| {
            let imputed = imputed(text, Some(word));
            let explained = imputed.explanation.as_ref().unwrap();
            words(&Sentence::new(text), explained, imputed.inserted.as_ref()).into_string()
        };
        assert!(!table("one").contains("put in"));
        let html = table("a");
        assert!(html.contains("<bdi>a</bdi> <span class=\"of\">put in</span>"), "{html}");
        assert!(html.contains("<td>10.0</td>"), "{html}"); // 50 % of all others, less 40 % of this one
    }
}
