//! The answer to ordinary text: the text with what went in marked, and a table of it.

use maud::{Markup, html};

use super::sentence::new;
use super::spell::{clip, points, visible_lines};
use crate::task::{Repaired, Repairing};

/// The longest word that is shown, in characters.
const LONGEST: usize = 60;

/// The text.
pub fn text(repaired: &Repaired) -> Markup {
    let pieces = pieces(repaired);
    html! {
        p.heat.lines dir="auto" {
            @for piece in &pieces {
                @match piece {
                    Piece::Kept(text) => (visible_lines(text)),
                    Piece::New(text) => {
                        @if text.starts_with(' ') { " " }
                        (new(text.trim()))
                        @if text.ends_with(' ') { " " }
                    }
                }
            }
        }
    }
}

/// What went in, in words.
pub fn said(repaired: &Repaired) -> String {
    match repaired.insertions.len() {
        0 => "Nothing inserted: no place is likely enough to miss a word.".to_owned(),
        1 => "Inserted one word.".to_owned(),
        many => format!("Inserted {many} words."),
    }
}

/// What went in, with what else might have.
pub fn table(repaired: &Repaired) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="What went in" {
            table.words {
                caption { span.held { "What went in; probabilities in %" } }
                thead {
                    tr {
                        th scope="col" { "word" }
                        th scope="col" { "that a word is missing" }
                        th scope="col" { "that it is this one" }
                        th.text scope="col" { "what else it might be" }
                    }
                }
                tbody {
                    @for one in &repaired.insertions {
                        tr {
                            th scope="row" { bdi { (clip(&one.word, LONGEST)) } }
                            td { (points(one.gap_probability)) }
                            td { (points(one.probability)) }
                            td.text { (alternatives(one)) }
                        }
                    }
                }
            }
        }
    }
}

fn alternatives(one: &Repairing) -> Markup {
    let others = one.alternatives.iter().filter(|other| other.word != one.word);
    html! {
        @for (i, other) in others.enumerate() {
            @if i > 0 { ", " }
            bdi { (clip(&other.word, LONGEST)) } " " (points(other.probability))
        }
    }
}

enum Piece<'a> {
    Kept(&'a str),
    New(&'a str),
}

/// The answer cut where something went in. Offsets are of the text that was given: each moves by what went in before.
fn pieces(repaired: &Repaired) -> Vec<Piece<'_>> {
    let text = &repaired.text[..];
    let (mut out, mut at, mut longer) = (Vec::new(), 0, 0);
    for one in &repaired.insertions {
        let start = one.offset.saturating_add(longer);
        let end = start.saturating_add(one.insert.len());
        let (Some(kept), Some(new)) = (text.get(at..start), text.get(start..end)) else { continue };
        out.extend([Piece::Kept(kept), Piece::New(new)]);
        at = end;
        longer += one.insert.len();
    }
    out.push(Piece::Kept(text.get(at..).unwrap_or_default()));
    out
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::task::Alternative;

    /// A text that two words went into.
    pub fn repaired() -> Repaired {
        let one = |offset, insert: &str, other: &str| Repairing {
            offset,
            insert: insert.into(),
            word: insert.trim().into(),
            probability: 0.6,
            gap_probability: 0.9,
            alternatives: [insert.trim(), other]
                .map(|word| Alternative { word: word.into(), probability: 0.3 })
                .into(),
        };
        Repaired {
            text: "She is not\ngoing to <sell> .".into(),
            insertions: vec![one(3, " is", "was"), one(10, " to", "<of>")],
            language: None,
        }
    }

    #[test]
    fn what_went_in_is_marked_where_it_stands() {
        // "She not\ngoing <sell> ." with " is" at 3 and " to" at 13 of the given text.
        let mut answer = repaired();
        answer.insertions[1].offset = 13;
        let html = text(&answer).into_string();
        assert_eq!(
            html,
            "<p class=\"heat lines\" dir=\"auto\">She <ins title=\"put in\"><bdi>is</bdi></ins> not\ngoing \
             <ins title=\"put in\"><bdi>to</bdi></ins> &lt;sell&gt; .</p>"
        );
        let html = table(&answer).into_string();
        assert!(
            html.contains("<bdi>&lt;of&gt;</bdi> 30.0") && html.contains("<bdi>was</bdi> 30.0"),
            "{html}"
        );
    }

    #[test]
    fn offsets_that_do_not_fit_leave_the_text_whole() {
        let mut answer = repaired();
        answer.insertions[0].offset = 1000;
        answer.insertions[1].offset = usize::MAX / 2;
        assert!(text(&answer).into_string().contains(">She is not\ngoing to &lt;sell&gt; .<"));
    }
}
