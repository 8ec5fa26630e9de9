//! How the service is: the queue, what comes out and how fast, the workers, the models, and whether what people send
//! has changed. The script fetches the sections again; each has an id, and is replaced where it differs.

use maud::{Markup, html};

use super::document::{Again, Frame, document, time};
use super::spell::{clip, count, counted, duration, fixed, percent, visible};
use super::view::{Drift, Known, Model, Published, Sides, Status, Workers};

/// The longest name or line that is shown, in characters.
const LONGEST: usize = 200;

/// The page.
pub fn page(status: &Status) -> Markup {
    let frame = Frame { title: "Status", here: "/status", again: Again::WithoutScript(5) };
    document(
        &frame,
        &html! {
            p #live role="status" aria-live="polite" {}
            div #status data-sections="/status?part=figures" { (figures(status)) }
            button.quiet #pause type="button" hidden aria-pressed="false" { "Pause" }
        },
    )
}

/// The sections.
pub fn figures(status: &Status) -> Markup {
    let per_second = |texts: u64, seconds: f64| fixed(texts as f64 / seconds, 1);
    html! {
        section #now aria-labelledby="now-title" {
            h2 #now-title { "Now" }
            p.said { (said(status)) }
            @if let Some(trouble) = &status.trouble {
                p.said { "But " (visible(trouble)) "; what is accepted waits in the database." }
            }
            @if matches!(status.workers, Workers::Elsewhere { workers: 0, .. }) {
                p.said { "No worker is there: start one, " code { "impute-serve work" } "." }
            }
            dl.figures {
                (figure("requests in the queue", &count(status.open)))
                (figure("the oldest has waited", &status.oldest.map_or("–".into(), |age| duration(age as f64))))
                (figure("rows of files in the queue", &count(status.rows_open)))
                @match status.workers {
                    Workers::Here { busy, threads } => {
                        (figure("workers busy", &format!("{busy} of {threads}")))
                    }
                    Workers::Elsewhere { workers, threads } => {
                        (figure("workers; their threads", &format!("{workers}; {threads}")))
                    }
                }
            }
            p.note { "The queue takes " (count(status.most_open)) " requests. As of " (time(status.now))
                "; started " (time(status.started)) "." }
        }
        section #pace aria-labelledby="pace-title" {
            h2 #pace-title { "Throughput and latency" }
            dl.figures {
                (figure("texts a second, last minute", &per_second(status.throughput.minute, 60.0)))
                @if let Some(hour) = status.throughput.hour {
                    (figure("texts a second, last hour", &per_second(hour, 3600.0)))
                }
                @if let Some(latency) = &status.latency {
                    (figure("accepted to answered, half of all", &duration(latency.p50)))
                    (figure("nine of ten", &duration(latency.p90)))
                    (figure("99 of 100", &duration(latency.p99)))
                }
            }
            p.note {
                @match &status.latency {
                    Some(_) => { "Latency of the last five minutes." }
                    None => { "No request was answered in the last five minutes." }
                }
                " " (counted(status.throughput.minute, "text")) " in the last minute"
                @if let Some(hour) = status.throughput.hour { ", " (count(hour)) " in the last hour" }
                "."
            }
        }
        section #models aria-labelledby="models-title" {
            h2 #models-title { "Models" }
            @if status.models.is_empty() { p.note { "No model is open." } }
            @for model in &status.models { (model_of(model)) }
        }
        section #drift aria-labelledby="drift-title" {
            h2 #drift-title { "Drift" }
            (drift(&status.drift))
        }
    }
}

fn said(status: &Status) -> &'static str {
    match (status.ready, status.open >= status.most_open, status.open) {
        (false, ..) => "Not ready: no requests are taken at the moment.",
        (_, true, _) => "The queue is full: requests are refused until it is shorter.",
        (.., 0) => "Ready, and nothing waits.",
        _ => "Ready.",
    }
}

fn figure(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn model_of(model: &Model) -> Markup {
    html! {
        h3 { bdi { (clip(&model.name, LONGEST)) } }
        p { (visible(&model.kind)) ", version " (model.version) ", opened " (time(model.opened)) "." }
        @if !model.provenance.is_empty() {
            dl.facts {
                @for (name, value) in &model.provenance {
                    div { dt { (clip(name, LONGEST)) } dd { (clip(value, LONGEST)) } }
                }
            }
        }
        @if !model.history.is_empty() { (history(model)) }
    }
}

fn history(model: &Model) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "Versions of " (clip(&model.name, LONGEST)) } {
            table {
                caption { span.held { "Versions" } }
                thead {
                    tr {
                        th scope="col" { "version" }
                        th.text scope="col" { "published" }
                        th.text scope="col" { "what changed" }
                        th.text scope="col" { "against the one before" }
                    }
                }
                tbody { @for version in &model.history { (row(version)) } }
            }
        }
    }
}

fn row(version: &Published) -> Markup {
    html! {
        tr {
            th scope="row" { (version.version) }
            td.text { (time(version.published)) }
            td.text { (clip(&version.change, LONGEST)) }
            td.text {
                @if version.compare.is_empty() { "–" }
                @for (i, (name, value)) in version.compare.iter().enumerate() {
                    @if i > 0 { ", " }
                    (clip(name, LONGEST)) " " (clip(value, LONGEST))
                }
            }
        }
    }
}

