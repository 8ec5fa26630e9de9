//! Answers and requests for the tests of the pages.

use impute::text::tokens;

use super::view::{Request, State};
use crate::task::{
    Answer, ExplainedGap, ExplainedWord, Explanation, Imputed, Inserted, LabelProbability,
    Language, LikelyGap, Outcome, Place, Task,
};

/// The states that clients see.
pub const STATES: [State; 6] =
    [State::Waiting, State::Running, State::Done, State::Failed, State::Expired, State::Deleted];

/// An explanation that finds the second gap the likeliest.
pub fn explanation(text: &str) -> Explanation {
    let words = tokens::split(text.as_bytes()).count();
    let gaps = (0..words.saturating_sub(1)).map(|token| {
        let probability = if token == 1 { 0.58 } else { 0.4 / words as f64 };
        ExplainedGap {
            place: Place::after(text.as_bytes(), token),
            probability,
            ngrams: probability / 2.0,
            net: Some(0.9 * probability),
        }
    });
    let word = |word: &str, probability| ExplainedWord {
        word: word.into(),
        probability,
        ngrams: probability / 2.0,
        net: None,
    };
    Explanation {
        gaps: gaps.collect(),
        likely: vec![LikelyGap {
            place: Place::after(text.as_bytes(), 1),
            probability: 0.58,
            words: vec![word("one", 0.4), word("<b>", 0.1)],
            others: 0.5,
        }],
        best_change: None,
        cheaper: None,
        shared_by: Vec::new(),
        least_gap: 0.2,
    }
}

/// An answer that puts this after the second word, or nothing anywhere.
pub fn imputed(text: &str, word: Option<&str>) -> Imputed {
    let inserted = word.map(|word| Inserted {
        text: word.into(),
        place: Place::after(text.as_bytes(), 1),
        is_word: true,
        gap_probability: Some(0.58),
        word_probability: Some(0.4),
    });
    let answer = word.map_or(text.as_bytes().to_vec(), |word| {
        tokens::insert(text.as_bytes(), 1, word.as_bytes())
    });
    let [expected, gain] = if word.is_some() { [4.43, 0.67] } else { [5.1, 0.0] };
    Imputed {
        text: String::from_utf8_lossy(&answer).into_owned(),
        inserted,
        expected: Some(expected),
        unchanged: Some(5.1),
        gain: Some(gain),
        top: Vec::new(),
        explanation: Some(explanation(text)),
        language: Some(english()),
    }
}

/// English, most likely.
pub fn english() -> Language {
    let top = [("en", 0.98), ("nl", 0.01)]
        .map(|(label, probability)| LabelProbability { label: label.into(), probability });
    Language { label: "en".into(), probability: 0.98, top: top.into() }
}

/// A request about this text; only if it is done it has an answer, which inserts `one`.
pub fn request(text: &str, state: State) -> Request {
    let done = state == State::Done;
    Request {
        id: "0f9a3c1e-7d52-4b8e-9a61-3c5d2e8f7a10".into(),
        task: Task::Impute,
        state,
        created: 1_767_225_600_000,
        finished: state.is_final().then_some(1_767_225_600_012),
        tries: u32::from(state != State::Waiting),
        reason: (state == State::Failed).then(|| "its worker died three times".into()),
        text: (state != State::Deleted).then(|| text.into()),
        outcome: done.then(|| outcome(Answer::Impute(Box::new(imputed(text, Some("one")))))),
        feedback: None,
    }
}

/// The answer of version 3 of a model.
pub fn outcome(answer: Answer) -> Outcome {
    Outcome { model: "english".into(), version: 3, answer }
}

/// Fails where a page has what a content security policy without inline code forbids, or an id twice.
pub fn assert_sound(html: &str) {
    assert!(!html.contains(" style=") && !html.contains("<style"), "an inline style: {html}");
    assert!(!html.contains(" on") || !contains_handler(html), "an inline handler: {html}");
    for script in html.split("<script").skip(1) {
        assert!(
            script.contains("src=") && script.contains("></script>"),
            "an inline script: {script}"
        );
    }
    let mut ids: Vec<&str> =
        html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id occurs twice: {html}");
    for part in ["for", "aria-labelledby", "aria-describedby"] {
        for rest in html.split(&format!(" {part}=\"")).skip(1) {
            let id = rest.split('"').next().unwrap_or_default();
            assert!(ids.contains(&id), "{part} names {id}, which is not there");
        }
    }
}

fn contains_handler(html: &str) -> bool {
    html.split('<').any(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        [" onclick=", " onload=", " onsubmit=", " onchange=", " oninput="]
            .iter()
            .any(|on| tag.contains(on))
    })
}
