//! The decision: what was inserted, and what is expected of it; or why nothing was.

use impute::solve::decide::decision::INSERT_FROM;
use impute::text::printable::printable;

use super::explained::Explained;
use super::paint::{NEW, paint};
use super::paper::{Piece, clip, paragraph, width, wrap};

pub fn of(explained: &Explained<'_>) -> String {
    answer(explained) + &paragraph(&(reason(explained) + &cheaper(explained)))
}

/// The answer, with what is new in colour.
fn answer(explained: &Explained<'_>) -> String {
    let insert = explained.known.answer.insert.as_ref();
    let mut pieces = Vec::new();
    for (i, word) in explained.words.iter().enumerate() {
        pieces.push(Piece::plain(word.as_str()));
        if let Some(insert) = insert.filter(|insert| insert.gap == i) {
            let text = printable(&insert.text);
            pieces.push(match text.is_empty() {
                true => Piece::plain(text),
                false => Piece { width: width(&text), text: paint(NEW, &text) },
            });
        }
    }
    wrap(pieces)
}

fn reason(explained: &Explained<'_>) -> String {
    let known = &explained.known;
    let unchanged = known.unchanged;
    let why = if known.cheaper.is_none() { why(explained) } else { String::new() };
    if let Some(insert) = &known.answer.insert {
        let place = explained.place(insert.gap, 40);
        let [expected, gain] =
            [known.answer.expected, known.answer.gain].map(Option::unwrap_or_default);
        return format!(
            "inserted: {} in {place}{why}; expected distance {expected:.2} characters, as it stands \
             {unchanged:.2}, a gain of {gain:.2}",
            named(&insert.text)
        );
    }
    let stands =
        format!("nothing inserted: expected distance {unchanged:.2} characters as it stands");
    match &known.change {
        Some(change) => {
            let place = explained.place(change.insert.gap, 40);
            let loss = (-change.gain).max(0.0);
            format!(
                "{stands}; the best change found, {} in {place}{why}, would bring it to {:.2}, a loss of {loss:.2}",
                named(&change.insert.text),
                unchanged + loss
            )
        }
        None => format!(
            "{stands}; no gap is as probable as {:.0} %, and nothing is put into one below that",
            100.0 * INSERT_FROM
        ),
    }
}

fn named(text: &str) -> String {
    match text {
        "" => "a space".to_owned(),
        text => format!("\"{}\"", clip(&printable(text), 30)),
    }
}

/// Why a string that is no word pays; nothing for a word or a space.
fn why(explained: &Explained<'_>) -> String {
    let words = explained.shared_by();
    let more = if explained.known.shared_by.len() > words.len() { ", ..." } else { "" };
    match words.is_empty() {
        true => String::new(),
        false => format!(", letters shared by {}{more}", words.join(", ")),
    }
}

/// What would go in if it need not be a word.
fn cheaper(explained: &Explained<'_>) -> String {
    explained.known.cheaper.as_ref().map_or(String::new(), |change| {
        let (text, place) = (named(&change.insert.text), explained.place(change.insert.gap, 40));
        let why = why(explained);
        let gain = change.gain;
        format!("; with --insert any, {text} would go into {place}{why}: a gain of {gain:.2}")
    })
}
