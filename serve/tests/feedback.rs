//! What is said about answers, from the report to the files that are measured on, with the program as it is shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use impute::evaluate::data::Data;
use impute::submission::score::distances;
use impute::task::Truth;
use impute::text::input;
use impute::text::rows::{Format, RowReader};
use serde_json::{Value, json};

/// A service that ends with the test.
struct Running {
    process: Child,
    address: String,
    /// What every request is sent with.
    token: Option<&'static str>,
    folder: tempfile::TempDir,
}

impl Running {
    fn start() -> Self {
        Running::start_for("")
    }

    /// Starts it for those who have one of these tokens.
    fn start_for(tokens: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = program()
            .args(["--listen", "127.0.0.1:0", "--threads", "1", "--log-level", "error", "--data"])
            .arg(folder.path().join("jobs.sqlite"))
            .envs((!tokens.is_empty()).then_some(("IMPUTE_SERVE_TOKENS", tokens)))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let ready = lines
            .find_map(|line| Some(line.unwrap().strip_prefix("impute-serve: http://")?.to_owned()));
        // What comes later is read too, so that the service never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let address = ready.expect("the service says where it is");
        Running { process, address, token: None, folder }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        let token = self.token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let token = token.unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{token}\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Has a text done, and gives the job.
    fn job(&self, task: &str, text: &str) -> Value {
        self.jobs(task, &[text.to_owned()]).remove(0)
    }

    /// Has texts done together, and gives the jobs.
    fn jobs(&self, task: &str, texts: &[String]) -> Vec<Value> {
        let accepted = texts.iter().map(|text| {
            let asked = json!({"task": task, "text": text});
            let (status, accepted) = self.ask("POST", "/v1/jobs", Some(&asked));
            assert_eq!(status, 202, "{accepted}");
            accepted["tracking_id"].as_str().unwrap().to_owned()
        });
        let finished = |id: String| {
            let (_, job) = self.ask("GET", &format!("/v1/jobs/{id}?wait=60"), None);
            assert_eq!(job["state"], "done", "{job}");
            job
        };
        accepted.collect::<Vec<_>>().into_iter().map(finished).collect()
    }

    fn report(&self, job: &Value, said: &Value) -> (u16, String) {
        let id = job["tracking_id"].as_str().unwrap();
        let (status, body) = self.ask("POST", &format!("/v1/jobs/{id}/feedback"), Some(said));
        (status, body["message"].as_str().unwrap_or_default().to_owned())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `impute-serve feedback` with the database of this service.
    fn feedback(&self, args: &[&str]) -> Output {
        let mut command = program();
        command.current_dir(self.folder.path()).arg("feedback").args(args);
        if args[0] == "import" {
            command.args(["--url", &format!("http://{}", self.address)]);
        } else {
            command.args(["--data", "jobs.sqlite"]);
        }
        command.output().unwrap()
    }

    /// Exports into a folder of this name; gives the JSON lines and what was said on standard error.
    fn export(&self, name: &str) -> (Vec<Value>, String) {
        let told = done(&self.feedback(&["export", name]));
        (lines(&self.path(name).join("feedback.jsonl")), told)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_impute-serve"));
    // What is set where the test runs is no part of it.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IMPUTE_SERVE")) {
        command.env_remove(name);
    }
    command
}

fn done(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    told
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rows(path: &Path) -> RowReader {
    RowReader::new(input::open(path).unwrap(), None, false).unwrap()
}

fn whole(n: usize) -> String {
    format!("The {n} dogs chased the cat \"on\" Tuesday .")
}

fn without(n: usize) -> String {
    whole(n).replace("chased ", "")
}

#[test]
fn what_is_said_is_checked() {
    let service = Running::start();
    let job = service.job("impute", &without(7));
    let right = json!({"verdict": "right"});
    assert_eq!(service.report(&job, &right).0, 204);
    for (said, status, what) in [
        (json!({"verdict": "maybe"}), 422, "unknown variant"),
        (json!({"verdict": "wrong", "words": "x"}), 422, "unknown field"),
        (json!({"verdict": "wrong", "word": "two words"}), 422, "word: give one token"),
        (json!({"verdict": "wrong", "word": "x", "gap": 99}), 422, "gap: the text has 8 tokens"),
        (
            json!({"verdict": "wrong", "word": "x", "gap": -1}),
            422,
            "gap: invalid value: integer `-1`, expected a whole number",
        ),
        (json!({"verdict": "wrong", "sentence": without(8)}), 422, "exactly one word more"),
        (json!({"verdict": "right", "word": "x"}), 422, "verdict: right"),
        (json!({"verdict": "wrong", "sentence": "x ".repeat(40_000)}), 413, "sentence"),
    ] {
        let (found, message) = service.report(&job, &said);
        assert_eq!(found, status, "{said}: {message}");
        assert!(message.contains(what), "{said}: {message}");
    }
    let language = service.job("language", "Der Hund sieht die Katze und läuft davon.");
    assert_eq!(language["result"]["label"], "de");
    assert_eq!(service.report(&language, &json!({"verdict": "wrong", "word": "nl"})).0, 204);
    let gone = service.job("impute", &without(9));
    assert_eq!(service.report(&gone, &right).0, 204);
    let id = gone["tracking_id"].as_str().unwrap();
    assert_eq!(service.ask("DELETE", &format!("/v1/jobs/{id}"), None).0, 204);
    let (status, message) = service.report(&gone, &right);
    assert!(status == 409 && message.contains("deleted"), "{status} {message}");
    let unknown = json!({"tracking_id": "00000000-0000-4000-8000-000000000000"});
    assert_eq!(service.report(&unknown, &right).0, 404);

    let (said, _) = service.export("out");
    let told: Vec<_> =
        said.iter().map(|one| (&one["task"], &one["verdict"], &one["word"])).collect();
    let answer = &job["result"];
    let word = if answer["inserted"]["is_word"] == true {
        &answer["inserted"]["text"]
    } else {
        &Value::Null
    };
    let [task, other] = ["impute", "language"].map(Value::from);
    let [right, wrong, label] = ["right", "wrong", "nl"].map(Value::from);
    assert_eq!(told, [(&task, &right, word), (&other, &wrong, &label)]);
    assert_eq!((&said[0]["text"], &said[0]["answer"]), (&without(7).into(), &answer["text"]));
    assert_eq!((&said[0]["model"], &said[0]["version"]), (&answer["model"], &answer["version"]));
}

#[test]
fn what_was_meant_is_measured_on_or_learned_from_and_a_sample_tells_the_rate() {
    let service = Running::start();
    let mut jobs = BTreeMap::new();
    let texts: Vec<String> = (10..40).map(without).collect();
    for (n, job) in (10..).zip(service.jobs("impute", &texts)) {
        let meant = json!({"verdict": "wrong", "sentence": whole(n)});
        let (status, message) = service.report(&job, &meant);
        if message.contains("say right") {
            assert_eq!(service.report(&job, &json!({"verdict": "right"})).0, 204);
        } else {
            assert_eq!(status, 204, "{message}");
            // A second report takes the place of the first.
            let word = json!({"verdict": "wrong", "word": "chased", "gap": 3});
            assert_eq!(service.report(&job, &word).0, 204);
        }
        jobs.insert(job["tracking_id"].as_str().unwrap().to_owned(), n);
    }
    service.job("impute", &without(50)); // about which nobody says anything

    let (said, told) = service.export("out");
    assert_eq!(said.len(), 30);
    assert!(said.iter().all(|one| one["source"] == "report" && one["gap"] == 3));
    assert!(told.contains("warning: fewer than 200"), "{told}");
    let at = |name: &str| service.path("out").join(name);
    let (tests, solutions) =
        (rows(&at("test.csv")).read_all().unwrap(), rows(&at("solution.csv")).read_all().unwrap());
    let learned = rows(&at("whole.txt"));
    assert_eq!(learned.format(), Format::Text);
    let learned: BTreeSet<Vec<u8>> =
        { learned }.read_all().unwrap().into_iter().map(|row| row.sentence).collect();
    for (test, solution) in tests.iter().zip(&solutions) {
        assert_eq!(test.id, solution.id);
        let truth = Truth::find(&test.sentence, &solution.sentence).unwrap();
        assert_eq!((truth.word, truth.gaps), (b"chased".to_vec(), 2..=2));
        assert!(!learned.contains(&solution.sentence));
    }
    assert!(!tests.is_empty() && !learned.is_empty());
    assert_eq!(tests.len() + learned.len(), 30);
    let distances = distances(
        &mut rows(&at("test.csv")),
        &mut rows(&at("solution.csv")),
        &impute::progress::Silent,
    )
    .unwrap();
    assert_eq!(distances, vec!["chased ".len(); tests.len()]);
    assert_eq!(
        Data::joined(&at("test.csv"), &at("solution.csv"), false, &impute::progress::Silent)
            .unwrap()
            .pairs
            .len(),
        tests.len()
    );

    // A sample does not know what was said, and comes back with labels.
    let sample = |n: &str| {
        done(&service.feedback(&["sample", "-n", n, "--seed", "3", "-o", "sample.jsonl"]))
    };
    sample("20");
    let drawn = lines(&service.path("sample.jsonl"));
    sample("10");
    assert_eq!(lines(&service.path("sample.jsonl")), drawn[..10]);
    let labelled: Vec<String> = drawn
        .into_iter()
        .enumerate()
        .map(|(place, mut line)| {
            line["verdict"] =
                ["right", "right", "wrong", "wrong"].map(Value::from)[place % 4].clone();
            if place % 4 == 3 {
                line["verdict"] = Value::Null; // nobody could tell
            }
            line.to_string() + "\n"
        })
        .collect();
    std::fs::write(service.path("labels.jsonl"), labelled.concat()).unwrap();
    for _twice in 0..2 {
        let told = done(&service.feedback(&["import", "labels.jsonl"]));
        assert!(told.contains("15 labels kept, 0 refused, 5 lines without"), "{told}");
    }
    let (said, told) = service.export("out");
    assert_eq!(said.iter().filter(|one| one["source"] == "sample").count(), 15);
    assert_eq!(said.iter().filter(|one| one["source"] == "report").count(), 30);
    assert!(
        told.contains("of 15 answers of the task impute in the sample, 10 are right: 66.7 %"),
        "{told}"
    );
    let again: BTreeSet<Vec<u8>> =
        rows(&at("whole.txt")).read_all().unwrap().into_iter().map(|row| row.sentence).collect();
    assert!(learned.is_subset(&again));

    // What is deleted is gone from the next export.
    let (id, n) = jobs.first_key_value().unwrap();
    assert_eq!(service.ask("DELETE", &format!("/v1/jobs/{id}"), None).0, 204);
    let (said, _) = service.export("out");
    assert!(said.iter().all(|one| one["text"] != without(*n)));
}

#[test]
fn a_label_that_cannot_be_is_told_by_its_line_and_a_file_that_is_none_sends_nothing() {
    let service = Running::start();
    let job = service.job("impute", &without(7));
    let good = json!({"tracking_id": job["tracking_id"], "verdict": "right"});
    let unknown =
        json!({"tracking_id": "00000000-0000-4000-8000-000000000000", "verdict": "right"});
    let import = |text: String| {
        std::fs::write(service.path("labels.jsonl"), text).unwrap();
        let output = service.feedback(&["import", "labels.jsonl"]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, told) = import(format!("{good}\n{{\"verdict\": 7}}\n"));
    assert!(code == Some(1) && told.contains("labels.jsonl: line 2"), "{told}");
    assert!(service.export("out").0.is_empty());
    let (code, told) = import(format!("{unknown}\n\n{good}\n"));
    assert!(code == Some(1) && told.contains("line 1: Nothing has this id"), "{told}");
    assert!(told.contains("1 label kept, 1 refused"), "{told}");
    assert_eq!(service.export("out").0.len(), 1);
}

#[test]
fn only_who_may_publish_labels_a_sample() {
    const TOKENS: [&str; 2] = ["a-token-of-a-client", "a-token-of-an-admin"];
    let [client, admin] = TOKENS;
    let mut service = Running::start_for(&format!("one:{client},two:{admin}:admin"));
    service.token = Some(client);
    let job = service.job("language", "The dog sees the cat and runs away.");
    let label = json!({"verdict": "right", "source": "sample"});
    assert_eq!(service.report(&job, &label).0, 403);
    assert_eq!(service.report(&job, &json!({"verdict": "wrong", "word": "nl"})).0, 204);
    service.token = Some(admin);
    assert_eq!(service.report(&job, &label).0, 204);
    let (said, told) = service.export("out");
    assert_eq!(said.len(), 2);
    assert!(told.contains("of 1 answer of the task language"), "{told}");

    let line = json!({"tracking_id": job["tracking_id"], "verdict": "right"}).to_string();
    std::fs::write(service.path("labels.jsonl"), line).unwrap();
    let with = |token| service.feedback(&["import", "labels.jsonl", "--token", token]);
    let output = with(client);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("marked `admin`") && !told.contains(client), "{told}");
    done(&with(admin));
}

#[test]
fn a_database_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = |data: &str| {
        let output = program()
            .current_dir(folder.path())
            .args(["feedback", "export", "out", "--data", data])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = run("missing.sqlite");
    assert!(told.contains("--data missing.sqlite") && told.contains("no such file"), "{told}");
    std::fs::write(
        folder.path().join("text"),
        "no database at all, though long enough to be one ".repeat(40),
    )
    .unwrap();
    let told = run("text");
    assert!(told.contains("--data text: ") && told.contains("not a database"), "{told}");
    assert!(!folder.path().join("out").exists());
}
