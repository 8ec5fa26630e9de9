//! The answer to a request, or how far it is: the part of a page that the script fetches as soon as it is there, so that
//! it is made in one place.

use maud::{Markup, html};

use super::document::time;
use super::sentence::Sentence;
use super::spell::{clip, counted, duration, visible, visible_lines};
use super::view::{Request, State};
use super::{bars, feedback, language, likely, repaired, verdict};
use crate::task::{Answer, Imputed, Outcome, Repaired, Task};

/// The longest name of a model that is shown, in characters.
const LONGEST: usize = 60;

/// Everything about a request. Sections have headings of the second order.
pub fn answer(request: &Request) -> Markup {
    html! {
        div #request data-state=(request.state.name()) data-final[request.state.is_final()] {
            @match (&request.outcome, request.state) {
                (Some(outcome), State::Done) => (outcome_of(request, outcome)),
                _ => (pending(request)),
            }
            (removal(request))
        }
    }
}

/// The heading of a page about a request.
pub fn title(request: &Request) -> &'static str {
    match (request.state, request.task) {
        (State::Waiting | State::Running | State::Arriving, _) => "In progress",
        (State::Done, Task::Impute) => "A sentence, restored",
        (State::Done, Task::Repair) => "A text, repaired",
        (State::Done, Task::Language) => "A text and its language",
        (State::Failed, _) => "No answer",
        (State::Expired, _) => "Expired",
        (State::Deleted, _) => "Deleted",
    }
}

/// A request in a line of a list.
pub fn line(request: &Request) -> Markup {
    let outcome = request.outcome.as_ref().map(|outcome| &outcome.answer);
    let text = match outcome {
        Some(Answer::Impute(imputed)) => Some(&imputed.text),
        Some(Answer::Repair(repaired)) => Some(&repaired.text),
        _ => request.text.as_ref(),
    };
    html! {
        li {
            a href={ "/requests/" (request.id) } {
                @match text {
                    Some(text) => bdi { (clip(text, 80)) },
                    None => (request.id),
                }
            }
            " " span.of { (request.task.name()) ", " (request.state.name()) ", " (time(request.created)) }
        }
    }
}

fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            (content)
        }
    }
}

fn outcome_of(request: &Request, outcome: &Outcome) -> Markup {
    let text = request.text.as_deref().unwrap_or_default();
    html! {
        @match &outcome.answer {
            Answer::Impute(imputed) => (impute(request, outcome, &Sentence::new(text), imputed)),
            Answer::Repair(repaired) => (repair(request, outcome, repaired)),
            Answer::Language(told) => {
                (section("answer", "Answer", &html! {
                    p.heat.lines dir="auto" { (visible_lines(text)) }
                    (language::language(told))
                    (facts(request, outcome))
                }))
            }
        }
        (section("feedback", "Is that right?", &feedback::feedback(request)))
    }
}

fn impute(
    request: &Request,
    outcome: &Outcome,
    sentence: &Sentence<'_>,
    imputed: &Imputed,
) -> Markup {
    let explained = imputed.explanation.as_ref();
    html! {
        (section("answer", "Answer", &html! {
            (sentence.marked(explained, imputed.inserted.as_ref()))
            p.said { (verdict::verdict(sentence, imputed)) }
            @if explained.is_some() {
                p.note { span.gap.heat6 { " " small { "60" } " " } " how likely a word is missing, in %; "
                    ins { "word" } " put in" }
            }
            (facts(request, outcome))
        }))
        @if let Some(explained) = explained {
            (section("gaps", "Where a word might be missing", &bars::bars(sentence, explained)))
            (section("words", "What might be missing", &likely::words(sentence, explained, imputed.inserted.as_ref())))
        }
        @if let Some(told) = &imputed.language {
            (section("language", "Language", &language::language(told)))
        }
    }
}

fn repair(request: &Request, outcome: &Outcome, told: &Repaired) -> Markup {
    html! {
        (section("answer", "Answer", &html! {
            (repaired::text(told))
            p.said { (repaired::said(told)) }
            @if !told.insertions.is_empty() { (repaired::table(told)) }
            (facts(request, outcome))
        }))
        @if let Some(told) = &told.language {
            (section("language", "Language", &language::language(told)))
        }
    }
}

