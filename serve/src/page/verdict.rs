//! The decision in words: what was inserted and what is expected of it, or why nothing was.

use super::sentence::Sentence;
use super::spell::{clip, fixed, percent};
use crate::task::{Change, Explanation, Imputed, Inserted};

/// How many words are named that share letters.
const SHARING: usize = 5;
/// So much of what went in is shown, in characters.
const LONGEST: usize = 40;

/// Why the answer is as it is: one sentence or two.
pub fn verdict(sentence: &Sentence<'_>, imputed: &Imputed) -> String {
    let told = match (&imputed.inserted, &imputed.explanation) {
        (Some(inserted), _) => put_in(sentence, imputed, inserted),
        (None, Some(explained)) => nothing(sentence, imputed, explained),
        (None, None) if sentence.words().len() < 3 => {
            "Nothing inserted: fewer than three words are too few to tell.".to_owned()
        }
        (None, None) => format!("Nothing inserted{}.", stands(imputed)),
    };
    let cheaper = imputed.explanation.as_ref().map_or(String::new(), |explained| {
        explained
            .cheaper
            .as_ref()
            .map_or(String::new(), |change| cheaper(sentence, explained, change))
    });
    told + &cheaper
}

fn put_in(sentence: &Sentence<'_>, imputed: &Imputed, inserted: &Inserted) -> String {
    let place = sentence.around(inserted.place.gap);
    let why = match &imputed.explanation {
        Some(explained) if explained.cheaper.is_none() => why(explained),
        _ => String::new(),
    };
    let expected = match (imputed.expected, imputed.unchanged, imputed.gain) {
        (Some(expected), Some(unchanged), Some(gain)) => format!(
            "; expected distance {} characters, as it stands {}, a gain of {}",
            fixed(expected, 2),
            fixed(unchanged, 2),
            fixed(gain, 2)
        ),
        _ => String::new(),
    };
    let nearest = nearest(imputed, inserted);
    format!("Inserted: {} in “{place}”{why}{expected}.{nearest}", named(&inserted.text))
}

/// Why a word went in that is not the likeliest; nothing where it is.
fn nearest(imputed: &Imputed, inserted: &Inserted) -> String {
    let gaps = imputed.explanation.as_ref().map(|explained| &explained.likely[..]);
    let gap = gaps.unwrap_or_default().iter().find(|gap| gap.place == inserted.place);
    let likeliest = gap.and_then(|gap| gap.words.first());
    match likeliest.filter(|word| inserted.is_word && word.word != inserted.text) {
        Some(word) => format!(
            " {} is likelier there, but {} is expected to be nearer, in characters, to the word that is missing.",
            named(&word.word),
            named(&inserted.text)
        ),
        None => String::new(),
    }
}

fn nothing(sentence: &Sentence<'_>, imputed: &Imputed, explained: &Explanation) -> String {
    let stands = format!("Nothing inserted{}", stands(imputed));
    let Some(change) = &explained.best_change else {
        let least = percent(explained.least_gap);
        return format!(
            "{stands}; no gap is as probable as {least}, and nothing is put into one below that."
        );
    };
    let why = if explained.cheaper.is_none() { why(explained) } else { String::new() };
    let loss = (-change.gain).max(0.0);
    let brings = imputed.unchanged.map_or(String::new(), |unchanged| {
        format!("would bring it to {}, ", fixed(unchanged + loss, 2))
    });
    format!(
        "{stands}; the best change found, {} in “{}”{why}, {brings}a loss of {}.",
        named(&change.text),
        sentence.around(change.place.gap),
        fixed(loss, 2)
    )
}

fn stands(imputed: &Imputed) -> String {
    imputed.unchanged.map_or(String::new(), |unchanged| {
        format!(": expected distance {} characters as it stands", fixed(unchanged, 2))
    })
}

fn cheaper(sentence: &Sentence<'_>, explained: &Explanation, change: &Change) -> String {
    format!(
        " If it need not be a word (insert “any”), {} would go into “{}”{}: a gain of {}.",
        named(&change.text),
        sentence.around(change.place.gap),
        why(explained),
        fixed(change.gain, 2)
    )
}

/// Why a string that is no word pays; nothing for a word or a space.
fn why(explained: &Explanation) -> String {
    let words: Vec<_> =
        explained.shared_by.iter().take(SHARING).map(|word| clip(word, LONGEST)).collect();
    let more = if explained.shared_by.len() > words.len() { ", …" } else { "" };
    match words.is_empty() {
        true => String::new(),
        false => format!(", letters shared by {}{more}", words.join(", ")),
    }
}

fn named(text: &str) -> String {
    match text {
        "" => "a space".to_owned(),
        text => format!("“{}”", clip(text, LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::task::Place;

    const TEXT: &str = "the new can carry";

    fn told(imputed: &Imputed) -> String {
        verdict(&Sentence::new(TEXT), imputed)
    }

    #[test]
    fn what_went_in_is_told_with_its_gain() {
        let mut imputed = samples::imputed(TEXT, Some("one"));
        assert_eq!(
            told(&imputed),
            "Inserted: “one” in “new _ can”; expected distance 4.43 characters, as it stands 5.10, a gain of 0.67."
        );
        imputed.gain = None;
        imputed.inserted.as_mut().unwrap().text = "a".into();
        assert_eq!(
            told(&imputed),
            "Inserted: “a” in “new _ can”. “one” is likelier there, but “a” is expected to be nearer, in characters, \
             to the word that is missing."
        );
        imputed.explanation = None;
        assert_eq!(told(&imputed), "Inserted: “a” in “new _ can”.");
    }

    #[test]
    fn why_nothing_went_in_is_told() {
        let mut imputed = samples::imputed(TEXT, None);
        let change = |gain| Change { place: Place { gap: 2, byte: 7 }, text: "er".into(), gain };
        let known = imputed.explanation.as_mut().unwrap();
        known.best_change = Some(change(-0.2));
        known.shared_by =
            ["her", "over", "after", "never", "later", "order"].map(String::from).into();
        assert_eq!(
            told(&imputed),
            "Nothing inserted: expected distance 5.10 characters as it stands; the best change found, “er” in \
             “new _ can”, letters shared by her, over, after, never, later, …, would bring it to 5.30, a loss of 0.20."
        );
        let known = imputed.explanation.as_mut().unwrap();
        (known.best_change, known.cheaper) = (None, Some(change(0.25)));
        known.shared_by.truncate(1);
        assert_eq!(
            told(&imputed),
            "Nothing inserted: expected distance 5.10 characters as it stands; no gap is as probable as 20.0\u{a0}%, \
             and nothing is put into one below that. If it need not be a word (insert “any”), “er” would go into \
             “new _ can”, letters shared by her: a gain of 0.25."
        );
        imputed.explanation = None;
        assert_eq!(
            verdict(&Sentence::new("a b"), &imputed),
            "Nothing inserted: fewer than three words are too few to tell."
        );
    }
}
