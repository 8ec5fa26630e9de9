//! Do the alarms and the dashboard of `serve/watch` name what the program tells, and is all that it tells looked at?

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Metrics, Open};
use crate::drift::samples;
use crate::refusal::Code;
use crate::task::Task;

const ALARMS: &str = include_str!("../../watch/alarms.yml");
const DASHBOARD: &str = include_str!("../../watch/dashboard.json");

/// By the name of each series its labels, and their values.
type Told = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// All that the program can tell: every method is called, with every value of a label that is chosen here.
fn told() -> Told {
    let metrics = Metrics::new();
    for task in Task::ALL {
        metrics.accepted(task, Duration::from_millis(1));
        metrics.finished(task, 1);
    }
    Code::ALL.into_iter().for_each(|code| metrics.refused(code.name()));
    metrics.results("english", 1, 1, 1);
    metrics.claimed(1);
    metrics.predicted(1, Duration::from_millis(1));
    metrics.drift_seen(&samples::view());
    metrics.queue_seen("impute.jobs.english", 1, 1);
    metrics.queue_up(true);
    metrics.database_up(true);
    metrics.outbox(1, 1);
    metrics.dead_letters("expired", 1);
    metrics.unacknowledged(1);
    metrics.returned(1);
    metrics.confirmed(1);
    metrics.redelivered(1);
    let mut told = Told::new();
    for line in metrics.text(&Open::default()).lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let labels = told.entry(name.to_owned()).or_default();
        for (label, _, value) in matchers(line) {
            labels.entry(label.to_owned()).or_default().insert(value.to_owned());
        }
    }
    told
}

/// The `label="value"` of a line, with what stands between the two.
fn matchers(line: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('"') {
        let Some((value, next)) = after.split_once('"') else { break };
        let label = before.trim_end_matches(['=', '~', '!']);
        let start = label.rfind(|sign: char| !is_of_a_name(sign)).map_or(0, |at| at + 1);
        found.push((&label[start..], &before[label.len()..], value));
        rest = next;
    }
    found
}

fn is_of_a_name(sign: char) -> bool {
    sign.is_ascii_lowercase() || sign == '_'
}

/// The expressions of both files.
fn expressions() -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = ALARMS;
    while let Some((_, after)) = rest.split_once("expr: ") {
        let (expression, next) = after.split_once("\n        labels:").unwrap();
        all.push(expression.to_owned());
        rest = next;
    }
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).unwrap();
    let targets =
        dashboard["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row");
    for target in targets.flat_map(|panel| panel["targets"].as_array().unwrap()) {
        all.push(target["expr"].as_str().unwrap().to_owned());
    }
    all
}

/// The series that an expression names, each with the matchers behind it.
fn named(expression: &str) -> Vec<(&str, &str)> {
    let begins = expression.match_indices("impute_").map(|(at, _)| &expression[at..]);
    let name = |from: &'_ str| from.find(|sign| !is_of_a_name(sign)).unwrap_or(from.len());
    begins
        .map(|from| {
            let (name, after) = from.split_at(name(from));
            let braces = after.strip_prefix('{').and_then(|after| after.split_once('}'));
            (name, braces.map_or("", |(inside, _)| inside))
        })
        .collect()
}

#[test]
fn alarms_and_dashboard_name_what_is_told() {
    let told = told();
    let expressions = expressions();
    assert!(expressions.len() > 40, "{expressions:?}");
    for (expression, (name, inside)) in expressions
        .iter()
        .flat_map(|expression| named(expression).into_iter().map(move |it| (expression, it)))
    {
        let Some(labels) = told.get(name) else { panic!("{name} is not told: {expression}") };
        for (label, _, values) in matchers(inside) {
            let Some(there) = labels.get(label) else {
                panic!("{name} has no {label}: {expression}")
            };
            for value in values.split('|') {
                assert!(there.contains(value), "{name} has no {label} {value}: {expression}");
            }
        }
    }
}

#[test]
fn what_is_grouped_by_is_a_label() {
    let told = told();
    for expression in expressions() {
        let groups =
            expression.split(" by (").skip(1).map(|after| after.split_once(')').unwrap().0);
        for label in groups.flat_map(|group| group.split(", ")) {
            let has = |(name, _): (&str, &str)| told[name].contains_key(label);
            assert!(named(&expression).into_iter().any(has), "{label}: {expression}");
        }
    }
}

#[test]
fn all_that_is_told_is_on_the_dashboard() {
    // Of a histogram one of its three series is enough.
    let family = |name: &str| {
        let ends = ["_bucket", "_count", "_sum"];
        ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
    };
    let expressions = expressions();
    let shown: BTreeSet<String> = expressions
        .iter()
        .flat_map(|expression| named(expression))
        .map(|(name, _)| family(name))
        .collect();
    for name in told().keys() {
        assert!(shown.contains(&family(name)), "{name} is told, and nobody looks at it");
    }
}

#[test]
fn refusals_of_an_alarm_are_those_through_no_fault_of_the_sender() {
    let (_, after) = ALARMS.split_once("impute_refused_total{code=~\"").unwrap();
    let named: BTreeSet<&str> = after.split_once('"').unwrap().0.split('|').collect();
    let all = Code::ALL.into_iter().filter(|code| code.status().is_server_error());
    let all = all.filter(|code| *code != Code::ShuttingDown).map(Code::name);
    assert_eq!(named, all.collect());
}

#[test]
fn drift_alarms_where_a_comparison_speaks_of_it() {
    let bound = 0.55;
    assert!(ALARMS.contains(&format!("impute_drift_accuracy_low) > {bound}\n")));
    use impute::kinds::drift::Verdict;
    assert!(Verdict::of(bound + 1e-9).is_drift() && !Verdict::of(bound).is_drift());
}
