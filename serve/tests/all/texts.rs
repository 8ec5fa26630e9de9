//! No text breaks the service: whatever Unicode holds is answered, or refused as the description says, by every way in;
//! and a file of the same lines becomes what the library makes of them.

use std::cell::Cell;

use impute::solve::Inserts;
use impute::{Method, Model, Solver, Worker};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::json;

use crate::support::{Client, Running, finished, submitted};

/// Texts as nobody writes them, and texts as many do.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-z]{1,9}",
        2 => "\\PC{0,6}",
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{0}-\u{20}\u{7f}-\u{a0}\u{2028}\u{feff}]{1,3}",
        1 => "[\u{300}-\u{36f}\u{200d}\u{1f3fb}-\u{1f3ff}\u{1f468}]{1,8}",
        1 => "(the|<s>|</s>|<unk>|\"\"|,|\\.|''|``|@-@)",
        1 => "[\u{4e00}-\u{4e80}]{1,80}",
    ];
    let between = prop_oneof![8 => Just(" "), 1 => Just(""), 1 => Just("\n"), 1 => Just("\t  ")];
    proptest::collection::vec((word, between), 0..14).prop_map(|words| {
        words.into_iter().flat_map(|(word, after)| [word, after.into()]).collect()
    })
}

/// So many, or as many times that as `IMPUTE_SERVE_TEST_TEXTS` says.
fn cases(few: u32) -> u32 {
    let times = std::env::var("IMPUTE_SERVE_TEST_TEXTS").ok();
    few * times.map_or(1, |times| times.parse().expect("how many times as many texts"))
}

fn runner(cases: u32, seed: u64) -> TestRunner {
    let rng_seed = RngSeed::Fixed(seed);
    TestRunner::new(Config { cases, rng_seed, failure_persistence: None, ..Config::default() })
}

/// Whether a text may be refused: there is nothing in it, or lines where one is asked for.
fn may_be_refused(task: &str, text: &str) -> bool {
    text.trim().is_empty() || task == "impute" && text.contains(['\n', '\r'])
}

/// Asks for everything, at once and by jobs: done, or refused as only some may be.
fn ask(client: &mut Client, texts: &[String]) -> Result<(), TestCaseError> {
    for task in ["impute", "repair", "language"] {
        let path = format!("/v1/{task}");
        let (refused, good): (Vec<&String>, Vec<&String>) =
            texts.iter().partition(|text| may_be_refused(task, text));
        for text in refused {
            let answer = client.post(&path, &json!({"texts": [text]}));
            prop_assert_eq!(answer.status, 422, "{}", answer.text());
            let answer = client.post("/v1/jobs", &json!({"task": task, "text": text}));
            prop_assert_eq!(answer.status, 422, "{}", answer.text());
        }
        if good.is_empty() {
            continue;
        }
        let call = json!({"texts": good, "language": true, "explain": task == "impute"});
        let answer = client.post(&path, &call);
        prop_assert_eq!(answer.status, 200, "{} {}", call, answer.text());
        let mut ids = Vec::new();
        for text in &good {
            let answer = client.post("/v1/jobs", &json!({"task": task, "text": text}));
            prop_assert_eq!(answer.status, 202, "{}", answer.text());
            ids.push(answer.json()["tracking_id"].as_str().unwrap().to_owned());
        }
        let answer = answer.json();
        for (id, at_once) in ids.iter().zip(answer["results"].as_array().unwrap()) {
            let view = finished(client, &format!("jobs/{id}"));
            prop_assert_eq!(&view["state"], "done", "{}", view);
            prop_assert_eq!(&view["result"]["task"], task);
            for field in ["text", "label", "inserted"] {
                prop_assert_eq!(&view["result"][field], &at_once[field]);
            }
        }
    }
    Ok(())
}

#[test]
fn every_text_is_answered_or_refused() {
    let running = Running::start(&["--log-level", "error"]);
    let texts = proptest::collection::vec(text(), 8);
    runner(cases(4), 10).run(&texts, |texts| ask(&mut running.client(), &texts)).unwrap();
    let long = ["ä".repeat(20_000), "a ".repeat(300), "e\u{301}\u{301}".repeat(2_000)];
    let short = ["a\0b c d", "\u{feff}", "\u{202e}abc", "a\u{2028}b c"];
    let texts: Vec<String> = short.into_iter().map(String::from).chain(long).collect();
    ask(&mut running.client(), &texts).unwrap();
}

fn answers(worker: &mut Worker<'_>, rows: &[String]) -> Vec<String> {
    let answer = |row: &String| worker.answer(row.as_bytes(), Method::Posterior).sentence;
    rows.iter().map(answer).map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

#[test]
fn a_file_becomes_what_the_library_makes_of_its_lines() {
    let running = Running::start(&["--log-level", "error"]);
    let model = std::sync::Arc::new(Model::shipped().unwrap());
    let solver = Solver::new(model).unwrap();
    let (words, any) =
        (solver.clone().with_inserts(Inserts::Words), solver.with_inserts(Inserts::Any));
    let rows = proptest::collection::vec(text(), 10..20);
    let seen = Cell::new(0);
    runner(cases(2), 11)
        .run(&rows, |rows| {
            // What a line of a file cannot hold.
            let line = |text: &String| text.replace(['\n', '\r', '\0'], " ");
            let mut rows: Vec<String> = rows.iter().map(line).collect();
            rows[0].insert_str(0, "The first one");
            let file = rows.join("\n") + "\n";
            let (view, submission) = submitted(&mut running.client(), file.as_bytes());
            prop_assert_eq!(&view["state"], "done");
            let expected = answers(&mut words.worker(), &rows).join("\n") + "\n";
            prop_assert_eq!(String::from_utf8(submission).unwrap(), expected);

            let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let mut file = "\"id\",\"sentence\"\n".to_owned();
            rows.iter()
                .enumerate()
                .for_each(|(id, row)| file += &format!("{id},{}\n", quoted(row)));
            let (view, submission) = submitted(&mut running.client(), file.as_bytes());
            prop_assert_eq!(&view["state"], "done");
            let mut expected = "\"id\",\"sentence\"\n".to_owned();
            let answers = answers(&mut any.worker(), &rows);
            answers
                .iter()
                .enumerate()
                .for_each(|(id, row)| expected += &format!("{id},{}\n", quoted(row)));
            prop_assert_eq!(String::from_utf8(submission).unwrap(), expected);
            seen.set(seen.get() + rows.len());
            Ok(())
        })
        .unwrap();
    assert!(seen.get() >= 20);
}
