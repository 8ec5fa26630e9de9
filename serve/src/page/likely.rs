//! The likely gaps and the words that might be missing there.

use maud::{Markup, html};

use super::sentence::Sentence;
use super::spell::{clip, fixed, percent};
use crate::task::{Explanation, LikelyGap};

/// The longest word that is shown, in characters.
const LONGEST: usize = 60;

/// A table for each likely gap.
pub fn words(sentence: &Sentence<'_>, explained: &Explanation) -> Markup {
    html! {
        @if explained.likely.is_empty() { p.note { "No gap is likely enough to look for words." } }
        @else {
            p { "Probabilities, in %, of the best words if one is missing in the gap." }
            div.tables { @for gap in &explained.likely { (table(sentence, gap)) } }
        }
    }
}

fn table(sentence: &Sentence<'_>, gap: &LikelyGap) -> Markup {
    let net = gap.words.iter().any(|word| word.net.is_some());
    let name = sentence.around(gap.place.gap);
    let points = |share: f64| fixed(100.0 * share, 1);
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
                    tr.others {
                        th scope="row" { "all others" }
                        td.share { (share(gap.others)) }
                        td { (points(gap.others)) }
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
