//! Workers come and go: several share the work, one that is added takes its part, one that is ended hands back what it
//! has not begun; and a file comes back as the library writes it.

use std::sync::Arc;
use std::time::Duration;

use impute::solve::Inserts;
use impute::{Method, Model, Solver};
use serde_json::json;

use crate::ground::{Place, figure, front_end, worker};
use crate::support::{
    Running, english, finished, in_many_languages, languages_of, posted, submitted, until,
};

/// What a worker has done.
fn done(worker: &Running) -> f64 {
    figure(worker, "impute_results_total")
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn workers_share_the_work_and_come_and_go() {
    let place = Place::new();
    let fronts = [(); 2].map(|()| Running::with(front_end(&place, &[])));
    let flags = ["--threads", "1", "--prefetch", "2"];
    let working = || Running::with(worker(&place, &flags));
    let (first, mut second) = (working(), working());
    let texts = in_many_languages(1500);
    let mut clients = fronts.each_ref().map(Running::client);
    let mut post = |texts: &[String]| -> Vec<String> {
        let client = |at: usize| at % 2;
        let ids = texts.iter().enumerate();
        ids.map(|(at, text)| posted(&mut clients[client(at)], "language", text)).collect()
    };
    let mut ids = post(&texts[..500]);
    until("both have done something", || done(&first) > 0.0 && done(&second) > 0.0);
    // A third joins.
    let third = working();
    ids.extend(post(&texts[500..1000]));
    until("the third has done something", || done(&third) > 0.0);
    // One goes, in order, while there is work; nothing of it is lost or has to be missed first.
    ids.extend(post(&texts[1000..]));
    assert!(second.terminate(Duration::from_secs(40)).success(), "{}", second.said());
    let expected = languages_of(&texts);
    for (id, expected) in ids.iter().zip(&expected) {
        // Asked of the other front end than the one that accepted it, in turn.
        let view = finished(&mut clients[0], &format!("jobs/{id}"));
        assert_eq!(view["state"], "done", "{view}");
        assert!(expected.is_in(&view["result"]), "{view}");
        assert!(view["result"]["version"].is_u64(), "{view}");
        clients.swap(0, 1);
    }
    let counted = "SELECT sum(texts) FROM impute_serve.counts WHERE state = 2";
    assert_eq!(place.number(counted), 1500);
    let twice = "SELECT count(*) FROM impute_serve.jobs WHERE tries > 1";
    assert_eq!(place.number(twice), 0, "what was handed back counts as tried");
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn a_file_comes_back_as_the_library_writes_it() {
    let place = Place::new();
    let front = Running::with(front_end(&place, &[]));
    let _workers = [(); 2].map(|()| Running::with(worker(&place, &["--threads", "1"])));
    let rows = english(300);
    let mut client = front.client();
    let (view, submission) = submitted(&mut client, (rows.join("\n") + "\n").as_bytes());
    assert_eq!(
        (view["state"].as_str(), view["done"].as_u64()),
        (Some("done"), Some(300)),
        "{view}"
    );
    let solver = Solver::new(Arc::new(Model::shipped().unwrap())).unwrap();
    let solver = solver.with_inserts(Inserts::Words);
    let mut worker = solver.worker();
    let expected: Vec<u8> = rows
        .chunks(32)
        .flat_map(|rows| worker.answer_all(rows, Method::Posterior))
        .flat_map(|answer| [answer.sentence, b"\n".to_vec()].concat())
        .collect();
    assert!(submission == expected, "the submission is not what the library writes");
    // A sentence by itself says the same, and the same version.
    let job = json!({"task": "impute", "text": rows[0]});
    let id = client.post("/v1/jobs", &job).expect(202).json();
    let view = finished(&mut client, &format!("jobs/{}", id["tracking_id"].as_str().unwrap()));
    let text = view["result"]["text"].as_str().unwrap();
    assert_eq!(text.as_bytes(), expected.split(|&b| b == b'\n').next().unwrap());
    assert!(view["result"]["version"].is_u64(), "{view}");
}
