//! The other ways to ask, and the forms of the report.

use super::service::{Faults, Service, args, runs};
use crate::load::{picture, run, table};

#[test]
fn calls_at_once_hold_as_many_texts_as_told() {
    let service = Service::start(Faults::default());
    let url = service.url();
    let report = runs(&format!(
        "{url} --way now --task language --requests 25 --texts-a-call 3 --clients 2"
    ));
    let step = &report.steps[0];
    assert_eq!((step.results.unwrap().count, step.texts, step.accepted), (25, 75, None));
    assert_eq!((step.statuses[&200], step.ends, report.sound()), (25, None, true));
    assert!(table::report(&report).contains("language at once, 3 texts a call · 2 clients"));
}

#[test]
fn a_batch_is_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.csv");
    std::fs::write(&path, "\"id\",\"sentence\"\n1,\"a b\"\n2,\"c d\"\n").unwrap();
    let service = Service::start(Faults::default());
    let report = runs(&format!("{} --way batch --texts {}", service.url(), path.display()));
    let step = &report.steps[0];
    assert_eq!((step.accepted.unwrap().count, step.results.unwrap().count, step.texts), (1, 1, 3));
    assert_eq!(step.statuses, [(200, 2), (202, 1)].into());
    assert_eq!(service.memory().bodies, [std::fs::read(&path).unwrap()]);
}

#[test]
fn texts_of_a_file_are_sent_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines");
    std::fs::write(&path, "one \"1\"\ntwo\n\nthrée\n").unwrap();
    let service = Service::start(Faults::default());
    runs(&format!("{} --requests 3 --texts {}", service.url(), path.display()));
    let texts = ["one \"1\"", "two", "thrée"].map(str::to_owned);
    assert_eq!(service.memory().texts, texts.into());
}

#[test]
fn the_report_is_written_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (json, svg) = (folder.path().join("report.json"), folder.path().join("report.svg"));
    let service = Service::start(Faults::default());
    let line = format!(
        "{} --seconds 0.2 --json-to {} --svg {}",
        service.url(),
        json.display(),
        svg.display()
    );
    let code = run(&args(&line).unwrap()).unwrap();
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let step = &report["steps"][0];
    assert_eq!(step["ends"]["done"], step["accepted"]["count"]);
    assert!(step["results"]["microseconds"]["p99"].as_u64().unwrap() > 0);
    let windows = step["over_time"].as_array().unwrap();
    let counted: u64 =
        windows.iter().map(|window| window["accepted"]["count"].as_u64().unwrap()).sum();
    assert_eq!(step["accepted"]["count"], counted);
    assert!(std::fs::read_to_string(&svg).unwrap().contains("result p99"));
}

#[test]
fn a_report_of_nothing_is_still_a_report() {
    let service =
        Service::start(Faults { refusal: Some((422, "unprocessable")), ..Faults::default() });
    let report = runs(&format!("{} --requests 2", service.url()));
    let picture = picture::draw(&report);
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
    assert!(table::report(&report).contains("2 refused in the end"));
}

#[test]
fn the_help_begins_with_examples_that_can_be_typed() {
    use clap::Args as _;
    let command = crate::load::Args::augment_args(clap::Command::new("load"));
    let examples = command.get_before_help().unwrap().to_string();
    let mut seen = 0;
    for line in examples.lines().filter_map(|line| line.trim().strip_prefix("impute-serve load ")) {
        assert!(args(line).is_ok(), "{line}: {}", args(line).unwrap_err());
        assert!(crate::load::plan::Plan::new(&args(line).unwrap()).is_ok(), "{line}");
        seen += 1;
    }
    assert!(seen >= 5);
}
