//! A page as a whole: its head, the way to its sections, and these.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded but the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// A part of the page with a heading.
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub content: Markup,
}

/// The page of a command.
pub fn frame(command: &str, title: &str, head: Markup, sections: &[Section]) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "impute: " (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.kind { (command) }
                    h1 { (title) }
                    (head)
                    nav aria-label="Sections" {
                        @for Section { id, title, .. } in sections {
                            a href={ "#" (id) } { (title) }
                        }
                    }
                }
                main {
                    @for Section { id, title, content } in sections {
                        section id=(id) aria-labelledby={ (id) "-title" } {
                            h2 id={ (id) "-title" } { (title) }
                            (content)
                        }
                    }
                }
            }
        }
    };
    markup.into_string() + "\n"
}
