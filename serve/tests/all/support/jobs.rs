//! What most tests do with jobs and batches: send, follow to the end.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;

/// No wait takes so long, on any machine.
const MOST: Duration = Duration::from_secs(120);

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is() {
        assert!(since.elapsed() < MOST, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Posts a job and gives its id.
#[track_caller]
pub fn posted(client: &mut Client, task: &str, text: &str) -> String {
    let answer = client.post("/v1/jobs", &json!({"task": task, "text": text})).expect(202);
    let id = answer.json()["tracking_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), Some(format!("/v1/jobs/{id}").as_str()));
    id
}

/// A text that ends whoever predicts it has failed, after as many tries as there are.
#[track_caller]
pub fn failed_after_its_tries(view: &Value) {
    assert_eq!((view["state"].as_str(), view["tries"].as_u64()), (Some("failed"), Some(3)));
    let reason = view["reason"].as_str().unwrap();
    assert!(reason.contains("3 times"), "{reason}");
    assert!(view.get("result").is_none());
}

/// Follows a job or a batch (`jobs/ID`, `batches/ID`) to its end.
#[track_caller]
pub fn finished(client: &mut Client, what: &str) -> Value {
    let since = Instant::now();
    loop {
        let view = client.get(&format!("/v1/{what}?wait=20")).expect(200).json();
        if !matches!(view["state"].as_str().unwrap(), "waiting" | "running") {
            return view;
        }
        assert!(since.elapsed() < MOST, "{what} does not end: {view}");
    }
}

/// Uploads a file, follows it to its end, and gives the submission.
#[track_caller]
pub fn submitted(client: &mut Client, file: &[u8]) -> (Value, Vec<u8>) {
    let id = client.upload("/v1/batches", file).expect(202).json();
    let id = id["tracking_id"].as_str().unwrap();
    let view = finished(client, &format!("batches/{id}"));
    let submission = client.get(&format!("/v1/batches/{id}/submission.csv"));
    (view, submission.expect(200).body)
}
