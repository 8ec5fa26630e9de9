//! Servers in trouble: the broker's disk is full, the database takes no writes, a queue is gone, a clock is wrong. What
//! was accepted is done afterwards, and what is the matter is said.

use std::time::Duration;

use serde_json::json;

use crate::ground::{Place, figure, front_end, worker};
use crate::support::{Client, Running, finished, in_many_languages, posted, until};

/// Posts so many jobs, each of which is accepted.
fn post(client: &mut Client, many: usize) -> Vec<String> {
    let texts = in_many_languages(many);
    texts.iter().map(|text| posted(client, "language", text)).collect()
}

/// All of them are done.
#[track_caller]
fn all_done(client: &mut Client, ids: &[String]) {
    for id in ids {
        let view = finished(client, &format!("jobs/{id}"));
        assert_eq!(view["state"], "done", "{view}");
    }
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_broker_whose_disk_is_full_only_makes_the_outbox_grow() {
    let place = Place::new();
    let (front, _worker) =
        (Running::with(front_end(&place, &[])), Running::with(worker(&place, &[])));
    let mut client = front.client();
    let before = post(&mut client, 20);
    all_done(&mut client, &before);
    place.servers.rabbitmqctl(&["set_disk_free_limit", "1000000000000000"]);
    let ids = post(&mut client, 200);
    until("the outbox is seen to grow", || figure(&front, "impute_outbox_rows") > 0.0);
    // The state says what is the matter; work is still taken.
    until("the queue is said to be away", || figure(&front, "impute_queue_up") == 0.0);
    let ready = client.get("/readyz").expect(200).text();
    assert!(ready.contains("broker takes no messages"), "{ready}");
    assert!(place.open().1 > 0);
    place.servers.rabbitmqctl(&["set_disk_free_limit", "50000000"]);
    all_done(&mut client, &ids);
    until("the outbox is empty", || place.open() == (0, 0));
    assert_eq!(client.get("/readyz").expect(200).text(), "ready\n");
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_database_that_takes_no_writes_refuses_and_loses_nothing() {
    let place = Place::new();
    let (front, worker) =
        (Running::with(front_end(&place, &[])), Running::with(worker(&place, &[])));
    let mut client = front.client();
    worker.signal(libc::SIGSTOP); // so that results are still to be written
    let ids = post(&mut client, 100);
    let read_only = |on: &str| {
        place.sql(&format!("ALTER SYSTEM SET default_transaction_read_only = {on}"));
        place.sql("SELECT pg_reload_conf()");
    };
    read_only("on");
    worker.signal(libc::SIGCONT);
    let body = json!({"task": "language", "text": "And now this one ."});
    let mut last = None;
    until("a job is refused", || {
        let answer = client.try_post("/v1/jobs", "Idempotency-Key: again\r\n", &body).unwrap();
        let refused = answer.status == 503;
        last = Some(answer);
        refused
    });
    let refused = last.unwrap();
    assert!(refused.header("retry-after").is_some());
    drop(refused.refused(503, "not_ready"));
    drop(client.get("/readyz").refused(503, "not_ready"));
    read_only("off");
    until("a job is accepted again", || {
        client.try_post("/v1/jobs", "Idempotency-Key: again\r\n", &body).unwrap().status == 202
    });
    all_done(&mut client, &ids);
    until("everything has ended", || place.open() == (0, 0));
    assert_eq!(place.number("SELECT count(*) FROM impute_serve.jobs"), 101);
    client.get("/readyz").expect(200);
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_queue_that_is_gone_is_made_again_and_what_was_in_it_is_sent_again() {
    let place = Place::new();
    let (front, worker) =
        (Running::with(front_end(&place, &[])), Running::with(worker(&place, &[])));
    let mut client = front.client();
    let few = post(&mut client, 10);
    all_done(&mut client, &few);
    worker.signal(libc::SIGSTOP);
    let ids = post(&mut client, 300);
    until("all are sent", || place.open().1 == 0);
    place.delete_queue("impute.jobs.languages");
    worker.signal(libc::SIGCONT);
    // Some were with the worker. The rest is missed after a minute, which has passed as far as the database knows.
    place.sql("UPDATE impute_serve.jobs SET posted = posted - 60000 WHERE state < 2");
    std::thread::sleep(Duration::from_secs(30));
    let mut client = front.client(); // the other connection was idle for too long
    all_done(&mut client, &ids);
    assert_eq!(place.open(), (0, 0));
    // New ones are as quick as ever.
    let few = post(&mut client, 10);
    all_done(&mut client, &few);
}

#[test]
#[cfg(debug_assertions)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_clock_that_is_an_hour_ahead_expires_nothing() {
    let place = Place::new();
    let flags = ["--ttl", "10m"];
    let right = Running::with(front_end(&place, &flags));
    let wrong = Running::with(front_end(&place, &flags).fault("clock:3600"));
    let ids: Vec<String> = [&right, &wrong].map(|front| post(&mut front.client(), 100)).concat();
    // Both have looked for what is late by now.
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(place.number("SELECT count(*) FROM impute_serve.jobs WHERE state < 2"), 200);
    let _worker = Running::with(worker(&place, &flags).fault("clock:3600"));
    for front in [&right, &wrong] {
        all_done(&mut front.client(), &ids);
    }
    let left = "SELECT min(expires - created), max(expires - created) FROM impute_serve.jobs";
    assert_eq!(place.sql(left).trim(), "600000|600000");
}
