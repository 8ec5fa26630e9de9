//! A service that dies and comes back.

use std::thread::sleep;
use std::time::Duration;

use super::service::{Faults, Service, collects, runs};
use crate::load::tally::Ends;

/// Kills the service some times while jobs are sent, and forgets as many of the jobs each time as told.
fn killed(forgets: usize) -> (Service, usize, String, tempfile::TempDir) {
    let mut service = Service::start(Faults::default());
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("ids").display().to_string();
    let line = format!(
        "{} --accept-only --seconds 1.5 --clients 4 --keep-going --log {log}",
        service.url()
    );
    let running = std::thread::spawn(move || runs(&line));
    let mut kills = 0;
    while !running.is_finished() && kills < 5 {
        sleep(Duration::from_millis(150));
        service.kill();
        kills += 1;
        {
            let mut memory = service.memory();
            for _ in 0..forgets {
                if let Some(last) = memory.order.pop() {
                    memory.jobs.remove(&last);
                }
            }
        }
        sleep(Duration::from_millis(50));
        service.revive();
    }
    let report = running.join().unwrap();
    assert!(report.fault.is_none(), "{report:?}");
    assert!(report.steps[0].broken_connections > 0, "{report:?}");
    let accepted = report.steps[0].accepted.unwrap().count;
    assert_eq!(std::fs::read_to_string(&log).unwrap().lines().count() as u64, accepted);
    (service, kills, log, folder)
}

#[test]
fn nothing_is_lost_or_doubled_by_a_service_that_keeps_what_it_accepts() {
    let (service, _, log, _folder) = killed(0);
    let collected = collects(&format!("{} --collect {log} --clients 4", service.url()));
    assert_eq!(collected.ends, Ends { done: collected.lines, ..Ends::default() });
    assert!(collected.sound() && collected.lines > 0);
    // Each request was accepted once, however often it was sent.
    let memory = service.memory();
    assert_eq!((memory.accepted, memory.keys.len() as u64), (collected.lines, collected.lines));
}

#[test]
fn the_losses_of_a_service_that_forgets_are_found() {
    let (service, kills, log, _folder) = killed(3);
    let collected = collects(&format!("{} --collect {log} --clients 4", service.url()));
    // All jobs that were forgotten had been accepted, though not all of their acceptances arrived.
    let lost = collected.ends.lost;
    assert!(lost > 0 && lost <= 3 * kills as u64, "{collected:?}");
    assert!(!collected.sound());
}

#[test]
fn without_keep_going_an_outage_ends_the_run_with_its_report() {
    let mut service = Service::start(Faults::default());
    let line = format!("{} --seconds 30", service.url());
    let running = std::thread::spawn(move || runs(&line));
    while service.memory().accepted < 10 {
        sleep(Duration::from_millis(5));
    }
    service.kill();
    let report = running.join().unwrap();
    assert!(report.fault.as_ref().unwrap().contains("nothing listens there"), "{report:?}");
    assert!(!report.sound());
    let step = &report.steps[0];
    let ends = step.ends.unwrap();
    assert!(step.accepted.unwrap().count >= 10);
    assert_eq!(ends.sum() + step.still_open, step.accepted.unwrap().count);
}

#[test]
fn a_request_without_an_answer_is_sent_again_only_with_a_key() {
    let service = Service::start(Faults { silent: 10, ..Faults::default() });
    let report = runs(&format!("{} --requests 40 --accept-only", service.url()));
    let step = &report.steps[0];
    assert_eq!(
        (step.accepted.unwrap().count, step.unanswered, step.broken_connections),
        (36, 4, 4)
    );
    assert_eq!(service.memory().accepted, 40);
    let service = Service::start(Faults { silent: 10, ..Faults::default() });
    let report = runs(&format!("{} --requests 45 --accept-only --keep-going", service.url()));
    let step = &report.steps[0];
    assert_eq!((step.accepted.unwrap().count, step.unanswered), (45, 0));
    assert_eq!(service.memory().accepted, 45);
}

#[test]
fn with_keep_going_a_service_that_comes_late_is_waited_for() {
    let mut service = Service::start(Faults::default());
    service.kill();
    let line = format!("{} --requests 5 --keep-going", service.url());
    let running = std::thread::spawn(move || runs(&line));
    sleep(Duration::from_millis(200));
    service.revive();
    assert!(running.join().unwrap().sound());
    service.kill();
    let line = format!("{} --requests 5 --keep-going --patience 0.2", service.url());
    let error = super::service::does(&line).err().unwrap().to_string();
    assert!(error.contains("nothing listens there") && error.contains("waited 0.2 s"), "{error}");
}
