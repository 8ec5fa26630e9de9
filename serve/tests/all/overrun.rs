//! Limits hold: each is refused with its status, its code and, where time helps, when to come again; what was accepted
//! before is done all the same.

use std::io::{BufReader, Write};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Running, Setup, connect, english, finished, head, kilobytes, posted, read_only,
    until,
};

/// A text that takes a tenth of a second where the fault `slow:snail` is put in.
const SLOW: &str = "The snail is slow.";

/// A service with that fault.
fn slow(flags: &[&str]) -> Running {
    Running::with(Setup::flags(flags).fault("slow:snail"))
}

#[test]
#[cfg(debug_assertions)]
fn no_more_jobs_wait_than_may_and_those_that_do_are_done() {
    const MOST: usize = 50;
    let running = slow(&["--max-backlog", "50", "--threads", "1", "--log-level", "error"]);
    let mut client = running.client();
    let body = json!({"task": "language", "text": SLOW});
    let (mut ids, mut refused) = (Vec::new(), 0);
    while refused < 20 {
        let answer = client.post("/v1/jobs", &body);
        if answer.status == 202 {
            ids.push(answer.json()["tracking_id"].as_str().unwrap().to_owned());
            assert!(ids.len() < 5000, "the backlog has no end");
            continue;
        }
        let answer = answer.refused(503, "backlog_full");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
        refused += 1;
    }
    assert!(ids.len() >= MOST, "{} jobs only", ids.len());
    client.get("/readyz").expect(200);
    client.post("/v1/language", &json!({"texts": ["What language is this?"]})).expect(200);
    client.get("/metrics").expect(200);
    for id in &ids {
        assert_eq!(finished(&mut client, &format!("jobs/{id}"))["state"], "done");
    }
    // All room is there again.
    posted(&mut client, "language", "Is there room again?");
}

#[test]
fn no_more_rows_wait_than_may() {
    let running = Running::start(&["--max-rows", "40", "--threads", "1"]);
    let mut client = running.client();
    let file = |rows: usize| english(rows).join("\n") + "\n";
    client.upload("/v1/batches", file(41).as_bytes()).refused(413, "too_large");
    let accepted = client.upload("/v1/batches", file(40).as_bytes()).expect(202).json();
    let batch = format!("batches/{}", accepted["tracking_id"].as_str().unwrap());
    assert_eq!(finished(&mut client, &batch)["done"], 40);
    let accepted = client.upload("/v1/batches", file(40).as_bytes()).expect(202).json();
    let batch = format!("/v1/batches/{}", accepted["tracking_id"].as_str().unwrap());
    client.delete(&batch).expect(204);
    client.upload("/v1/batches", file(20).as_bytes()).expect(202);
}

