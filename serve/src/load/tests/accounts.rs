//! Everything accepted is accounted for: done, failed, expired, lost, unfinished, doubled.

use std::collections::BTreeMap;

use super::service::{Faults, Service, collects, does, runs};
use crate::load::table;
use crate::load::tally::Ends;

#[test]
fn every_job_is_counted_by_its_end() {
    let service =
        Service::start(Faults { forgotten: 100, failed: 71, expired: 93, ..Faults::default() });
    let report = runs(&format!("{} --requests 1000 --clients 4 --open 8", service.url()));
    let step = &report.steps[0];
    let ends = Ends { lost: 10, failed: 14, expired: 10, done: 966, ..Ends::default() };
    assert_eq!(step.ends, Some(ends));
    assert_eq!(step.still_open, 0);
    assert_eq!(step.statuses, BTreeMap::from([(200, 990), (202, 1000), (404, 10)]));
    assert_eq!(step.failures, BTreeMap::from([("the worker died three times".to_owned(), 14)]));
    assert_eq!(step.accepted.unwrap().count, 1000);
    assert_eq!(step.results.unwrap().count, 966);
    assert_eq!(step.missing.len(), 10);
    assert!(!report.sound());
    let said = table::report(&report);
    assert!(said.contains("done 966 · failed 14 · expired 10 · lost 10"), "{said}");
    let lost = |id: &String| !service.memory().jobs.contains_key(&id.parse().unwrap());
    assert!(step.missing.iter().all(lost));
}

#[test]
fn a_run_without_losses_is_sound() {
    let service = Service::start(Faults::default());
    let report = runs(&format!("{} --requests 50 --clients 3", service.url()));
    assert!(report.sound());
    assert_eq!(report.steps[0].ends, Some(Ends { done: 50, ..Ends::default() }));
    assert_eq!(service.memory().texts.len(), 16); // its own sentences, all of them
}

#[test]
fn a_job_that_does_not_end_within_patience_is_unfinished() {
    let service = Service::start(Faults { hanging: 5, ..Faults::default() });
    let report = runs(&format!("{} --requests 5 --patience 0.3", service.url()));
    let ends = Ends { done: 4, unfinished: 1, ..Ends::default() };
    assert_eq!((report.steps[0].ends, report.sound()), (Some(ends), false));
}

#[test]
fn a_log_is_collected_with_its_losses_and_doubles() {
    let faults = Faults { forgotten: 100, doubled: 61, hanging: 67, ..Faults::default() };
    let service = Service::start(faults);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("ids");
    let (url, log) = (service.url(), log.display());
    let report = runs(&format!("{url} --accept-only --requests 300 --clients 8 --log {log}"));
    assert_eq!((report.steps[0].accepted.unwrap().count, report.steps[0].ends), (300, None));
    assert_eq!(std::fs::read_to_string(folder.path().join("ids")).unwrap().lines().count(), 300);
    let collected = collects(&format!("{url} --collect {log} --clients 5 --patience 0.2"));
    let ends = Ends { lost: 3, unfinished: 4, done: 289, ..Ends::default() };
    assert_eq!((collected.lines, collected.ids, collected.ends), (300, 296, ends));
    assert_eq!((collected.doubled, collected.doubles.len(), collected.still_open), (4, 4, 0));
    assert!(!collected.sound());
    assert!(table::collected(&collected).contains("doubled      4: "));
}

#[test]
fn a_log_without_losses_is_sound() {
    let service = Service::start(Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("ids");
    let (url, log) = (service.url(), log.display());
    runs(&format!("{url} --accept-only --requests 20 --log {log}"));
    runs(&format!("{url} --way batch --log {log}"));
    let collected = collects(&format!("{url} --collect {log}"));
    assert_eq!(collected.ends, Ends { done: 21, ..Ends::default() });
    assert!(collected.sound());
}

#[test]
fn refusals_are_counted_by_code_waited_for_and_sent_again() {
    let service = Service::start(Faults { busy: 4, ..Faults::default() });
    let report = runs(&format!("{} --requests 30 --accept-only", service.url()));
    let step = &report.steps[0];
    // Every fourth request of 39 is refused: 9 of them, and 30 accepted.
    assert_eq!(step.statuses, BTreeMap::from([(202, 30), (429, 9)]));
    assert_eq!(step.refusal_codes, BTreeMap::from([("too_many_requests".to_owned(), 9)]));
    assert_eq!((step.retries, step.refused), (9, 0));
    let report = runs(&format!("{} --requests 40 --accept-only --no-retry", service.url()));
    let step = &report.steps[0];
    assert_eq!((step.accepted.unwrap().count, step.retries, step.refused), (30, 0, 10));
}

#[test]
fn other_refusals_are_final() {
    let service =
        Service::start(Faults { refusal: Some((422, "unprocessable")), ..Faults::default() });
    let report = runs(&format!("{} --requests 3", service.url()));
    assert_eq!((report.steps[0].refused, report.steps[0].accepted), (3, None));
    assert_eq!(report.steps[0].refusal_codes["unprocessable"], 3);
}

#[test]
fn who_is_not_let_in_is_told_how() {
    let service = Service::start(Faults { token: Some("secret"), ..Faults::default() });
    let report = runs(&format!("{} --requests 9", service.url()));
    assert!(report.fault.as_ref().unwrap().contains("--token"), "{report:?}");
    assert!(!report.sound());
    assert!(runs(&format!("{} --requests 9 --token secret", service.url())).sound());
}

#[test]
fn errors_name_the_thing_and_the_remedy() {
    let service = Service::start(Faults::default());
    let url = service.url();
    drop(service);
    for (line, what) in [
        (format!("{url} --requests 1"), "nothing listens there; start it with `impute-serve`"),
        (format!("{url} --texts /no/such/file"), "/no/such/file"),
        (format!("{url} --log /no/such/folder/log"), "/no/such/folder/log"),
        (format!("{url} --collect /no/such/file"), "/no/such/file"),
        (format!("{url} --way batch --task language"), "--task language"),
        (format!("{url} --way batch --rate 5"), "--rate"),
        (format!("{url} --way now --accept-only"), "--accept-only"),
        (format!("{url} --texts-a-call 2"), "--way now"),
        (format!("{url} --open 2 --rate 5"), "--open"),
        (format!("{url} --rate 0"), "0.001"),
        (format!("{url} --seconds 0"), "above 0"),
        (format!("{url} --seconds 1e300"), "above 0"),
        ("https://localhost:1".to_owned(), "no TLS"),
    ] {
        let error = format!("{:#}", does(&line).err().unwrap());
        assert!(error.contains(what), "{line}: {error}");
    }
}

#[test]
fn another_service_is_recognised() {
    let service = Service::start(Faults::default());
    let report = runs(&format!("{}/elsewhere --requests 5", service.url()));
    assert!(report.fault.unwrap().contains("/elsewhere/v1/jobs: check that the URL"));
}
