//! A text that ends the process, and one that panics: it alone fails, with a reason, and its neighbours are done.

use std::time::Duration;

use impute::solve::Inserts;
use impute::{Method, Model, Solver, Worker};
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Running, Setup, english, failed_after_its_tries, finished, in_many_languages,
    posted, submitted, supervised,
};

/// The word that does it.
const WORD: &str = "zyzzyva";

/// Asks until it is answered: the process may be away. What is posted has a key.
fn insist(
    client: &mut Client,
    mut ask: impl FnMut(&mut Client) -> std::io::Result<Answer>,
) -> Answer {
    for _ in 0..6000 {
        match ask(client) {
            // A batch that was still arriving when the process ended is sent again.
            Ok(answer) if !matches!(answer.status, 409 | 503) => return answer,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    panic!("it is never answered");
}

fn post(client: &mut Client, key: usize, task: &str, text: &str) -> String {
    let (body, key) = (json!({"task": task, "text": text}), format!("Idempotency-Key: {key}\r\n"));
    let answer = insist(client, |client| client.try_post("/v1/jobs", &key, &body)).expect(202);
    answer.json()["tracking_id"].as_str().unwrap().to_owned()
}

fn followed(client: &mut Client, what: &str) -> Value {
    loop {
        let path = format!("/v1/{what}?wait=20");
        let view =
            insist(client, |client| client.try_ask("GET", &path, "", b"")).expect(200).json();
        if !matches!(view["state"].as_str().unwrap(), "waiting" | "running") {
            return view;
        }
    }
}

fn with_the_word(mut texts: Vec<String>, at: usize) -> Vec<String> {
    texts[at] = format!("The old {WORD} was seen on Tuesday in garden .");
    texts
}

fn answered(worker: &mut Worker<'_>, text: &str) -> String {
    String::from_utf8(worker.answer(text.as_bytes(), Method::Posterior).sentence).unwrap()
}

#[test]
#[cfg(debug_assertions)]
fn what_ends_the_process_fails_alone() {
    const BATCH: usize = 50;
    let jobs: Vec<(&str, String)> = {
        let impute = with_the_word(english(20), 13).into_iter();
        let mut language = with_the_word(in_many_languages(140), 31).into_iter();
        // In turn: both desks have claimed something when the process ends.
        impute
            .flat_map(|one| {
                let others = language.by_ref().take(7).map(|text| ("language", text));
                std::iter::once(("impute", one)).chain(others.collect::<Vec<_>>())
            })
            .collect()
    };
    let rows = with_the_word(english(BATCH), 41);
    let running = Running::with(Setup::default().fault(&format!("fatal:{WORD}")));
    let address = running.address;
    let work = || {
        let batch = std::thread::spawn({
            let file = rows.join("\n") + "\n";
            move || {
                let mut client = Client::new(address);
                let upload = |client: &mut Client| {
                    client.try_ask(
                        "POST",
                        "/v1/batches",
                        "Idempotency-Key: file\r\n",
                        file.as_bytes(),
                    )
                };
                let accepted = insist(&mut client, upload).expect(202).json();
                accepted["tracking_id"].as_str().unwrap().to_owned()
            }
        });
        let mut client = Client::new(address);
        let posted = jobs.iter().enumerate();
        let posted = posted.map(|(key, (task, text))| post(&mut client, key, task, text));
        let ids: Vec<String> = posted.collect();
        let views: Vec<Value> =
            ids.iter().map(|id| followed(&mut client, &format!("jobs/{id}"))).collect();
        let batch = batch.join().unwrap();
        let view = followed(&mut client, &format!("batches/{batch}"));
        let path = format!("/v1/batches/{batch}/submission.csv");
        let submission = insist(&mut client, |client| client.try_ask("GET", &path, "", b""));
        (views, view, submission.expect(200).text())
    };
    let (mut running, (views, batch, submission), restarts) = supervised(running, work);
    println!("{} jobs and {BATCH} rows, 3 of them fatal: {restarts} restarts", jobs.len());
    assert!((3..=9).contains(&restarts), "{restarts} restarts");

    for ((task, text), view) in jobs.iter().zip(&views) {
        if text.contains(WORD) {
            failed_after_its_tries(view);
        } else {
            assert_eq!(view["state"], "done", "{task} {text}: {view}");
        }
    }
    assert_eq!(batch["state"], "done", "{batch}");
    let counts = ["rows", "done", "failed"].map(|count| batch[count].as_u64().unwrap());
    assert_eq!(counts, [BATCH as u64, BATCH as u64, 1]);
    let solver = Solver::new(std::sync::Arc::new(Model::shipped().unwrap())).unwrap();
    let solver = solver.with_inserts(Inserts::Words);
    let mut worker = solver.worker();
    let expected = rows.iter().map(|row| match row.contains(WORD) {
        true => row.clone(),
        false => answered(&mut worker, row),
    });
    let expected: Vec<String> = expected.collect();
    assert_eq!(submission.lines().collect::<Vec<_>>(), expected);
    assert!(running.terminate(Duration::from_secs(40)).success());
}

#[test]
#[cfg(debug_assertions)]
fn what_panics_fails_alone_and_at_once() {
    let running = Running::with(Setup::default().fault(&format!("panic:{WORD}")));
    let mut client = running.client();
    for (task, texts) in [("impute", english(20)), ("language", in_many_languages(30))] {
        let texts = with_the_word(texts, 17);
        let ids: Vec<String> = texts.iter().map(|text| posted(&mut client, task, text)).collect();
        for (text, id) in texts.iter().zip(&ids) {
            let view = finished(&mut client, &format!("jobs/{id}"));
            let state = if text.contains(WORD) { "failed" } else { "done" };
            assert_eq!(view["state"], state, "{text}: {view}");
            assert_eq!(view["tries"], 1);
            assert_eq!(view.get("reason").is_some(), text.contains(WORD));
        }
    }
    let rows = with_the_word(english(20), 5);
    let (batch, submission) = submitted(&mut client, (rows.join("\n") + "\n").as_bytes());
    assert_eq!((batch["state"].as_str(), batch["failed"].as_u64()), (Some("done"), Some(1)));
    let submission = String::from_utf8(submission).unwrap();
    assert_eq!(submission.lines().nth(5), Some(rows[5].as_str()));
    // At once, the call that has it fails, and says nothing of what is inside.
    let ask = json!({"texts": [rows[4], rows[5]]});
    let answer = client.post("/v1/impute", &ask).refused(500, "internal");
    assert!(!answer.text().contains(WORD) && !running.said().contains(WORD));
    client.post("/v1/impute", &json!({"texts": [rows[4]]})).expect(200);
}
