//! `impute explain` as users type it.

mod common;

use common::{Folder, misused, refused, stdout};
use serde_json::Value;

const SENTENCE: &str = "The banks closed minister said .";

fn explain(folder: &Folder, sentence: &str, args: &str) -> assert_cmd::Command {
    let mut command = folder.impute(format!("explain {args}").trim_end());
    command.arg(sentence);
    command
}

#[test]
fn gaps_words_and_decision_are_told() {
    let folder = Folder::with([]);
    let text = String::from_utf8(stdout(&mut explain(&folder, SENTENCE, ""))).unwrap();
    for part in ["closed _ minister", "n-grams", "frequen", "expected distance", "as it stands"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 86), "{text}");
}

#[test]
fn json_holds_the_same() {
    let folder = Folder::with([]);
    let json: Value =
        serde_json::from_slice(&stdout(&mut explain(&folder, SENTENCE, "--json"))).unwrap();
    let gaps = json["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 5);
    for expert in ["probability", "ngrams"] {
        let sum: f64 = gaps.iter().map(|gap| gap[expert].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{expert}: {sum}");
    }
    // What the answer inserts is what predict inserts.
    folder.write("in", SENTENCE);
    let answer = String::from_utf8(stdout(&mut folder.impute("in"))).unwrap();
    assert_eq!(answer.trim_end(), json["answer"].as_str().unwrap());
    for likely in json["likely"].as_array().unwrap() {
        let words = likely["words"].as_array().unwrap();
        let p = |word: &Value| word["probability"].as_f64().unwrap();
        assert!(!words.is_empty() && words.windows(2).all(|pair| p(&pair[0]) >= p(&pair[1])));
        // Each is so much likelier than another as the sum of its nats says.
        let log = |word: &Value| {
            let nats = word["nats"].as_object().unwrap().values();
            p(word).ln() - nats.map(|nats| nats.as_f64().unwrap()).sum::<f64>()
        };
        assert!(words.iter().all(|word| (log(word) - log(&words[0])).abs() < 1e-6), "{likely}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = Folder::with([("text", b"no model")]);
    let output = explain(&folder, "the xqzzy _ banks .", "").output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && talk.contains("\"xqzzy\"") && talk.contains("impute fill"));
    refused(&mut explain(&folder, "two words", ""), &["under three words"]);
    refused(&mut explain(&folder, SENTENCE, "-m text"), &["text: not a model file"]);
    misused(&mut folder.impute("explain"), "SENTENCE");
}
