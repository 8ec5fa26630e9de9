//! A model is published while jobs are done: front end and workers take it up, and nothing waits or is lost.

use std::process::Command;

use serde_json::json;

use crate::ground::{Place, front_end, worker};
use crate::support::{Running, finished, posted, until};

const SENTENCE: &str = "The president said on Tuesday that he not going to the meeting .";

fn publish(place: &Place, flags: &[&str]) -> (Option<i32>, String) {
    // The shipped model once more, which is a version as good as any.
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/english/open.impute");
    let published = Command::new(env!("CARGO_BIN_EXE_impute-serve"))
        .args(["publish", model, "--name", "english", "--change", "once more"])
        .args(["--database", &place.database])
        .args(flags)
        .output()
        .unwrap();
    (published.status.code(), String::from_utf8(published.stderr).unwrap())
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_model_that_is_published_is_taken_up_by_all_and_nothing_is_lost() {
    let place = Place::new();
    let front = Running::with(front_end(&place, &[]));
    let _worker = Running::with(worker(&place, &[]));
    let mut client = front.client();
    let mut ask = || {
        let id = posted(&mut client, "impute", SENTENCE);
        let view = finished(&mut client, &format!("jobs/{id}"));
        assert_eq!(view["state"], "done", "{view}");
        view["result"]["version"].as_u64().unwrap()
    };
    assert_eq!(ask(), 1);
    // There is a version before it, the shipped one: a comparison with that is wanted.
    let (code, told) = publish(&place, &[]);
    assert!(code == Some(1) && told.contains("--compare FILE"), "{told}");
    let figures = json!({"a": {"mean": 5.0}, "b": {"mean": 5.25},
        "difference": {"mean": 0.25, "low": 0.1, "high": 0.4}, "p": 0.001});
    let folder = tempfile::tempdir().unwrap();
    let compare = folder.path().join("compare.json");
    std::fs::write(&compare, figures.to_string()).unwrap();
    let compare = compare.to_str().unwrap();
    let (code, told) = publish(&place, &["--compare", compare]);
    assert!(code == Some(0) && told.contains("version 2"), "{told}");
    assert!(told.contains("warning: its answers are 0.2500 farther away"), "{told}");
    let mut seen = Vec::new();
    until("the worker has the new version", || {
        seen.push(ask());
        seen.last() == Some(&2)
    });
    assert!(seen.is_sorted(), "{seen:?}");
    let mut client = front.client();
    until("the front end has it, too", || {
        let answer = client.post("/v1/impute", &json!({"texts": [SENTENCE]})).expect(200).json();
        answer["results"][0]["version"] == 2
    });
    let (code, told) = publish(&place, &["--compare", compare]);
    assert!(code == Some(1) && told.contains("in use already"), "{told}");
    // One that starts now has it from the beginning.
    let late = Running::with(front_end(&place, &[]));
    let models = late.client().get("/v1/models").expect(200).json();
    assert_eq!(models["models"][0]["version"], 2, "{models}");
    assert_eq!(models["models"][0]["history"][0]["change"], "once more");
}
