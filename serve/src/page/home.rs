//! The first page: the form for a text, the upload of a file, and, with the script, one's own recent requests.

use maud::{Markup, html};

use super::document::{Again, Frame, document, notice};
use crate::refusal::Refusal;
use crate::task::Task;

/// What the form holds when the page is shown.
#[derive(Debug, Clone)]
pub struct Form {
    /// The text.
    pub text: String,
    /// The task that is chosen.
    pub task: Task,
}

impl Default for Form {
    fn default() -> Self {
        Form { text: String::new(), task: Task::Impute }
    }
}

impl Form {
    /// The form with an example for a task.
    pub fn example(task: Task) -> Self {
        Form { text: example(task).to_owned(), task }
    }
}

/// A text that shows what a task does.
fn example(task: Task) -> &'static str {
    match task {
        Task::Impute => "The committee said it would to consider the proposal next week .",
        Task::Repair => "Mrs. Carter said that she not going to sell more eggs.",
        Task::Language => "Die Fähre fährt im Sommer jeden Tag um acht Uhr.",
    }
}

/// What a task is, for those who choose.
fn about(task: Task) -> (&'static str, &'static str) {
    match task {
        Task::Impute => {
            ("Find the missing word", "of one sentence, its words and marks separated by spaces")
        }
        Task::Repair => ("Repair text", "as people write it, with any number of words missing"),
        Task::Language => ("Tell the language", "of a text"),
    }
}

/// The page; with what was wrong with the form that was sent, if anything was. `base` is what addresses
/// begin with.
pub fn home(form: &Form, refused: Option<&Refusal>, base: &str) -> Markup {
    let frame = Frame { title: "The missing word", here: "/", again: Again::Never };
    document(
        &frame,
        &html! {
            p.lead { "Type a sentence that lacks a word: a model says where the gap is and which word belongs there, and "
                "leaves the sentence alone where changing it would not pay." }
            @if let Some(refused) = refused { (notice(refused)) }
            (ask(form))
            p #live role="status" aria-live="polite" {}
            div #result {}
            (upload(base))
            section #recent aria-labelledby="recent-title" hidden {
                h2 #recent-title { "Your recent requests" }
                ul.recent {}
                p.note { "This browser remembers their tracking ids, and nothing else." }
                button.quiet #forget type="button" { "Forget them" }
            }
        },
    )
}

fn ask(form: &Form) -> Markup {
    html! {
        section aria-labelledby="ask-title" {
            h2 #ask-title { "Ask" }
            form #ask method="post" action="/" {
                div.field.wide {
                    label for="text" { "A text" }
                    textarea #text name="text" rows="4" dir="auto" required autocomplete="off" aria-describedby="examples" {
                        // The line end right after the tag is not part of the text.
                        "\n" (form.text)
                    }
                    p.note #examples {
                        "Or take an example: "
                        @for (i, task) in Task::ALL.into_iter().enumerate() {
                            @if i > 0 { " · " }
                            a href={ "/?example=" (task.name()) } data-task=(task.name()) data-example=(example(task)) {
                                @match task {
                                    Task::Impute => "a sentence that lacks a word",
                                    Task::Repair => "a text to repair",
                                    Task::Language => "a text in some language",
                                }
                            }
                        }
                    }
                }
                fieldset {
                    legend { "What to do" }
                    @for task in Task::ALL {
                        @let (name, more) = about(task);
                        @let id = format!("task-{}", task.name());
                        div.choice {
                            input id=(id) type="radio" name="task" value=(task.name()) checked[task == form.task];
                            label for=(id) { b { (name) } " " span.of { (more) } }
                        }
                    }
                }
                button type="submit" { "Find out" }
            }
        }
    }
}

fn upload(base: &str) -> Markup {
    html! {
        section aria-labelledby="upload-title" {
            h2 #upload-title { "A whole file" }
            p { "The competition's CSV (" code { "\"id\",\"sentence\"" } ") or one sentence a line, plain, gzip or zstd. "
                "You get the finished submission, the same bytes that " code { "impute FILE" } " writes." }
            noscript {
                p { "Uploading from this page needs JavaScript. From a terminal:" }
                pre.wrap { code { "curl --data-binary @FILE " (base) "/v1/batches" } }
            }
            form #upload hidden {
                div.field.wide {
                    label for="file" { "A file" }
                    input #file type="file" name="file" required;
                }
                button type="submit" { "Upload" }
            }
            div #sending hidden {
                label for="sent" { "Uploading" }
                progress #sent max="100" value="0" {}
                button.quiet #cancel type="button" { "Cancel" }
            }
            p #uploaded role="status" aria-live="polite" {}
            div #work {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::assert_sound;
    use super::*;
    use crate::refusal::Code;

    #[test]
    fn the_form_keeps_what_was_sent() {
        let form = Form { text: "\n</textarea><b>".into(), task: Task::Repair };
        let refused = Refusal::new(Code::TooLarge, "At most <5> bytes.");
        let html = home(&form, Some(&refused), "http://here:1").into_string();
        assert_sound(&html);
        assert!(html.contains(">\n\n&lt;/textarea&gt;&lt;b&gt;</textarea>"), "{html}");
        assert!(html.contains("value=\"repair\" checked>"), "{html}");
        assert_eq!(html.matches(" checked").count(), 1);
        assert!(
            html.contains("At most &lt;5&gt; bytes.") && html.contains("/help#too_large"),
            "{html}"
        );
    }

    #[test]
    fn every_task_can_be_chosen_and_has_an_example() {
        let html = home(&Form::default(), None, "http://here:1").into_string();
        assert_sound(&html);
        for task in Task::ALL {
            assert!(html.contains(&format!("href=\"/?example={}\"", task.name())), "{html}");
            assert!(html.contains(&format!("value=\"{}\"", task.name())), "{html}");
            let html = home(&Form::example(task), None, "http://here:1").into_string();
            assert!(html.contains(&format!("value=\"{}\" checked", task.name())), "{html}");
        }
        assert!(!html.contains("role=\"alert\"") && !html.contains("http-equiv"), "{html}");
    }
}
