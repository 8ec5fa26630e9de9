//! The page of a file that was uploaded: how far the work on it is, and the finished submission.

use maud::{Markup, html};

use super::document::{Again, Frame, document, time};
use super::spell::{clip, count, counted, duration, visible};
use super::view::{Batch, State};

/// The longest name that is shown, in characters.
const LONGEST: usize = 80;

/// The page. Without a script it loads itself again every two seconds until all is done.
pub fn page(batch: &Batch) -> Markup {
    let again = if batch.state.is_final() { Again::Never } else { Again::WithoutScript(2) };
    let frame = Frame { title: "A file", here: "", again };
    document(
        &frame,
        &html! {
            section aria-labelledby="batch-title" {
                h2 #batch-title { (name(batch)) }
                div data-follow={ "/batches/" (batch.id) "?part=progress" } { (progress(batch)) }
            }
        },
    )
}

/// How far it is: the part that the script fetches again and again.
pub fn progress(batch: &Batch) -> Markup {
    let settled = batch.done + batch.failed;
    html! {
        div #batch data-state=(batch.state.name()) data-final[batch.state.is_final()] {
            @match batch.state {
                State::Waiting | State::Running | State::Arriving => {
                    label for="progress" { (counted(settled, "row")) " of " (count(batch.rows)) }
                    progress #progress max=(batch.rows.max(1)) value=(settled) {}
                }
                State::Done => {
                    p.said {
                        (counted(batch.rows, "row")) ", " (count(batch.changed)) " of them with a word put in."
                        @if batch.failed > 0 {
                            " " (counted(batch.failed, "row")) " could not be answered and stay as they were."
                        }
                    }
                    p { a.button href={ "/v1/batches/" (batch.id) "/submission.csv" } download="submission.csv" {
                        "Download the submission" } }
                }
                State::Failed => { p.said { "This file could not be worked through." } }
                State::Expired => { p.said { "This file waited longer than it may. Upload it again." } }
                State::Deleted => { p.said { "The file and its answers are gone." } }
            }
            @if let Some(reason) = &batch.reason { p { "The reason: " (visible(reason)) } }
            dl.facts {
                div { dt { "state" } dd { (batch.state.name()) } }
                div { dt { "rows" } dd { (count(batch.rows)) } }
                div { dt { "changed" } dd { (count(batch.changed)) } }
                div { dt { "accepted" } dd { (time(batch.created)) } }
                @if let Some(finished) = batch.finished {
                    div { dt { "took" } dd { (duration(finished.saturating_sub(batch.created) as f64)) } }
                }
                div { dt { "tracking id" } dd { a href={ "/batches/" (batch.id) } { (batch.id) } } }
            }
            @if batch.state != State::Deleted {
                form.remove method="post" action={ "/batches/" (batch.id) "/delete" }
                    data-forget={ "batches/" (batch.id) } {
                    button.quiet type="submit" { "Delete file and answers" }
                }
            }
        }
    }
}

/// A file in a line of a list.
pub fn line(batch: &Batch) -> Markup {
    html! {
        li {
            a href={ "/batches/" (batch.id) } { (name(batch)) } " "
            span.of {
                (counted(batch.rows, "row")) ", " (batch.state.name()) ", " (time(batch.created))
            }
        }
    }
}

fn name(batch: &Batch) -> Markup {
    html! {
        @match &batch.name {
            Some(name) if !name.trim().is_empty() => bdi { (clip(name, LONGEST)) },
            _ => "A file without a name",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{STATES, assert_sound};
    use super::*;

    fn batch(state: State) -> Batch {
        Batch {
            id: "0f9a3c1e-7d52-4b8e-9a61-3c5d2e8f7a10".into(),
            name: Some("<test>.csv".into()),
            state,
            created: 1_767_225_600_000,
            finished: state.is_final().then_some(1_767_225_602_500),
            rows: 1200,
            done: 300,
            changed: 200,
            failed: u64::from(state == State::Done),
            reason: None,
        }
    }

    #[test]
    fn every_state_is_told() {
        for state in STATES {
            let html = page(&batch(state)).into_string();
            assert_sound(&html);
            assert_eq!(html.contains("/submission.csv\""), state == State::Done, "{html}");
            assert_eq!(html.contains("<progress"), !state.is_final(), "{html}");
            assert_eq!(html.contains("<noscript><meta"), !state.is_final(), "{html}");
            assert!(html.contains("&lt;test&gt;.csv") && !html.contains("<test>"), "{html}");
        }
        let html = progress(&batch(State::Running)).into_string();
        assert!(
            html.contains("max=\"1200\" value=\"300\"") && html.contains("300 rows of 1,200"),
            "{html}"
        );
        let html = progress(&batch(State::Done)).into_string();
        assert!(html.contains("200 of them with a word put in. 1 row could not"), "{html}");
    }

    #[test]
    fn a_file_may_be_empty_or_have_no_name() {
        let mut empty = batch(State::Running);
        (empty.rows, empty.done, empty.name) = (0, 0, Some(" ".into()));
        assert!(progress(&empty).into_string().contains("max=\"1\" value=\"0\""));
        assert!(line(&empty).into_string().contains("A file without a name"));
    }
}