#[test]
#[cfg(debug_assertions)]
fn rows_that_find_no_room_are_refused_for_now() {
    // A row with this word takes a tenth of a second.
    let running = slow(&["--max-rows", "40", "--threads", "1"]);
    let mut client = running.client();
    let file = "the snail went to the garden .\n".repeat(40);
    client.upload("/v1/batches", file.as_bytes()).expect(202);
    let refused = client.upload("/v1/batches", file.as_bytes()).refused(503, "backlog_full");
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn a_client_that_asks_too_often_is_told_when_to_go_on() {
    let running = Running::start(&["--rate", "5", "--burst", "16"]);
    let mut client = running.client();
    let mut taken = 0;
    let refused = loop {
        let answer = client.get("/v1/models");
        match answer.status {
            200 => taken += 1,
            _ => break answer.refused(429, "too_many_requests"),
        }
        assert!(taken < 10_000, "nobody is held back");
    };
    assert!(taken >= 16, "{taken}");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    client.get("/healthz").expect(200);
    client.get("/readyz").expect(200);
    std::thread::sleep(Duration::from_secs(wait));
    client.get("/v1/models").expect(200);
}

#[test]
fn a_text_a_body_and_a_call_have_their_limits() {
    let running = Running::start(&["--max-text", "1000", "--max-upload", "20000"]);
    let mut client = running.client();
    let ask = |text: &str| json!({"task": "language", "text": text});
    client.post("/v1/jobs", &ask(&"a ".repeat(500))).expect(202);
    client.post("/v1/jobs", &ask(&"a ".repeat(501))).refused(413, "too_large");
    client.post("/v1/language", &json!({"texts": ["b".repeat(1001)]})).refused(413, "too_large");
    let long = "b".repeat(501);
    client.post("/v1/language", &json!({"texts": [long]})).expect(200);
    client.post("/v1/language", &json!({"texts": [long, long]})).refused(413, "too_large");
    client.post("/v1/language", &json!({"texts": vec!["a"; 17]})).refused(422, "unprocessable");
    let padded = json!({"task": "language", "text": "a", "model": "m".repeat(100_000)});
    client.post("/v1/jobs", &padded).refused(413, "too_large");
    client.upload("/v1/batches", &b"a b c\n".repeat(4000)).refused(413, "too_large");
    let row = format!("a b c\n{}\nd e f\n", "w ".repeat(600));
    let refused = client.upload("/v1/batches", row.as_bytes()).refused(422, "bad_row");
    assert_eq!(refused.json()["line"], 2);
    // Nothing of them is left.
    until("no upload is left", || {
        let kept = std::fs::read_dir(running.folder.path()).unwrap();
        !kept.flatten().any(|entry| entry.file_name().to_string_lossy().contains("upload"))
    });
}

/// Sends `begin` and then zeros without end, until the service has had enough; gives the answer.
fn stream(running: &Running, begin: &str, mut most: u64, chunked: bool) -> Option<Answer> {
    let mut stream = connect(running.address);
    stream.write_all(begin.as_bytes()).unwrap();
    let mut chunk = vec![b' '; 1 << 16];
    if chunked {
        chunk.splice(0..0, *b"10000\r\n");
        chunk.extend(b"\r\n");
    }
    while most > 0 && stream.write_all(&chunk).is_ok() {
        most = most.saturating_sub(1 << 16);
    }
    Answer::read(&mut BufReader::new(stream)).ok()
}

#[test]
#[cfg(target_os = "linux")]
fn a_gigabyte_costs_no_memory() {
    const GIGABYTE: u64 = 1 << 30;
    let running = Running::start(&["--max-upload", "4194304"]);
    let mut client = running.client();
    client.post("/v1/impute", &json!({"texts": ["The dog the cat ."]})).expect(200);
    let before = kilobytes(running.id(), "VmHWM");
    for path in ["/v1/jobs", "/v1/impute", "/v1/batches"] {
        // Said and not sent: refused by what is said.
        let mut said = connect(running.address);
        write!(said, "{}Content-Length: {GIGABYTE}\r\n\r\n", head("POST", path)).unwrap();
        Answer::read(&mut BufReader::new(said)).unwrap().refused(413, "too_large");
        // Said to be short: the rest is another request, and none.
        let mut lie = connect(running.address);
        write!(lie, "{}Content-Length: 2\r\n\r\n{{}}{}", head("POST", path), "x".repeat(5000))
            .unwrap();
        let status = Answer::read(&mut BufReader::new(lie)).unwrap().status;
        assert!((202..500).contains(&status), "{status}");
        // Sent: with its length, and in chunks.
        let declared = format!("{}Content-Length: {GIGABYTE}\r\n\r\n", head("POST", path));
        let chunked = format!("{}Transfer-Encoding: chunked\r\n\r\n", head("POST", path));
        for (begin, is_chunked) in [(declared, false), (chunked, true)] {
            let answer = stream(&running, &begin, GIGABYTE, is_chunked);
            answer.expect("it is told why").refused(413, "too_large");
        }
    }
    let after = kilobytes(running.id(), "VmHWM");
    println!("most memory before {before} kB, after {after} kB");
    assert!(after < before + 40_000, "{before} kB before, {after} kB after");
    client.get("/readyz").expect(200);
}

#[test]
#[cfg(debug_assertions)]
fn a_job_that_waited_too_long_expires_and_says_so() {
    let mut running = slow(&["--threads", "1"]);
    let mut client = running.client();
    // More than are claimed at a time, so that the last waits for more than a second.
    let slow: Vec<String> = (0..150).map(|_| posted(&mut client, "language", SLOW)).collect();
    let body = json!({"task": "language", "text": "Is it late?", "ttl": 1});
    let late = client.post("/v1/jobs", &body).expect(202).json();
    let late = format!("jobs/{}", late["tracking_id"].as_str().unwrap());
    let view = finished(&mut client, &late);
    assert_eq!(view["state"], "expired", "{view}");
    assert!(view["reason"].as_str().unwrap().contains("time to live"), "{view}");
    assert!(view["finished"].as_i64() >= view["expires"].as_i64(), "{view}");
    let sure = client.post("/v1/jobs", &json!({"task": "language", "text": "a", "ttl": 0}));
    sure.refused(422, "unprocessable");
    for id in slow {
        client.delete(&format!("/v1/jobs/{id}")).expect(204);
    }
    // Expired is expired, after a restart too.
    running.kill();
    running.start_again();
    assert_eq!(finished(&mut running.client(), &late)["state"], "expired");
}

#[test]
#[cfg(debug_assertions)]
fn what_is_deleted_is_nowhere_in_the_files() {
    const SECRET: &str = "xylographicsecret";
    let mut running = slow(&["--threads", "1"]);
    let mut client = running.client();
    let text = format!("The old {SECRET} was seen in garden .");
    let done = posted(&mut client, "impute", &text);
    assert_eq!(finished(&mut client, &format!("jobs/{done}"))["state"], "done");
    let slow: Vec<String> = (0..20).map(|_| posted(&mut client, "language", SLOW)).collect();
    let waits = posted(&mut client, "language", &format!("{text} {SLOW}"));
    let rows = format!("{text}\n{text}\n");
    let batch = client.upload(&format!("/v1/batches?name={SECRET}"), rows.as_bytes()).expect(202);
    let batch = batch.json()["tracking_id"].as_str().unwrap().to_owned();
    finished(&mut client, &format!("batches/{batch}"));
    for path in [format!("jobs/{done}"), format!("jobs/{waits}"), format!("batches/{batch}")] {
        client.delete(&format!("/v1/{path}")).expect(204);
        let view = client.get(&format!("/v1/{path}")).expect(200).json();
        assert_eq!(view["state"], "deleted", "{view}");
        assert!(!view.to_string().contains(SECRET), "{view}");
        client.delete(&format!("/v1/{path}")).expect(204);
    }
    client.get(&format!("/v1/batches/{batch}/submission.csv")).refused(409, "conflict");
    client.delete("/v1/jobs/00000000-0000-4000-8000-000000000000").refused(404, "not_found");
    let connection = read_only(&running.data());
    let left = "SELECT count(*) FROM jobs WHERE state = 5 AND text IS NULL AND result IS NULL";
    assert_eq!(connection.query_row(left, [], |row| row.get::<_, i64>(0)), Ok(2));
    let pieces = connection.query_row("SELECT count(*) FROM pieces", [], |row| row.get(0));
    assert_eq!(pieces, Ok(0));
    drop(connection);
    slow.iter().for_each(|id| drop(finished(&mut client, &format!("jobs/{id}"))));
    drop(client);
    assert!(running.terminate(Duration::from_secs(40)).success());
    for entry in std::fs::read_dir(running.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{} still has it", path.display());
    }
    assert!(!running.said().contains(SECRET));
}

#[test]
fn a_request_that_is_repeated_is_done_once() {
    let running = Running::start(&[]);
    let (address, body) = (running.address, json!({"task": "language", "text": "Is it once?"}));
    let ask = |body: &Value, key: &str| {
        let key = format!("Idempotency-Key: {key}\r\n");
        Client::new(address).try_post("/v1/jobs", &key, body).unwrap()
    };
    let ids: Vec<String> = std::thread::scope(|scope| {
        let one = || ask(&body, "one").expect(202).json()["tracking_id"].to_string();
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let other = json!({"task": "language", "text": "Is it another?"});
    ask(&other, "one").refused(409, "conflict");
    assert_ne!(ask(&other, "two").expect(202).json()["tracking_id"].to_string(), ids[0]);
    ask(&body, "").refused(400, "bad_request");
    ask(&body, &"k".repeat(256)).refused(400, "bad_request");
    let connection = read_only(&running.data());
    let jobs = connection.query_row("SELECT count(*) FROM jobs", [], |row| row.get(0));
    assert_eq!(jobs, Ok(2));

    // Files too.
    let upload = |file: &str| {
        let mut client = running.client();
        client.try_ask("POST", "/v1/batches", "Idempotency-Key: file\r\n", file.as_bytes()).unwrap()
    };
    let first = upload("a b c .\n").expect(202).json();
    let again = upload("a b c .\n").expect(202).json();
    assert_eq!(again["tracking_id"], first["tracking_id"]);
    upload("a b d .\n").refused(409, "conflict");
}