/// Who answered, and when.
fn facts(request: &Request, outcome: &Outcome) -> Markup {
    html! {
        dl.facts {
            div { dt { "model" } dd { bdi { (clip(&outcome.model, LONGEST)) } ", version " (outcome.version) } }
            div { dt { "accepted" } dd { (time(request.created)) } }
            @if let Some(finished) = request.finished {
                div { dt { "answered after" } dd { (duration(finished.saturating_sub(request.created) as f64)) } }
            }
            @if request.tries > 1 { div { dt { "tries" } dd { (request.tries) } } }
            div { dt { "tracking id" } dd { a href={ "/requests/" (request.id) } { (request.id) } } }
        }
    }
}

/// A request without an answer.
fn pending(request: &Request) -> Markup {
    let said = match request.state {
        State::Waiting | State::Arriving => {
            "Accepted, and waiting for its turn. This page shows the answer as soon as it is there."
        }
        State::Running => "Being worked on. This page shows the answer as soon as it is there.",
        State::Failed => "This request failed, and will not be tried again.",
        State::Expired => {
            "This request waited longer than it may, and was not begun. Send it again."
        }
        State::Deleted => "The text and its answer are gone.",
        State::Done => "The answer is no longer kept.",
    };
    section(
        "answer",
        "State",
        &html! {
            p.said { (said) }
            @if let Some(reason) = &request.reason { p { "The reason: " (visible(reason)) } }
            @if let Some(text) = &request.text { p.heat.lines dir="auto" { (visible_lines(text)) } }
            dl.facts {
                div { dt { "task" } dd { (request.task.name()) } }
                div { dt { "accepted" } dd { (time(request.created)) } }
                @if let Some(finished) = request.finished {
                    div { dt { "ended" } dd { (time(finished)) } }
                }
                @if request.tries > 0 { div { dt { "tried" } dd { (counted(u64::from(request.tries), "time")) } } }
                div { dt { "tracking id" } dd { a href={ "/requests/" (request.id) } { (request.id) } } }
            }
        },
    )
}

fn removal(request: &Request) -> Markup {
    html! {
        @if request.state != State::Deleted {
            form.remove method="post" action={ "/requests/" (request.id) "/delete" }
                data-forget={ "requests/" (request.id) } {
                button.quiet type="submit" { "Delete text and answer" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{STATES, assert_sound, english, outcome, request};
    use super::*;
    use crate::page::repaired::tests::repaired;

    const TEXT: &str = "the new can <script>alert(1)</script> \u{202e}x\u{7}";

    #[test]
    fn every_state_is_told_and_nothing_of_a_text_is_markup() {
        for state in STATES {
            let html = answer(&request(TEXT, state)).into_string();
            assert_sound(&html);
            assert!(html.contains(&format!("data-state=\"{}\"", state.name())), "{html}");
            assert_eq!(html.contains(" data-final"), state.is_final(), "{html}");
            assert!(!html.contains("<script>alert") && !html.contains('\u{202e}'), "{html}");
            assert_eq!(html.contains("&lt;script&gt;alert"), state != State::Deleted, "{html}");
            assert_eq!(html.contains("<ins title"), state == State::Done, "{html}");
            assert_eq!(html.contains("died three times"), state == State::Failed, "{html}");
            assert_eq!(html.contains("/delete\""), state != State::Deleted, "{html}");
        }
    }

    #[test]
    fn an_answer_says_who_gave_it_and_why() {
        let html = answer(&request("the new can carry", State::Done)).into_string();
        for part in [
            "<bdi>english</bdi>, version 3",
            "Inserted: “one” in “new _ can”",
            "The language is English (en)",
            "12\u{a0}ms",
            "2026-01-01 00:00:00 UTC",
            "id=\"gaps\"",
            "id=\"words\"",
            "action=\"/requests/0f9a3c1e-7d52-4b8e-9a61-3c5d2e8f7a10/feedback\"",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }

    #[test]
    fn other_tasks_are_told_too() {
        let mut asked = request("She not going", State::Done);
        asked.task = Task::Repair;
        asked.outcome = Some(outcome(Answer::Repair(repaired())));
        let html = answer(&asked).into_string();
        assert!(html.contains("Inserted 2 words."), "{html}");
        assert_sound(&html);
        asked.task = Task::Language;
        asked.outcome = Some(outcome(Answer::Language(english())));
        let html = answer(&asked).into_string();
        assert!(
            html.contains("The language is English") && html.contains("She not going"),
            "{html}"
        );
        assert_sound(&html);
    }

    #[test]
    fn a_line_of_a_list_shows_the_answer() {
        let html = line(&request("the new can", State::Done)).into_string();
        assert!(html.contains("<bdi>the new one can</bdi>"), "{html}");
        assert!(line(&request("a", State::Deleted)).into_string().contains(">0f9a3c1e"));
    }
}
