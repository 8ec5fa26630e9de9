//! A sentence and its gaps: what stands on both sides of one, and the sentence as a paragraph in which every gap is
//! as dark as it is likely and what went in is marked.

use maud::{Markup, html};

use super::spell::{clip, percent, visible, visible_lines};
use crate::task::{Explanation, Inserted, Place};

/// Gaps of at least this probability show it.
const TOLD: f64 = 0.095;
/// So much of a word is shown next to a gap, in characters.
const BESIDE: usize = 24;

/// A sentence as it was given, and its tokens.
pub struct Sentence<'a> {
    text: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Sentence<'a> {
    /// Splits a text where the library does.
    pub fn new(text: &'a str) -> Self {
        let words = text.split([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
        Sentence { text, words: words.filter(|word| !word.is_empty()).collect() }
    }

    /// Its words.
    pub fn words(&self) -> &[&'a str] {
        &self.words
    }

    /// A gap between its words, as `new _ can`.
    pub fn around(&self, gap: usize) -> String {
        let beside = |index: Option<usize>| {
            let word = index.and_then(|index| self.words.get(index)).copied();
            word.map(|word| clip(word, BESIDE)).unwrap_or_default()
        };
        format!("{} _ {}", beside(gap.checked_sub(1)), beside(Some(gap)))
    }

    /// The sentence with its gaps coloured and what went in marked.
    pub fn marked(&self, explained: Option<&Explanation>, inserted: Option<&Inserted>) -> Markup {
        let gaps = explained.map(|known| &known.gaps[..]).unwrap_or_default();
        let mut cuts: Vec<(Place, Option<f64>)> =
            gaps.iter().map(|gap| (gap.place, Some(gap.probability))).collect();
        if let Some(inserted) = inserted
            && !cuts.iter().any(|(place, _)| *place == inserted.place)
        {
            cuts.push((inserted.place, None));
        }
        cuts.sort_by_key(|(place, _)| place.byte);
        // What stands before each gap; the first begins at 0, each other where the one before it ends.
        let ends = cuts.iter().map(|(place, _)| self.boundary(place.byte));
        let starts = std::iter::once(0).chain(ends.clone());
        let last = starts.clone().last().unwrap_or(0);
        html! {
            p.heat dir="auto" {
                @for ((start, end), (place, probability)) in starts.zip(ends).zip(&cuts) {
                    (piece(&self.text[start..end]))
                    (gap(*probability))
                    @if let Some(inserted) = inserted.filter(|inserted| inserted.place == *place) {
                        (new(&inserted.text)) " "
                    }
                }
                (piece(&self.text[last..]))
            }
        }
    }

    /// The byte, or the one before it that a character begins at.
    fn boundary(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        (0..=byte).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0)
    }
}

fn piece(text: &str) -> Markup {
    html! { bdi { (visible_lines(text.trim())) } }
}

/// The space between two words; its colour is one of eleven, since a policy forbids colours of one's own.
fn gap(probability: Option<f64>) -> Markup {
    let Some(p) = probability else { return html! { " " } };
    let heat = format!("gap heat{:.0}", 10.0 * p.clamp(0.0, 1.0));
    html! {
        span class=(heat) title=(percent(p)) {
            @if p >= TOLD { " " small aria-hidden="true" { (format!("{:.0}", 100.0 * p)) } }
            " "
        }
    }
}

/// What went in.
pub fn new(text: &str) -> Markup {
    html! {
        @if text.trim().is_empty() { ins title="put in: a space" { "␣" } }
        @else { ins title="put in" { bdi { (visible(text)) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(text: &str, gap: usize, byte: usize) -> Inserted {
        Inserted {
            text: text.into(),
            place: Place { gap, byte },
            is_word: true,
            gap_probability: None,
            word_probability: None,
        }
    }

    #[test]
    fn a_gap_is_named_by_its_neighbours() {
        let sentence = Sentence::new("the  new\tcan");
        assert_eq!(sentence.around(2), "new _ can");
        assert_eq!(sentence.around(0), " _ the");
        assert_eq!(sentence.around(9), " _ ");
    }

    #[test]
    fn what_went_in_stands_where_it_belongs() {
        let html = Sentence::new("the new can").marked(None, Some(&inserted("<one>", 2, 7)));
        let html = html.into_string();
        assert!(html.contains("<bdi>the new</bdi> <ins title=\"put in\"><bdi>&lt;one&gt;</bdi></ins> <bdi>can</bdi>"), "{html}");
        let space = Sentence::new("a b").marked(None, Some(&inserted("", 1, 1))).into_string();
        assert!(space.contains("␣"), "{space}");
    }

    #[test]
    fn places_outside_the_text_or_inside_a_character_do_no_harm() {
        for byte in 0..9 {
            let html = Sentence::new("éé b").marked(None, Some(&inserted("x", 1, byte)));
            let plain: String = html.into_string().replace("<bdi>", "").replace("</bdi>", "");
            assert!(plain.contains("<ins title=\"put in\">x</ins>"), "{plain}");
        }
    }
}
