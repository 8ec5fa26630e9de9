//! The description is true: every address of it answers a simple request as it says, in the form that it says.
//!
//! `openapi.sh` next to this asks far more of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Answer, Client, Running, finished, posted};

/// Whether the description has an answer of this status and form; what it lacks, if not.
fn check(operation: &Value, answer: &Answer) -> Result<(), String> {
    let status = answer.status.to_string();
    let described = operation["responses"].get(&status);
    let described = described.ok_or_else(|| format!("status {status} is not described"))?;
    let form = answer.header("content-type").map(|form| form.split(';').next().unwrap());
    let forms = described["content"].as_object();
    match (form, forms) {
        (None, None) => Ok(()),
        (Some(form), Some(forms)) if forms.contains_key(form) => Ok(()),
        _ => Err(format!("status {status} in the form {form:?}, described: {forms:?}")),
    }
}

fn bodies(path: &str) -> Vec<Value> {
    let good = match path {
        "/v1/jobs" => json!({"task": "language", "text": "What is it?"}),
        _ => json!({"texts": ["What is it ?"]}),
    };
    vec![
        good,
        json!({}),
        json!([1, 2]),
        json!("text"),
        json!({"texts": [""], "text": "", "task": "impute"}),
    ]
}

fn ask(client: &mut Client, method: &str, path: &str, named: &str) -> Vec<Answer> {
    match method {
        "post" if named == "/v1/batches" => {
            let files: [&[u8]; 4] =
                [b"the dog the cat .\n", b"", b"\xff\xfe\n", b"\"id\",\"sentence\"\n1,2"];
            files.into_iter().map(|file| client.upload(path, file)).collect()
        }
        "post" => {
            let mut answers: Vec<Answer> =
                bodies(named).iter().map(|body| client.post(path, body)).collect();
            answers.push(client.upload(path, b"{}"));
            answers.push(
                client.try_ask("POST", path, "Content-Type: application/json\r\n", b"{").unwrap(),
            );
            answers
        }
        method => vec![client.try_ask(&method.to_ascii_uppercase(), path, "", b"").unwrap()],
    }
}

#[test]
fn every_address_answers_as_it_is_described() {
    let running = Running::start(&["--log-level", "error"]);
    let mut client = running.client();
    let description = client.get("/openapi.json").expect(200).json();
    let job = posted(&mut client, "language", "What is it?");
    finished(&mut client, &format!("jobs/{job}"));
    let batch = client.upload("/v1/batches", b"the dog the cat .\n").expect(202).json();
    let batch = batch["tracking_id"].as_str().unwrap();
    finished(&mut client, &format!("batches/{batch}"));
    let unknown = "6c3b7e0e-8a41-4f5b-9a2e-0d6f6b0d6f6b";
    let mut names = BTreeSet::new();
    let (mut wrong, mut statuses, mut asked) = (Vec::new(), BTreeSet::new(), 0);
    for (path, operations) in description["paths"].as_object().unwrap() {
        let known = if path.contains("batches") { batch } else { &job };
        // What removes comes last.
        let mut operations: Vec<(&String, &Value)> =
            operations.as_object().unwrap().iter().collect();
        operations.sort_by_key(|(method, _)| *method == "delete");
        for (method, operation) in operations {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} names two operations");
            for id in [unknown, "none", known] {
                let address = path.replace("{id}", id);
                let mut answers = ask(&mut client, method, &address, path);
                if *method == "get" {
                    answers.extend(ask(&mut client, method, &format!("{address}?wait=-1"), path));
                }
                for answer in answers {
                    asked += 1;
                    statuses.insert(answer.status);
                    if let Err(what) = check(operation, &answer) {
                        wrong.push(format!("{method} {address}: {what}"));
                    }
                    assert!(answer.status < 500, "{method} {address}: {}", answer.text());
                }
            }
        }
    }
    println!("{asked} requests, answered {statuses:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!([200, 202, 204, 400, 404, 415, 422].iter().all(|status| statuses.contains(status)));
    client.get("/v1/nothing").refused(404, "not_found");
    let wrong_method = client.delete("/v1/jobs").refused(405, "method_not_allowed");
    assert_eq!(wrong_method.header("allow"), Some("POST"));
}

#[test]
fn with_tokens_a_stranger_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::write(&tokens, "one 0123456789abcdef\nchief fedcba9876543210 admin\n").unwrap();
    let running = Running::start(&["--tokens", tokens.to_str().unwrap()]);
    let stranger = || running.client();
    let one = || running.client().header("Authorization", "Bearer 0123456789abcdef");
    let description = one().get("/openapi.json").expect(200).json();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let address = path.replace("{id}", "6c3b7e0e-8a41-4f5b-9a2e-0d6f6b0d6f6b");
            let method = method.to_ascii_uppercase();
            let answer = stranger().try_ask(&method, &address, "", b"").unwrap();
            match path.as_str() {
                "/healthz" | "/readyz" => drop(answer.expect(200)),
                _ => {
                    check(operation, &answer).unwrap();
                    drop(answer.refused(401, "unauthorized"));
                }
            }
        }
    }
    let release = json!({"name": "english", "change": "x", "compare": {}});
    one().post("/v1/models", &release).refused(403, "forbidden");
    let chief = running.client().header("Authorization", "Bearer fedcba9876543210");
    { chief }.post("/v1/models", &release).refused(422, "unprocessable");
}
