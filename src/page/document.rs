//! A page as a whole: its head, and one section after another.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// Nothing may be loaded but the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The page: which command it is of, its title, what comes first, and the sections.
pub fn document(kind: &str, title: &str, summary: Markup, sections: &[Section]) -> String {
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
                    p.kind { (kind) }
                    h1 { (title) }
                    (summary)
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

/// A part of the page with a heading.
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub content: Markup,
}