fn drift(drift: &Drift) -> Markup {
    html! {
        @match drift {
            Drift::NoReference => p.note {
                "Not watched: there is no text to compare with. Start the service with " code { "--reference FILE" }
                ", a text of the kind that people should send, one a line."
            },
            Drift::NotYet { texts, needed } => p.note {
                "Nothing has been compared with the reference yet: there are " (count(*texts)) " texts of late, and it takes "
                (count(*needed)) ". There is a comparison every ten minutes, or more often with " code { "--reference-every TEXTS" } "."
            },
            Drift::Measured { accuracy, interval: [low, high], verdict, drifted, advice, known, texts, measured } => {
                p.said {
                    @if *drifted { strong { (difference(verdict)) } } @else { (difference(verdict)) }
                    " " (advice)
                }
                dl.figures {
                    (figure("of texts a classifier tells apart; 50 % is chance", &percent(*accuracy)))
                    (figure("95 % interval", &format!("{} to {}", percent(*low), percent(*high))))
                    @if let Some(Known { unknown, perplexity }) = known {
                        (figure("words that the model does not know", &sides(unknown, percent)))
                        (figure("its perplexity without them", &sides(perplexity, |value| fixed(value, 0))))
                    }
                }
                @if known.is_some_and(|known| known.unknown.rose || known.perplexity.rose) {
                    p.note { "The model knows what people send less well than the reference." }
                }
                p.note { "On the last " (counted(*texts, "text")) ", at " (time(*measured)) "." }
            }
        }
    }
}

/// A figure of recent texts, and that of the reference.
fn sides(sides: &Sides, spelled: impl Fn(f64) -> String) -> String {
    format!("{}; of the reference {}", spelled(sides.recent), spelled(sides.reference))
}

/// What the name of a difference means.
fn difference(verdict: &str) -> &'static str {
    match verdict {
        "none" => "What people send cannot be told from the reference.",
        "different" => {
            "What people send differs a little from the reference, too little to call it drift."
        }
        "strong" => "What people send has drifted far from the reference.",
        _ => "What people send has drifted from the reference.",
    }
}

#[cfg(test)]
pub mod tests {
    use super::super::samples::assert_sound;
    use super::super::view::{Latency, Throughput};
    use super::*;

    /// A service with much to tell.
    pub fn status() -> Status {
        Status {
            ready: true,
            started: 1_767_225_600_000,
            now: 1_767_225_900_000,
            open: 1234,
            most_open: 100_000,
            rows_open: 0,
            oldest: Some(2345),
            throughput: Throughput { minute: 6000, hour: Some(36_000) },
            latency: Some(Latency { p50: 8.25, p90: 20.0, p99: 31.5 }),
            workers: Workers::Here { busy: 1, threads: 2 },
            trouble: None,
            models: vec![Model {
                name: "<english>".into(),
                kind: "n-grams and a net".into(),
                version: 2,
                opened: 1_767_225_600_000,
                provenance: vec![("licence".into(), "CC BY-SA 4.0".into())],
                history: vec![Published {
                    version: 2,
                    published: 1_767_225_600_000,
                    change: "More <news>".into(),
                    compare: vec![("score".into(), "−0.05".into())],
                }],
            }],
            drift: Drift::Measured {
                accuracy: 0.62,
                interval: [0.58, 0.66],
                verdict: "drift".into(),
                drifted: true,
                advice: "Look at it.".into(),
                known: crate::drift::samples::view().known,
                texts: 1000,
                measured: 1_767_225_600_000,
            },
        }
    }

    #[test]
    fn all_figures_are_there() {
        let html = page(&status()).into_string();
        assert_sound(&html);
        for part in [
            "1,234",
            "2.3\u{a0}s",
            "1 of 2",
            "<dd>100.0</dd>",
            "<dd>10.0</dd>",
            "8.2\u{a0}ms",
            "More &lt;news&gt;",
            "score −0.05",
            "<strong>What people send has drifted from the reference.</strong> Look at it.",
            "58.0\u{a0}% to 66.0\u{a0}%",
            "<dd>3.1\u{a0}%; of the reference 1.2\u{a0}%</dd>",
            "<dd>310; of the reference 205</dd>",
            "The model knows what people send less well",
            "<noscript><meta http-equiv=\"refresh\"",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("<english>"));
    }

    #[test]
    fn where_others_work_they_are_told_of() {
        let mut many = status();
        many.workers = Workers::Elsewhere { workers: 3, threads: 12 };
        many.throughput.hour = None;
        let html = page(&many).into_string();
        assert_sound(&html);
        assert!(html.contains("<dd>3; 12</dd>") && !html.contains("last hour"), "{html}");
        assert!(!html.contains("No worker is there"));
        many.workers = Workers::Elsewhere { workers: 0, threads: 0 };
        many.trouble = Some("the broker is <away>".to_owned());
        let html = page(&many).into_string();
        assert_sound(&html);
        for part in ["No worker is there", "But the broker is &lt;away&gt;; what is accepted waits"]
        {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }

    #[test]
    fn a_service_that_has_just_started_has_little_to_tell() {
        let mut young = status();
        (young.ready, young.oldest, young.latency) = (false, None, None);
        (young.models, young.drift) = (Vec::new(), Drift::NoReference);
        let html = page(&young).into_string();
        assert_sound(&html);
        for part in [
            "Not ready",
            "No request was answered in the last five minutes.",
            "--reference FILE",
            "No model is open",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        young.drift = Drift::NotYet { texts: 5, needed: 1000 };
        assert!(figures(&young).into_string().contains("5 texts of late, and it takes 1,000."));
        (young.ready, young.open) = (true, young.most_open);
        assert!(figures(&young).into_string().contains("The queue is full"));
    }
}
