//! What a person says of an answer: right, or wrong and what was meant. Both are plain forms.

use maud::{Markup, html};

use super::sentence::Sentence;
use super::spell::clip;
use super::view::{Feedback, Request};
use crate::task::{Answer, Task};

/// A longer list of gaps helps nobody.
const MOST_GAPS: usize = 300;
/// The longest word that is said again, in characters.
const LONGEST: usize = 60;

/// The forms, after what was said before.
pub fn feedback(request: &Request) -> Markup {
    let to = format!("/requests/{}/feedback", request.id);
    html! {
        @if let Some(said) = &request.feedback { (thanks(said)) }
        form.feedback method="post" action=(to) {
            input type="hidden" name="verdict" value="right";
            button type="submit" { "This is right" }
        }
        form.feedback method="post" action=(to) {
            input type="hidden" name="verdict" value="wrong";
            (meant(request))
            button type="submit" { "This is wrong" }
        }
        p.note {
            "Feedback is kept longer than requests are, together with the text: to tune and measure models on."
        }
    }
}

fn thanks(said: &Feedback) -> Markup {
    html! {
        p.thanks role="status" {
            "Thank you: you said that this is "
            @if said.right { "right" } @else { "wrong" }
            @if let Some(word) = said.word.as_ref().filter(|_| !said.right) { "; the word was “" bdi { (clip(word, LONGEST)) } "”" }
            "."
        }
    }
}

fn meant(request: &Request) -> Markup {
    let text = request.text.as_deref().unwrap_or_default();
    html! {
        @match request.task {
            Task::Impute => {
                div.field {
                    label for="meant-word" { "The word that is missing" }
                    input #meant-word type="text" name="word" autocomplete="off" autocapitalize="off" spellcheck="false";
                }
                div.field {
                    label for="meant-gap" { "Where" }
                    select #meant-gap name="gap" {
                        option value="" {
                            @if inserted(request) { "where the service put one in" } @else { "choose the gap" }
                        }
                        (places(&Sentence::new(text)))
                    }
                }
            }
            Task::Repair => div.field.wide {
                label for="meant-text" { "The text as it was meant" }
                textarea #meant-text name="sentence" rows="3" dir="auto" {
                    // A line end right after the tag is not part of the text.
                    "\n" (text)
                }
            },
            Task::Language => div.field {
                label for="meant-word" { "The right language, as a code such as en" }
                input #meant-word type="text" name="word" autocomplete="off" autocapitalize="off" spellcheck="false";
            },
        }
    }
}

/// Whether something was put in.
fn inserted(request: &Request) -> bool {
    let answer = request.outcome.as_ref().map(|outcome| &outcome.answer);
    matches!(answer, Some(Answer::Impute(imputed)) if imputed.inserted.is_some())
}

fn places(sentence: &Sentence<'_>) -> Markup {
    html! {
        @for gap in 1..sentence.words().len().min(MOST_GAPS + 1) {
            option value=(gap) { (sentence.around(gap)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::request;
    use super::super::view::State;
    use super::*;

    #[test]
    fn every_gap_can_be_named() {
        let mut asked = request("the <new> can", State::Done);
        let html = feedback(&asked).into_string();
        assert!(html.contains("<option value=\"1\">the _ &lt;new&gt;</option>"), "{html}");
        assert_eq!(html.matches("<option").count(), 3);
        assert_eq!(html.matches("method=\"post\"").count(), 2);
        assert!(!html.contains("Thank you"));
        asked.feedback = Some(Feedback { right: false, word: Some("<one>".into()) });
        assert!(
            feedback(&asked)
                .into_string()
                .contains("wrong; the word was “<bdi>&lt;one&gt;</bdi>”.")
        );
    }

    #[test]
    fn each_task_has_its_own_question() {
        for (task, name) in
            [(Task::Impute, "word"), (Task::Repair, "sentence"), (Task::Language, "word")]
        {
            let mut asked = request("a b", State::Done);
            asked.task = task;
            assert!(feedback(&asked).into_string().contains(&format!("name=\"{name}\"")));
        }
    }
}
