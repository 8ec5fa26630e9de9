//! A model is changed while requests run: none is lost or fails, the version is said, a damaged file changes nothing.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use impute::make::{Train, train};
use impute::progress::Silent;
use serde_json::{Value, json};

use crate::support::{Client, Running, Setup, english, finished, posted, until};

/// A small model of a text that has so many sentences.
fn model(folder: &Path, name: &str, sentences: usize) -> PathBuf {
    let text = folder.join(format!("{name}.txt"));
    std::fs::write(&text, english(sentences).join("\n") + "\n").unwrap();
    let mut wanted = Train::new(vec![text]);
    wanted.date = "2001-09-09".to_owned();
    wanted.config.net = None;
    let file = folder.join(name);
    train(&wanted, &file, &Silent).unwrap();
    file
}

fn release(change: &str) -> Value {
    let score = |mean: f64| json!({"mean": mean, "low": mean - 0.1, "high": mean + 0.1});
    let compare = json!({"a": score(1.0), "b": score(0.9), "difference": score(-0.1), "p": 0.01});
    json!({"name": "small", "change": change, "compare": compare})
}

fn small(client: &mut Client) -> Value {
    let models = client.get("/v1/models").expect(200).json();
    let models = models["models"].as_array().unwrap().clone();
    models.into_iter().find(|model| model["name"] == "small").unwrap()
}

/// Asks by all ways until `stop`; gives the versions of the answers, in order.
fn ask(running: &Running, stop: &AtomicBool) -> Vec<u64> {
    let mut client = running.client();
    let (mut versions, mut at) = (Vec::new(), 0);
    let mut last = false;
    while !last {
        last = stop.load(Ordering::SeqCst); // once more after the end: the newest is seen
        at += 1;
        let text = format!("The president said , number {at} .");
        let answer = client.post("/v1/impute", &json!({"texts": [text]})).expect(200).json();
        versions.push(answer["results"][0]["version"].as_u64().unwrap());
        let id = posted(&mut client, "impute", &text);
        let view = finished(&mut client, &format!("jobs/{id}"));
        assert_eq!(view["state"], "done", "{view}");
        versions.push(view["result"]["version"].as_u64().unwrap());
    }
    versions
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let new = ["b", "c"].into_iter().zip([60, 80]);
    let new: Vec<PathBuf> = new.map(|(name, many)| model(folder.path(), name, many)).collect();
    let used = model(folder.path(), "used", 40);
    let named = format!("small={}", used.display());
    let mut running = Running::within(Setup::flags(&["--model", &named]), folder);
    let stop = AtomicBool::new(false);
    let seen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let versions = ask(&running, &stop);
                seen.lock().unwrap().push(versions);
            });
        }
        let published = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            publish(&running, &used, &new);
        }));
        stop.store(true, Ordering::SeqCst);
        published.unwrap();
    });
    for versions in seen.into_inner().unwrap() {
        // A call at once and a job are asked in turn by one client: the version never goes back.
        assert!(versions.is_sorted(), "{versions:?}");
        assert_eq!((versions.first(), versions.last()), (Some(&1), Some(&3)));
    }

    // After a restart it is the same version, with all its history.
    let before = small(&mut running.client());
    running.kill();
    running.start_again();
    let after = small(&mut running.client());
    assert_eq!(after["version"], 3);
    assert_eq!(after["history"], before["history"]);
    // Another file put there while it was not running is a version too, and said to be one.
    running.kill();
    std::fs::copy(running.folder.path().join("b"), &used).unwrap();
    running.start_again();
    let after = small(&mut running.client());
    assert_eq!(after["version"], 4);
    assert_eq!(after["history"].as_array().unwrap().len(), 4);
}

/// Publishes the second version by a request and the third by a signal, and what cannot be published.
fn publish(running: &Running, used: &Path, new: &[PathBuf]) {
    let mut client = running.client();
    assert_eq!(small(&mut client)["version"], 1);
    // The same file, one that is damaged, and one that is none.
    client.post("/v1/models", &release("the same")).refused(409, "conflict");
    let mut damaged = std::fs::read(&new[0]).unwrap();
    damaged[middle_of_largest_section(&new[0])] ^= 1;
    for (bytes, what) in [(&damaged[..], "one bit"), (&damaged[..1000], "cut"), (b"text", "none")] {
        replace(used, bytes);
        let answer = client.post("/v1/models", &release(what)).refused(409, "conflict");
        assert!(!answer.text().contains(used.to_str().unwrap()), "{}", answer.text());
        assert_eq!(small(&mut client)["version"], 1, "{what}");
    }
    replace(used, &std::fs::read(&new[0]).unwrap());
    // Without a word about what changed, or without figures, or of a model that is not there.
    let mut bare = release("");
    client.post("/v1/models", &bare).refused(422, "unprocessable");
    bare["change"] = json!("more sentences");
    bare["compare"] = json!({});
    client.post("/v1/models", &bare).refused(422, "unprocessable");
    bare["name"] = json!("large");
    client.post("/v1/models", &bare).refused(422, "unprocessable");
    client.post("/v1/models", &json!({"name": "small"})).refused(422, "unprocessable");
    let answer = client.post("/v1/models", &release("more sentences")).expect(200).json();
    assert_eq!(answer, json!({"name": "small", "version": 2}));
    let asked = client.post("/v1/impute", &json!({"texts": ["The dog the cat ."]}));
    assert_eq!(asked.expect(200).json()["results"][0]["version"], 2);

    // By a signal: without its file nothing happens, with it the version is published.
    replace(used, &std::fs::read(&new[1]).unwrap());
    running.signal(libc::SIGHUP);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(small(&mut client)["version"], 2);
    let beside = format!("{}.release.json", used.display());
    std::fs::write(beside, release("still more sentences").to_string()).unwrap();
    running.signal(libc::SIGHUP);
    until("the third version is in use", || small(&mut client)["version"] == 3);
    let history = small(&mut client)["history"].clone();
    let said = |at: usize, what: &str| history[at][what].clone();
    assert_eq!(said(0, "change"), "still more sentences");
    assert_eq!(said(1, "change"), "more sentences");
    assert_eq!(said(1, "compare")["difference"]["mean"], -0.1);
    assert_eq!(said(2, "version"), 1);
    let asked = client.post("/v1/impute", &json!({"texts": ["The dog the cat ."]}));
    assert_eq!(asked.expect(200).json()["results"][0]["version"], 3);
}

/// Between sections are zeros that mean nothing: a change there is no damage.
fn middle_of_largest_section(model: &Path) -> usize {
    let model = impute::Model::open(model).unwrap();
    let largest = model.directory().sections.iter().max_by_key(|section| section.length).unwrap();
    usize::try_from(largest.offset + largest.length / 2).unwrap()
}

/// Puts a file in the place of another by renaming: the old one stays as long as it is used.
fn replace(used: &Path, bytes: &[u8]) {
    let beside = used.with_extension("new");
    std::fs::write(&beside, bytes).unwrap();
    std::fs::rename(beside, used).unwrap();
}
