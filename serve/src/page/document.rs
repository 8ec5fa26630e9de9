//! A page as a whole: its head, the way around, and what it is about.

use maud::{DOCTYPE, Markup, html};

use super::files::{SCRIPT, STYLE};
use super::spell;
use crate::refusal::{Code, Refusal};

/// The pages that every page leads to.
const PAGES: [(&str, &str); 3] = [("/", "Ask"), ("/status", "Status"), ("/help", "Help")];

/// When a page loads itself again, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It does not.
    Never,
    /// Always.
    After(u32),
    /// Where no script does it better.
    WithoutScript(u32),
}

/// What stands around the content of a page.
pub struct Frame<'a> {
    /// The title of the window and the heading.
    pub title: &'a str,
    /// Its path, if it is one of those that every page leads to.
    pub here: &'a str,
    /// When it loads itself again.
    pub again: Again,
}

/// The whole page.
pub fn document(frame: &Frame<'_>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @match frame.again {
                    Again::Never => {}
                    Again::After(seconds) => { meta http-equiv="refresh" content=(seconds); }
                    Again::WithoutScript(seconds) => {
                        noscript { meta http-equiv="refresh" content=(seconds); }
                    }
                }
                title { (frame.title) " · impute" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE.path);
                script src=(SCRIPT.path) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    nav aria-label="Pages" {
                        @for (path, name) in PAGES {
                            a href=(path) aria-current=[(path == frame.here).then_some("page")] { (name) }
                        }
                    }
                    h1 { (frame.title) }
                }
                main id="main" tabindex="-1" { (content) }
                footer {
                    p { "For programs: " a href="/openapi.json" { "the API as OpenAPI" } " · "
                        a href="/metrics" { "metrics" } }
                }
            }
        }
    }
}

/// What was refused, and why, for a person: a notice on a page.
pub fn notice(refusal: &Refusal) -> Markup {
    html! {
        p.notice role="alert" {
            (spell::visible(&refusal.message)) " "
            a href=(refusal.code.more()) { "What this means" }
        }
    }
}

/// A page that says only that something was refused.
pub fn refused(refusal: &Refusal) -> Markup {
    let title = if refusal.code == Code::NotFound { "Not here" } else { "Refused" };
    let frame = Frame { title, here: "", again: Again::Never };
    document(
        &frame,
        &html! {
            (notice(refusal))
            p { a href="/" { "Ask something" } }
        },
    )
}

/// A moment.
pub fn time(milliseconds: u64) -> Markup {
    let (machine, people) = spell::moment(milliseconds);
    html! { time datetime=(machine) { (people) } }
}
