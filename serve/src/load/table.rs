//! A report for people: a table of latencies, and a line for everything that happened besides.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use super::args::Way;
use super::numbers::{grouped, latency, rate};
use super::report::{Collected, Report};
use super::summary::{Measured, Summary};
use super::tally::Ends;

/// How wide the names of lines are.
const NAME: usize = 13;

/// The report of a run.
pub fn report(report: &Report) -> String {
    let mut out = String::new();
    let clients = counted(report.clients as u64, "client");
    let way = match report.way {
        Way::Jobs if report.open > 1 => {
            format!("{} jobs, {} open", report.task.name(), grouped(report.open as u64))
        }
        Way::Jobs => format!("{} jobs", report.task.name()),
        Way::Now => format!(
            "{} at once, {} a call",
            report.task.name(),
            counted(report.texts_a_call as u64, "text")
        ),
        Way::Batch => "batches".to_owned(),
    };
    line(&mut out, "", format!("{} · {way} · {clients}", report.url));
    for step in &report.steps {
        summary(&mut out, step);
    }
    broken_off(&mut out, report.interrupted, report.fault.as_deref());
    out
}

/// The report on a log.
pub fn collected(report: &Collected) -> String {
    let mut out = String::new();
    line(
        &mut out,
        "",
        format!("{} · everything in {} · {:.1} s", report.url, report.log, report.seconds),
    );
    line(&mut out, "ids", grouped(report.ids));
    ends(&mut out, &report.ends, report.still_open);
    let doubles =
        if report.doubled > 0 { format!(": {}", report.doubles.join(" ")) } else { String::new() };
    line(&mut out, "doubled", format!("{}{doubles}", grouped(report.doubled)));
    missing(&mut out, &report.missing);
    counts(&mut out, "failures", &report.failures);
    broken_off(&mut out, report.interrupted, report.fault.as_deref());
    out
}

fn summary(out: &mut String, step: &Summary) {
    let pace = step
        .rate
        .map_or("closed loop".to_owned(), |due| format!("{} requests a second", rate(due)));
    line(out, "", format!("\n{pace} · {:.1} s", step.seconds));
    let head = ["count", "a second", "p50", "p90", "p99", "max"].map(str::to_owned);
    line(out, "", format!("{:NAME$}{}", "", columns(&head)));
    for (name, measured) in [("accepted", &step.accepted), ("results", &step.results)] {
        if let Some(measured) = measured {
            line(out, name, columns(&row(measured)));
        }
    }
    if step.results.is_some_and(|results| results.count != step.texts) {
        line(out, "texts", format!("{:>11}{:>11}", grouped(step.texts), rate(step.texts_a_second)));
    }
    counts(out, "answers", &step.statuses);
    counts(out, "refusals", &step.refusal_codes);
    let rest: Vec<String> = [
        (step.retries, "sent again after a refusal"),
        (step.refused, "refused in the end"),
        (step.unanswered, "without an answer"),
        (step.broken_connections, "connections broken"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", grouped(*count)))
    .collect();
    if !rest.is_empty() {
        line(out, "requests", rest.join(" · "));
    }
    if step.never_sent > 0 {
        line(
            out,
            "never sent",
            format!(
                "{}: they were due, but all clients were busy: the latencies are too good; lower the rate, or \
                 give more --clients",
                grouped(step.never_sent)
            ),
        );
    }
    if step.rate.is_some() {
        let late = u32::try_from(step.sent_late_at_most_microseconds).unwrap_or(u32::MAX);
        line(out, "sent late by", format!("{} at most", latency(late)));
    }
    if let Some(what) = &step.ends {
        ends(out, what, step.still_open);
    }
    missing(out, &step.missing);
    counts(out, "failures", &step.failures);
    if let Some(spent) = step.own_processor_microseconds {
        line(out, "this program", format!("{spent:.0} µs of processor time for each answer"));
    }
}

fn row(measured: &Measured) -> [String; 6] {
    let p = measured.microseconds;
    let [p50, p90, p99, max] = [p.p50, p.p90, p.p99, p.max].map(latency);
    [grouped(measured.count), rate(measured.a_second), p50, p90, p99, max]
}

fn columns(cells: &[String; 6]) -> String {
    cells.iter().fold(String::new(), |line, cell| format!("{line}{cell:>11}"))
}

fn ends(out: &mut String, ends: &Ends, open: u64) {
    let Ends { done, failed, expired, deleted, lost, unfinished } = *ends;
    let all = [
        ("done", done),
        ("failed", failed),
        ("expired", expired),
        ("deleted", deleted),
        ("lost", lost),
        ("unfinished", unfinished),
        ("still open", open),
    ];
    // Losses are said even if there are none.
    let shown =
        all.iter().filter(|(name, count)| *count > 0 || ["done", "failed", "lost"].contains(name));
    let shown: Vec<String> =
        shown.map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    line(out, "ended as", shown.join(" · "));
}

fn missing(out: &mut String, ids: &[String]) {
    if !ids.is_empty() {
        line(out, "missing", format!("among them {}", ids.join(" ")));
    }
}

fn counts<K: Display>(out: &mut String, name: &str, counts: &BTreeMap<K, u64>) {
    if !counts.is_empty() {
        let counts: Vec<String> =
            counts.iter().map(|(what, n)| format!("{what} {}", grouped(*n))).collect();
        line(out, name, counts.join(" · "));
    }
}

fn broken_off(out: &mut String, interrupted: bool, fault: Option<&str>) {
    if interrupted {
        line(out, "", "\ninterrupted: what was under way is still open");
    }
    if let Some(fault) = fault {
        line(out, "", format!("\nbroken off: {fault}"));
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// Adds a line; an empty name takes no room.
fn line(out: &mut String, name: &str, rest: impl Display) {
    // Writing to a string does not fail.
    let _ =
        if name.is_empty() { writeln!(out, "{rest}") } else { writeln!(out, "{name:NAME$}{rest}") };
}
