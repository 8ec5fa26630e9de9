//! The help page: what can be asked, the limits in force beside their defaults, and every code of a refusal.

use maud::{Markup, html};

use super::codes::explained;
use super::document::{Again, Frame, document};
use super::spell::visible;
use super::view::Limit;
use crate::refusal::Code;

/// The page; `base` is what addresses begin with.
pub fn page(limits: &[Limit], base: &str) -> Markup {
    let frame = Frame { title: "Help", here: "/help", again: Again::Never };
    document(
        &frame,
        &html! {
            (asking(base))
            section #limits aria-labelledby="limits-title" {
                h2 #limits-title { "Limits" }
                (table(limits))
            }
            section #codes aria-labelledby="codes-title" {
                h2 #codes-title { "When something is refused" }
                p { "Every refusal is JSON with a code, a sentence that says what to do, and a link to its place here." }
                @for code in Code::ALL { (entry(code)) }
            }
        },
    )
}

fn asking(base: &str) -> Markup {
    html! {
        section #asking aria-labelledby="asking-title" {
            h2 #asking-title { "For programs" }
            p { "At once, at most 16 texts a call:" }
            pre.wrap { code {
                "curl " (base) "/v1/impute -H 'Content-Type: application/json' \\\n"
                "  -d '{\"texts\": [\"the cat on the mat .\"]}'"
            } }
            p { "As a job, which survives a crash of the service, and can be waited for:" }
            pre.wrap { code {
                "curl " (base) "/v1/jobs -H 'Content-Type: application/json' \\\n"
                "  -d '{\"task\": \"impute\", \"text\": \"the cat on the mat .\"}'\n"
                "curl '" (base) "/v1/jobs/TRACKING-ID?wait=20'"
            } }
            p { "A whole file:" }
            pre.wrap { code {
                "curl --data-binary @test.csv " (base) "/v1/batches\n"
                "curl " (base) "/v1/batches/TRACKING-ID/submission.csv -o submission.csv"
            } }
            p { "All of it, with every field: " a href="/openapi.json" { "the API as OpenAPI" } "." }
        }
    }
}

fn table(limits: &[Limit]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Limits" {
            table {
                caption { span.held { "What is in force, and what would be if nobody had set it" } }
                thead {
                    tr {
                        th scope="col" { "setting" }
                        th.text scope="col" { "what it limits" }
                        th scope="col" { "in force" }
                        th scope="col" { "default" }
                    }
                }
                tbody {
                    @for limit in limits {
                        tr {
                            th scope="row" { code { (limit.setting) } }
                            td.text { (limit.about) }
                            td { (visible(&limit.in_force)) }
                            td { (limit.default) }
                        }
                    }
                }
            }
        }
    }
}

fn entry(code: Code) -> Markup {
    let [means, remedy] = explained(code);
    html! {
        div.code id=(code.name()) {
            h3 { a href={ "#" (code.name()) } { code { (code.name()) } } " " span.of { (code.status().as_u16()) } }
            p { (means) " " (remedy) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::assert_sound;
    use super::*;

    #[test]
    fn limits_stand_beside_their_defaults_and_codes_have_a_place() {
        let limit = Limit {
            setting: "max-text",
            about: "bytes of one text",
            default: "65,536",
            in_force: "<7>".into(),
        };
        let html = page(&[limit], "http://here:1").into_string();
        assert_sound(&html);
        assert!(html.contains("<td>&lt;7&gt;</td><td>65,536</td>"), "{html}");
        for code in Code::ALL {
            assert!(html.contains(&format!("id=\"{}\"", code.name())), "{code:?}");
            assert!(explained(code).iter().all(|sentence| sentence.ends_with('.')), "{code:?}");
        }
    }
}
