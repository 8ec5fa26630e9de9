//! Latency counts from the moment at which a request was due.

use std::time::Duration;

use super::service::{Faults, Service, runs};

/// A service that stands still once for 300 ms, at the hundredth request.
fn stalls() -> Service {
    Service::start(Faults { stall: Some((100, Duration::from_millis(300))), ..Faults::default() })
}

#[test]
fn a_stall_shows_in_all_requests_that_were_due_during_it() {
    let service = stalls();
    let report = runs(&format!("{} --rate 100 --seconds 2 --accept-only", service.url()));
    let step = &report.steps[0];
    let accepted = step.accepted.unwrap();
    assert_eq!((accepted.count, step.never_sent), (200, 0));
    // 30 requests were due during the stall: its length shows in the last hundredth, half of it in the last tenth.
    assert!(accepted.microseconds.p99 > 250_000, "{accepted:?}");
    assert!(accepted.microseconds.p90 > 80_000, "{accepted:?}");
    assert!(step.sent_late_at_most_microseconds > 200_000, "{step:?}");
}

#[test]
fn a_closed_loop_sees_a_stall_once_only() {
    let service = stalls();
    let report = runs(&format!("{} --requests 300 --accept-only", service.url()));
    let latencies = report.steps[0].accepted.unwrap().microseconds;
    assert!(latencies.max >= 300_000 && latencies.p99 < 250_000, "{latencies:?}");
}

#[test]
fn every_arrival_is_sent_once_whatever_the_number_of_clients() {
    for clients in [1, 3, 7] {
        let service = Service::start(Faults::default());
        let report =
            runs(&format!("{} --rate 200 --seconds 0.5 --clients {clients}", service.url()));
        let step = &report.steps[0];
        assert_eq!((step.accepted.unwrap().count, step.results.unwrap().count), (100, 100));
        assert_eq!((step.never_sent, service.memory().requests), (0, 100));
        let report =
            runs(&format!("{} --rate 500 --requests 20 --clients {clients}", service.url()));
        assert_eq!(report.steps[0].results.unwrap().count, 20);
    }
}

#[test]
fn what_is_due_and_never_sent_is_said() {
    let stall = Some((1, Duration::from_millis(1400)));
    let service = Service::start(Faults { stall, ..Faults::default() });
    let report = runs(&format!("{} --rate 100 --seconds 0.3 --accept-only", service.url()));
    let step = &report.steps[0];
    assert_eq!((step.accepted.unwrap().count, step.never_sent), (1, 29));
    assert!(crate::load::table::report(&report).contains("never sent"));
}

#[test]
fn steps_run_one_after_the_other_and_are_drawn() {
    let service = Service::start(Faults::default());
    let report = runs(&format!("{} --steps 50,100,200 --seconds 0.4 --clients 2", service.url()));
    let counts: Vec<_> =
        report.steps.iter().map(|step| (step.rate, step.results.unwrap().count)).collect();
    assert_eq!(counts, [(Some(50.0), 20), (Some(100.0), 40), (Some(200.0), 80)]);
    let picture = crate::load::picture::draw(&report);
    assert_eq!(picture.matches("<polyline").count(), 4);
    assert_eq!(picture.matches("<circle").count(), 12);
    assert!(picture.contains(">200</text>") && picture.contains("</svg>"), "{picture}");
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
}
